import { Duplex } from 'node:stream'
import ShareDB from 'sharedb'
import type { WebSocket } from 'ws'
import { type TestServer, createInbox, listen } from '../testServer.ts'

/** A stream of objects over a socket of `ws`, as ShareDB expects it. */
const jsonStream = (socket: WebSocket): Duplex => {
  const stream = new Duplex({
    objectMode: true,
    read: () => undefined,
    write(message, _encoding, done) {
      socket.send(JSON.stringify(message))
      done()
    },
  })
  socket.on('message', (data) => stream.push(JSON.parse(String(data))))
  socket.on('close', () => stream.destroy())
  stream.on('close', () => socket.terminate())
  return stream
}

export const startServer = async (): Promise<TestServer> => {
  const backend = new ShareDB()
  const { wss, port, close } = await listen()
  wss.on('connection', (socket) => backend.listen(jsonStream(socket)))
  const received = createInbox()
  const doc = backend.connect().get('texts', 'news')
  await new Promise((resolve) => doc.create({ text: '' }, resolve))
  await new Promise((resolve) => doc.subscribe(resolve))
  doc.on('op', () => received.push(doc.data.text))
  return {
    port,
    received,
    setText: (text) => doc.submitOp([{ p: ['text'], od: doc.data.text, oi: text }]),
    async close() {
      await close()
      await new Promise<void>((resolve) => backend.close(() => resolve()))
    },
  }
}
