import { type TestServer, listen } from '../testServer.ts'
import { createText } from '../text.ts'

export const startServer = async (): Promise<TestServer> => {
  const text = createText()
  const { wss, port, close } = await listen()
  wss.on('connection', (socket) => {
    socket.on('message', (data) => {
      if (String(data) === 'ping') socket.send('pong')
    })
    socket.on(
      'close',
      text.subscribe((value) => socket.send(JSON.stringify(value))),
    )
  })
  return { port, setText: text.set, close }
}
