import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startPlayground } from './startPlayground.ts'

const start = fileURLToPath(new URL('../start.mjs', import.meta.url))
const run = (...args: string[]): { code: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [start, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { code: status, output: stdout + stderr }
}

describe('npm start', () => {
  it('serves page, control channel and WebSocket on one port, and closes all of them on SIGTERM', async () => {
    const playground = await startPlayground()
    expect(new URL(playground.url).hostname).toBe('127.0.0.1')
    expect(await (await fetch(playground.url)).text()).toContain('Holdfast playground')
    const socket = new WebSocket(`${playground.url.replace('http', 'ws')}ws`)
    await once(socket, 'open')
    expect((await playground.stats()).connections).toBe(1)
    const [code] = await Promise.all([playground.stop(), once(socket, 'close')])
    expect(code).toBe(0)
    await expect(fetch(playground.url)).rejects.toThrow()
  }, 60_000)

  it('fails with the port number when the port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const { code, output } = run('--port', String(port))
    expect(output).toContain(`Port ${port} is already in use`)
    expect(code).toBe(1)
    taken.close()
  }, 60_000)

  it.each([
    [['--port', 'many'], '--port: expected a whole number from 0 to 65535, got "many"'],
    [['--port', '70000'], '--port: expected'],
    [['--heartbeat', 'soon'], '--heartbeat: expected ms, got "soon"'],
    [['--prot', '1'], '--prot'],
  ])(
    'rejects the arguments %j with a message',
    (args, message) => {
      const { code, output } = run(...args)
      expect(output).toContain(message)
      expect(code).toBe(1)
    },
    60_000,
  )

  it('prints its options with --help', () => {
    const { code, output } = run('--help')
    expect(output).toContain('--host')
    expect(code).toBe(0)
  }, 60_000)
})
