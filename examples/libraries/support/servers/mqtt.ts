import { Aedes } from 'aedes'
import { createWebSocketStream } from 'ws'
import { type TestServer, createInbox, listen } from '../testServer.ts'

export const startServer = async (): Promise<TestServer> => {
  const broker = await Aedes.createBroker()
  const { wss, port, close } = await listen({ handleProtocols: () => 'mqtt' })
  wss.on('connection', (socket, request) => {
    const stream = createWebSocketStream(socket)
    stream.on('error', () => undefined) // the connection was reset
    broker.handle(stream, request)
  })
  const received = createInbox()
  broker.on('publish', ({ topic, payload }, client) => {
    if (client && topic === 'news') received.push(String(payload))
  })
  return {
    port,
    received,
    setText: (payload) =>
      broker.publish({ cmd: 'publish', topic: 'news', payload, qos: 1, retain: true, dup: false }, () => undefined),
    async close() {
      await close()
      await new Promise<void>((resolve) => broker.close(resolve))
    },
  }
}
