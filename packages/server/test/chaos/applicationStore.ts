/** The data of the application, which survives crashes: the effects with the ids of their messages, and the last published numbers. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from 'redis'

export interface ApplicationStore {
  /** Stores an effect together with the id of its message, unless the id is stored already. Resolves to whether it was new. */
  apply(id: string, effect: number | string): Promise<boolean>
  /** Resolves to all effects, in the order in which they were stored. */
  effects(): Promise<string[]>
  /** Resolves to the last number that was recorded for a stream; 0 for none. */
  lastPublished(stream: string): Promise<number>
  recordPublished(stream: string, number: number): Promise<void>
  close(): Promise<void>
}

/** @param location a folder, or the URL of a Redis server */
export function openApplicationStore(location: string): Promise<ApplicationStore> {
  return location.startsWith('redis:') ? openInRedis(location) : Promise.resolve(openInFolder(location))
}

/** Does the same as `INSERT ... ON CONFLICT DO NOTHING` in SQL. */
const APPLY = `if redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[2])
return 1`

async function openInRedis(url: string): Promise<ApplicationStore> {
  const client = createClient({ url })
  client.on('error', () => undefined) // the test may stop Redis first
  await client.connect()
  return {
    apply: async (id, effect) =>
      (await client.eval(APPLY, { keys: ['app:ids', 'app:effects'], arguments: [id, String(effect)] })) === 1,
    effects: () => client.lRange('app:effects', 0, -1),
    lastPublished: async (stream) => Number(await client.get(`app:published:${stream}`)),
    async recordPublished(stream, number) {
      await client.set(`app:published:${stream}`, number)
    },
    async close() {
      client.destroy()
    },
  }
}

/** Each line is one write, so a crash leaves whole lines only. */
function openInFolder(folder: string): ApplicationStore {
  const lines = (name: string): string[] => {
    const path = join(folder, name)
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
  }
  const ids = new Set(lines('effects').map((line) => line.split(' ')[0]))
  return {
    async apply(id, effect) {
      if (ids.has(id)) return false
      ids.add(id)
      appendFileSync(join(folder, 'effects'), `${id} ${effect}\n`)
      return true
    },
    effects: async () => lines('effects').map((line) => line.slice(line.indexOf(' ') + 1)),
    lastPublished: async (stream) => Number(lines(stream).at(-1) ?? 0),
    async recordPublished(stream, number) {
      appendFileSync(join(folder, stream), `${number}\n`)
    },
    async close() {},
  }
}
