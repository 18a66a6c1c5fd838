/** Starts a master, a replica, and three Sentinels that watch them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findRedis } from '../../../../scripts/findRedis.mjs'
import { command, until } from './commands.ts'
import { type Redis, freePort, startRedis } from './startRedis.ts'
import { portOf } from './startRelay.ts'

export interface Sentinels {
  readonly master: Redis
  /** The addresses for `createSentinel`. */
  readonly sentinelRootNodes: { host: string; port: number }[]
  end(): Promise<void>
}

export const MASTER_NAME = 'the-master'

const startSentinel = async (masterPort: number): Promise<{ port: number; end(): Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-sentinel-'))
  const port = await freePort()
  const config = join(folder, 'sentinel.conf') // Sentinel writes its state into the file
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} 2`,
    `sentinel down-after-milliseconds ${MASTER_NAME} 1000`,
    `sentinel failover-timeout ${MASTER_NAME} 5000`,
  ]
  await writeFile(config, lines.join('\n'))
  const child: ChildProcess = spawn(findRedis()!, [config, '--sentinel'], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout! })) if (line.includes('+monitor')) break
  child.stdout!.resume()
  return {
    port,
    async end() {
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const startSentinels = async (): Promise<Sentinels> => {
  const [master, replica] = [await startRedis(), await startRedis()]
  await command(replica, 'REPLICAOF', '127.0.0.1', String(portOf(master.url)))
  await until(async () => String(await command(replica, 'INFO', 'replication')).includes('master_link_status:up'))
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(portOf(master.url))))
  for (const { port } of sentinels) {
    const sentinel = { url: `redis://127.0.0.1:${port}` }
    // A failover needs a majority that can reach the replica.
    await until(async () => String(await command(sentinel, 'SENTINEL', 'CKQUORUM', MASTER_NAME)).startsWith('OK 3'))
    await until(async () => ((await command(sentinel, 'SENTINEL', 'REPLICAS', MASTER_NAME)) as unknown[]).length === 1)
  }
  return {
    master,
    sentinelRootNodes: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
    async end() {
      await Promise.all([...sentinels, master, replica].map((server) => server.end()))
    },
  }
}
