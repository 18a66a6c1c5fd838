import { randomUUID } from 'node:crypto'
import { docs, getYDoc, setupWSConnection } from '@y/websocket-server/utils'
import { type TestServer, createInbox, listen } from '../testServer.ts'

export const startServer = async (): Promise<TestServer> => {
  const docName = randomUUID() // the documents of this package belong to the process
  const doc = getYDoc(docName)
  const values = doc.getMap<string>('values')
  const received = createInbox()
  values.observe(() => received.push(values.get('text') ?? ''))
  const { wss, port, close } = await listen()
  wss.on('connection', (socket, request) => setupWSConnection(socket, request, { docName }))
  return {
    port,
    received,
    setText: (text) => values.set('text', text),
    async close() {
      await close()
      docs.delete(docName)
      doc.destroy()
    },
  }
}
