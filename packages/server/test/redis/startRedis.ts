/** Starts a redis-server for one test, on a free port and in a temporary folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findRedis } from '../../../../scripts/findRedis.mjs'

export interface Redis {
  readonly url: string
  /** Sends SIGKILL, like a crash. Resolves when the process has ended. */
  kill(): Promise<void>
  /** Starts the server again on the same port. It is empty unless `append` is set. */
  start(): Promise<void>
  /** Sends SIGSTOP: the connections stay open, but nothing answers. */
  freeze(): void
  thaw(): void
  /** Kills the server and removes its folder. */
  end(): Promise<void>
}

export interface RedisServerOptions {
  /** Writes every change to disk, so that a restart restores it. */
  append?: boolean
  /** A server of a Redis Cluster, without slots. */
  cluster?: boolean
  /** Further arguments of the command line. */
  args?: readonly string[]
}

export async function startRedis(options: RedisServerOptions = {}): Promise<Redis> {
  const { append = false, cluster = false, args: extra = [] } = options
  const binary = findRedis()
  if (!binary) throw new Error('redis-server: expected an executable, found none')
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-redis-'))
  let port = await freePort()
  // The bus of a cluster uses the port 10 000 above.
  while (cluster && port > 55_535) port = await freePort()
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const log = append ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
    const args = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--daemonize',
      'no',
      // A master waits 5 s for further replicas otherwise.
      '--repl-diskless-sync-delay',
      '0',
      ...log,
      ...(cluster ? ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'] : []),
      ...extra,
    ]
    const started = (child = spawn(binary as string, args, { stdio: ['ignore', 'pipe', 'inherit'] }))
    for await (const line of createInterface({ input: started.stdout as NodeJS.ReadableStream })) {
      if (/ready to accept connections/i.test(line)) {
        started.stdout?.resume()
        return
      }
    }
    throw new Error('redis-server ended before it was ready')
  }

  async function kill(): Promise<void> {
    const killed = child
    child = undefined
    if (!killed || killed.exitCode !== null || killed.signalCode !== null) return
    const exit = once(killed, 'exit')
    killed.kill('SIGKILL')
    await exit
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    async end() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
