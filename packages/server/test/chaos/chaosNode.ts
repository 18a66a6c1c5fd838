/**
 * The server that is killed: a hub whose application stores each message's number once, and publishes numbers of its own every 10 ms.
 * `node chaosNode.mjs <stream> <folder or address of Redis> [go]`; says `port n`, obeys `go` and `stop`, answers `published n`.
 */
import { createInterface } from 'node:readline'
import { setTimeout as after } from 'node:timers/promises'
import { createClient } from 'redis'
import { createHub } from '../../src/hub.ts'
import { redisStore } from '../../src/store/redis/redisStore.ts'
import { openAppMemory } from './appMemory.ts'

const [stream = '', place = '', go] = process.argv.slice(2)
const PACE = 10

const memory = await openAppMemory(place)
const shared = place.startsWith('redis:')
const store = shared ? redisStore(createClient({ url: place }), { history: { messages: 2000 } }) : undefined
await store?.ready
const hub = createHub({
  port: 0,
  host: '127.0.0.1',
  // A frozen node is to be noticed within a second.
  heartbeat: { interval: 500, timeout: 500 },
  ...(store && { store }),
})
hub.on('error', (error) => console.log(`error ${error.stack}`))
hub.on('message', async (message, { id = '' }) => {
  if (!(await memory.apply(id, message as number))) console.log(`again ${id}`)
  // Something else to do, so that crashes fall between the effect and its acknowledgement.
  await after(4)
})

let last = await memory.published(stream)
let ends: number | undefined

/** As many as are due; one after the other, for a crash may come between any two. */
async function publish(): Promise<void> {
  const start = performance.now() - PACE
  const first = last
  for (;;) {
    const due = first + Math.floor((Math.min(ends ?? Infinity, performance.now()) - start) / PACE)
    while (last < due) await publishNext(last + 1)
    if (ends !== undefined) return console.log(`published ${last}`)
    await after(PACE)
  }
}

async function publishNext(number: number): Promise<void> {
  // With a store that outlives the process the key makes it safe to publish again; without, what was noted is never published twice.
  if (!shared) await memory.note(stream, number)
  await hub.publish(stream, number, { idempotencyKey: `${stream}:${number}` })
  if (shared) await memory.note(stream, number)
  last = number
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === 'go') void publish()
    else ends = performance.now()
  })
  .on('close', () => process.exit()) // nobody is left to kill it

await hub.ready
console.log(`port ${hub.port}`)
if (go) void publish()
