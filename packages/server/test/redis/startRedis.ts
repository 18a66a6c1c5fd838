/** A redis-server of a test's own: on a free port, in a folder of its own, nothing kept, gone when the test is over. */
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
  /** SIGKILL: as a crash. Resolves when it is gone. */
  kill(): Promise<void>
  /** Starts it again on the same port, empty unless `append` keeps a log. */
  start(): Promise<void>
  /** SIGSTOP: the connections stay, nothing answers. */
  freeze(): void
  thaw(): void
  /** Ends it and takes its folder away. */
  end(): Promise<void>
}

/** @param append keep every write on disk, so that a restart finds it again */
export async function startRedis({ append = false }: { append?: boolean } = {}): Promise<Redis> {
  const binary = findRedis()
  if (!binary) throw new Error('no redis-server')
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-redis-'))
  const port = await freePort()
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
      ...log,
    ]
    const mine = (child = spawn(binary as string, args, { stdio: ['ignore', 'pipe', 'inherit'] }))
    for await (const line of createInterface({ input: mine.stdout as NodeJS.ReadableStream })) {
      if (/ready to accept connections/i.test(line)) {
        mine.stdout?.resume()
        return
      }
    }
    throw new Error('redis-server ended before it was ready')
  }

  async function kill(): Promise<void> {
    const mine = child
    child = undefined
    if (!mine || mine.exitCode !== null || mine.signalCode !== null) return
    const gone = once(mine, 'exit')
    mine.kill('SIGKILL')
    await gone
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
