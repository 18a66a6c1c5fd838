import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createLink } from './link.ts'
import { listen } from './testServer.ts'

test('a link that is down keeps its port, and forwards again after the repair', async () => {
  const server = await listen()
  onTestFinished(() => server.close())
  const link = await createLink(server.port)
  onTestFinished(() => link.close())
  const port = Number(new URL(link.url).port)
  const dial = (): Promise<string> => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'))
    return new Promise((resolve) => {
      socket.on('data', (bytes) => resolve(String(bytes).slice(0, 12)))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code!))
    }).finally(() => socket.destroy()) as Promise<string>
  }
  link.breakDown()
  const [error] = await once(createServer().listen(port, '127.0.0.1'), 'error')
  expect(error).toMatchObject({ code: 'EADDRINUSE' })
  expect(await dial()).toBe('ECONNRESET')
  link.repair()
  expect(await dial()).toBe('HTTP/1.1 426')
  expect(link).toMatchObject({ peak: 1, dials: 1 })
})
