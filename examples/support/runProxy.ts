/** Runs a proxy with a documented configuration, in which ports and the certificate are replaced, and times are shorter. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { findCaddy, findHaproxy, findNginx } from '../../scripts/serverTools.mjs'

/** The times in the configurations are divided by it. */
export const SCALE = 20

/** A self-signed certificate of 127.0.0.1, and its key. */
const CERTIFICATE = join(import.meta.dirname, 'localhost.pem')
/** Trusts this certificate. */
export const ca = readFileSync(CERTIFICATE)

interface Kind {
  file: string
  program: string | undefined
  /** Parts of the configuration, and what replaces them. */
  replaced(port: number): Record<string, string>
  /** Adds what only a test needs: no privileges, no log files. */
  adapt?(config: string, folder: string, adminPort: number): string
  args(config: string, folder: string): string[]
  reload(child: ChildProcess, config: string, adminPort: number): void
}

const kinds = {
  nginx: {
    file: '../proxies/nginx.conf',
    program: findNginx(),
    replaced: (port) => ({
      'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
      '/etc/ssl/chat.example.org.pem': CERTIFICATE,
      '/etc/ssl/chat.example.org.key': CERTIFICATE,
    }),
    adapt: (config, folder) => {
      const names = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      const paths = names.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')
      return config.replace('http {', `http {\naccess_log off;\n${paths}`)
    },
    args: (config, folder) => ['-p', folder, '-c', config, '-g', `daemon off; pid ${folder}/pid;`],
    reload: (child) => child.kill('SIGHUP'),
  },
  haproxy: {
    file: '../proxies/haproxy.cfg',
    program: findHaproxy(),
    replaced: (port) => ({ 'bind :443': `bind 127.0.0.1:${port}`, '/etc/ssl/chat.example.org.pem': CERTIFICATE }),
    args: (config) => ['-W', '-db', '-f', config],
    reload: (child) => child.kill('SIGUSR2'),
  },
  caddy: {
    file: '../proxies/Caddyfile',
    program: findCaddy(),
    replaced: (port) => ({
      'chat.example.org {': `https://127.0.0.1:${port} {\n\ttls ${CERTIFICATE} ${CERTIFICATE}`,
    }),
    adapt: (config, folder, adminPort) =>
      `{\nadmin 127.0.0.1:${adminPort}\nauto_https disable_redirects\nstorage file_system ${folder}\n}\n${config}`,
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
  /** Of its port for TLS. */
  readonly origin: string
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

/** Resolves with the status that a proxy answers, or with undefined while it does not listen. */
export const statusOf = (url: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    get(url, { ca, agent: false }, (response) => resolve(response.resume().statusCode)).on('error', () =>
      resolve(undefined),
    )
  })

/**
 * Resolves when the proxy passes requests on to the hub.
 * @param onEnd registers what must run when the test has ended
 * @param scale divides the times of the configuration
 */
export const runProxy = async (
  name: ProxyName,
  hubPort: number,
  onEnd: (callback: () => Promise<void>) => void,
  scale = SCALE,
): Promise<Proxy> => {
  const kind: Kind = kinds[name]
  const [port, adminPort] = [await freePort(), await freePort()]
  const folder = mkdtempSync(join(tmpdir(), `holdfast-${name}-`))
  mkdirSync(join(folder, 'logs'))
  let config = readFileSync(join(import.meta.dirname, kind.file), 'utf8')
  for (const [from, to] of Object.entries(kind.replaced(port))) config = replace(config, from, to)
  config = replace(config, '127.0.0.1:8080', `127.0.0.1:${hubPort}`)
  config = config.replaceAll(/\b60s\b/g, `${60 / scale}s`)
  const path = join(folder, basename(kind.file))
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
  const origin = `https://127.0.0.1:${port}`
  while ((await statusOf(`${origin}/readyz`)) !== 200) {
    if (!isRunning) throw new Error(`${name} has ended: ${output}`)
  }
  return { origin, reload: () => kind.reload(child, path, adminPort) }
}
