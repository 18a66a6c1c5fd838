import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startPlayground } from './startPlayground.ts'

const start = fileURLToPath(new URL('../start.mjs', import.meta.url))
const runScript = (...args: string[]): { code: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
  return { code: status, output: stdout + stderr }
}
const run = (...args: string[]): { code: number | null; output: string } => runScript(start, ...args)

/** The status of a path that is sent as it is. `fetch` would normalise it. */
const statusOf = (url: string, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { path }, (response) => resolve(response.resume().statusCode))
    sent.on('error', reject).end()
  })

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

  it('serves the built page and no other file, while another playground starts and stops', async () => {
    const [here, other] = await Promise.all([startPlayground(), startPlayground()])
    await other.stop()
    const page = await (await fetch(here.url)).text()
    const [script] = /\/assets\/[\w-]+\.js/.exec(page) ?? []
    expect((await fetch(new URL(script ?? '/none', here.url))).headers.get('content-type')).toContain('javascript')
    const others = ['/src/main.ts', '/start.mjs', '/../start.mjs', '/%2e%2e/start.mjs', '/..%2f..%2fpackage.json', '/x']
    for (const path of [...others, `/@fs${start}`, `/${start}`])
      expect([path, await statusOf(here.url, path)]).toEqual([path, 404])
    await here.stop()
  }, 60_000)

  it('fails with the error of the build when the page cannot be built', () => {
    const root = mkdtempSync(fileURLToPath(new URL('../../node_modules/.playground-', import.meta.url)))
    copyFileSync(start, `${root}/start.mjs`)
    writeFileSync(`${root}/index.html`, '<script type="module" src="/missing.ts"></script>')
    const { code, output } = runScript(`${root}/start.mjs`, '--port', '0')
    rmSync(root, { recursive: true })
    expect(output).toContain('Building the page…')
    expect(output).toContain('Failed to resolve /missing.ts')
    expect(code).toBe(1)
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
