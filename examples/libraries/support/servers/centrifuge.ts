import type { WebSocket } from 'ws'
import { type TestServer, listen } from '../testServer.ts'
import { QUICK_HEARTBEAT } from '../testTimes.ts'
import { createText } from '../text.ts'

interface Command {
  id: number
  connect?: object
  subscribe?: { channel: string }
}

/** Implements the JSON protocol of Centrifugo as far as one channel needs it. A message contains one command or reply per line. */
export const startServer = async (): Promise<TestServer> => {
  const text = createText()
  const { wss, port, close } = await listen()
  const handle = (socket: WebSocket, { id, connect, subscribe }: Command): void => {
    const send = (reply: object): void => socket.send(JSON.stringify(reply))
    if (connect) {
      send({ id, connect: { client: String(id), version: '0', ping: QUICK_HEARTBEAT.interval / 1000, pong: true } })
      const beat = setInterval(() => send({}), QUICK_HEARTBEAT.interval)
      socket.on('close', () => clearInterval(beat))
    } else if (subscribe) {
      const { channel } = subscribe
      send({ id, subscribe: {} })
      socket.on(
        'close',
        text.subscribe((data) => send({ push: { channel, pub: { data } } })),
      )
    }
  }
  wss.on('connection', (socket) => {
    socket.on('message', (data) => {
      // An empty object is the answer to a ping.
      for (const line of String(data).split('\n')) handle(socket, JSON.parse(line) as Command)
    })
  })
  return { port, setText: text.set, close }
}
