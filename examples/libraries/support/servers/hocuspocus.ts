import { Server } from '@hocuspocus/server'
import { type TestServer, createInbox } from '../testServer.ts'

export const startServer = async (): Promise<TestServer> => {
  const server = new Server({ port: 0, address: '127.0.0.1', quiet: true, stopOnSignals: false })
  await server.listen()
  const direct = await server.hocuspocus.openDirectConnection('news')
  const values = direct.document!.getMap<string>('values')
  const received = createInbox()
  values.observe(() => received.push(values.get('text') ?? ''))
  return {
    port: server.address.port,
    received,
    setText: (text) => values.set('text', text),
    async close() {
      await direct.disconnect()
      await server.destroy()
    },
  }
}
