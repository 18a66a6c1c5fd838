/** What the application itself keeps over crashes: effects stored together with the id of their message, and how far it has published. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from 'redis'

export interface AppMemory {
  /** Stores an effect with the id of its message in one step, unless it is there. False if it was. */
  apply(id: string, effect: number): Promise<boolean>
  /** All effects, in the order in which they came. */
  effects(): Promise<number[]>
  /** The last number of a stream that was noted; 0 for none. */
  published(stream: string): Promise<number>
  note(stream: string, number: number): Promise<void>
  close(): Promise<void>
}

/** @param place a folder, or the address of a Redis */
export function openAppMemory(place: string): Promise<AppMemory> {
  return place.startsWith('redis:') ? inRedis(place) : Promise.resolve(inFiles(place))
}

/** `INSERT ... ON CONFLICT DO NOTHING`, in the words of Redis. */
const APPLY = `if redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[2])
return 1`

async function inRedis(url: string): Promise<AppMemory> {
  const client = createClient({ url })
  client.on('error', () => undefined) // when the test ends Redis first
  await client.connect()
  return {
    apply: async (id, effect) =>
      (await client.eval(APPLY, { keys: ['app:ids', 'app:effects'], arguments: [id, String(effect)] })) === 1,
    effects: async () => (await client.lRange('app:effects', 0, -1)).map(Number),
    published: async (stream) => Number(await client.get(`app:published:${stream}`)),
    async note(stream, number) {
      await client.set(`app:published:${stream}`, number)
    },
    async close() {
      client.destroy()
    },
  }
}

/** One line is one write, and so whole or not there. */
function inFiles(folder: string): AppMemory {
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
    effects: async () => lines('effects').map((line) => Number(line.split(' ')[1])),
    published: async (stream) => Number(lines(stream).at(-1) ?? 0),
    async note(stream, number) {
      appendFileSync(join(folder, stream), `${number}\n`)
    },
    async close() {},
  }
}
