import { type TestServer, listen } from '../testServer.ts'
import { createText } from '../text.ts'

type Message = [joinRef: string | null, ref: string, topic: string, event: string, payload: object]

/** Implements the protocol of Phoenix channels (`vsn=2.0.0`) as far as one channel needs it. */
export const startServer = async (): Promise<TestServer> => {
  const text = createText()
  const { wss, port, close } = await listen({ path: '/websocket' })
  wss.on('connection', (socket) => {
    socket.on('message', (data) => {
      const [joinRef, ref, topic, event] = JSON.parse(String(data)) as Message
      socket.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }]))
      if (event !== 'phx_join') return
      const unsubscribe = text.subscribe((value) =>
        socket.send(JSON.stringify([joinRef, null, topic, 'text', { text: value }])),
      )
      socket.on('close', unsubscribe)
    })
  })
  return { port, setText: text.set, close }
}
