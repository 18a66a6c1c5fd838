/** Runs a proxy with a documented configuration, in which ports are replaced and times are shorter. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCaddy, findHaproxy, findNginx } from '../../scripts/serverTools.mjs'

/** The times in the configurations are divided by it. */
export const SCALE = 20

interface Kind {
  file: string
  program: string | undefined
  /** The address at which the configuration listens. */
  listen: readonly [text: string, at: (port: number) => string]
  /** Adds what only a test needs: no privileges, no log files. */
  adapt?(config: string, folder: string, adminPort: number): string
  args(config: string, folder: string): string[]
  reload(child: ChildProcess, config: string, adminPort: number): void
}

const kinds = {
  nginx: {
    file: 'nginx.conf',
    program: findNginx(),
    listen: ['listen 80;', (port) => `listen 127.0.0.1:${port};`],
    adapt: (config, folder) => {
      const names = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      const paths = names.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')
      return config.replace('http {', `http {\naccess_log off;\n${paths}`)
    },
    args: (config, folder) => ['-p', folder, '-c', config, '-g', `daemon off; pid ${folder}/pid;`],
    reload: (child) => child.kill('SIGHUP'),
  },
  haproxy: {
    file: 'haproxy.cfg',
    program: findHaproxy(),
    listen: ['bind :80', (port) => `bind 127.0.0.1:${port}`],
    args: (config) => ['-W', '-db', '-f', config],
    reload: (child) => child.kill('SIGUSR2'),
  },
  caddy: {
    file: 'Caddyfile',
    program: findCaddy(),
    listen: [':80 {', (port) => `http://127.0.0.1:${port} {`],
    adapt: (config, folder, adminPort) =>
      `{\nadmin 127.0.0.1:${adminPort}\nstorage file_system ${folder}\n}\n${config}`,
    args: (config) => ['run', '--adapter', 'caddyfile', '--config', config],
    reload: (_, config, adminPort) => {
      const address = `127.0.0.1:${adminPort}`
      const args = ['reload', '--force', '--adapter', 'caddyfile', '--config', config, '--address', address]
      spawnSync(kinds.caddy.program!, args, { stdio: 'ignore' })
    },
  },
} satisfies Record<string, Kind>

export type ProxyName = keyof typeof kinds

export const hasProxy = (name: ProxyName): boolean => kinds[name].program !== undefined

export interface Proxy {
  readonly port: number
  /** Loads the configuration again, as an operator does after a change. */
  reload(): void
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const replace = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`the configuration: expected ${from}`)
  return text.replaceAll(from, to)
}

/** Resolves when the proxy passes requests on to the hub. @param onEnd registers what must run when the test has ended */
export const runProxy = async (
  name: ProxyName,
  hubPort: number,
  onEnd: (callback: () => Promise<void>) => void,
): Promise<Proxy> => {
  const kind: Kind = kinds[name]
  const [port, adminPort] = [await freePort(), await freePort()]
  const folder = mkdtempSync(join(tmpdir(), `holdfast-${name}-`))
  mkdirSync(join(folder, 'logs'))
  let config = readFileSync(join(import.meta.dirname, '../proxies', kind.file), 'utf8')
  config = replace(config, kind.listen[0], kind.listen[1](port))
  config = replace(config, '127.0.0.1:8080', `127.0.0.1:${hubPort}`)
  config = config.replaceAll(/\b60s\b/g, `${60 / SCALE}s`)
  const path = join(folder, kind.file)
  writeFileSync(path, kind.adapt?.(config, folder, adminPort) ?? config)

  const child = spawn(kind.program!, kind.args(path, folder), { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()))
  let isRunning = true
  const exit = once(child, 'close').then(() => (isRunning = false))
  onEnd(async () => {
    child.kill('SIGTERM')
    await exit
    rmSync(folder, { recursive: true, force: true })
  })
  for (;;) {
    const status = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (response) => response.status,
      () => undefined,
    )
    if (status === 200) return { port, reload: () => kind.reload(child, path, adminPort) }
    if (!isRunning) throw new Error(`${name} has ended: ${output}`)
  }
}
