/**
 * The server process that the tests kill: a hub whose application stores the number of each message once, and publishes a number every
 * 10 ms. Usage: `node chaosNode.mjs <stream> <folder or URL of Redis> <options as JSON> [go]`.
 *
 * It prints `port <n>`, and `again <id>` for a message that was applied before. It reads the commands `go` and `stop`, and answers `stop`
 * with `published <n>`.
 */
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'redis'
import { createHub } from '../../src/hub.ts'
import { memoryStore } from '../../src/store/memory/memoryStore.ts'
import { StoreUnavailableError } from '../../src/store/redis/connections/storeUnavailableError.ts'
import { redisStore } from '../../src/store/redis/redisStore.ts'
import { openApplicationStore } from './applicationStore.ts'
import type { NodeProcessOptions } from './nodeProcesses.ts'

const [stream = '', location = '', options = '{}', go] = process.argv.slice(2)
// The heartbeat detects a frozen node within a second.
const { store = location, heartbeat = { interval: 500, timeout: 500 } } = JSON.parse(options) as NodeProcessOptions
const INTERVAL_MS = 10
/** Large enough that a client that is away for minutes, on a slow machine, still finds every message. */
const HISTORY = { messages: 100_000 }

const application = await openApplicationStore(location)
const redis = store.startsWith('redis:') ? redisStore(createClient({ url: store }), { history: HISTORY }) : undefined
// It keeps trying if Redis is away for longer than its timeout.
await redis?.ready.catch(() => undefined)
const hub = createHub({
  port: 0,
  host: '127.0.0.1',
  heartbeat,
  // The tests are about loss, so no bound of the hub may end a connection on a slow machine.
  limits: { hello: 60_000, rate: 10_000, burst: 10_000, replayMessages: HISTORY.messages },
  store: redis ?? memoryStore({ history: HISTORY }),
})
hub.on('error', (error) => console.log(`error ${error.stack}`))
hub.on('message', async (message, { id = '', idempotencyKey = id }) => {
  if (!(await application.apply(idempotencyKey, message as number | string))) console.log(`again ${idempotencyKey}`)
  // Makes crashes between the effect and its acknowledgement likely.
  await delay(4)
})

let last = await application.lastPublished(stream)
let stoppedAt: number | undefined

/** Publishes the numbers that are due, one after the other, since a crash may come between any two. */
async function publish(): Promise<void> {
  const start = performance.now() - INTERVAL_MS
  const first = last
  for (;;) {
    const due = first + Math.floor((Math.min(stoppedAt ?? Infinity, performance.now()) - start) / INTERVAL_MS)
    while (last < due) await publishNext(last + 1).catch(waitForStore)
    if (stoppedAt !== undefined) return console.log(`published ${last}`)
    await delay(INTERVAL_MS)
  }
}

/** A number that was not published is published again, also after `stop`. */
async function waitForStore(error: unknown): Promise<void> {
  if (!(error instanceof StoreUnavailableError)) throw error
  await delay(INTERVAL_MS)
}

async function publishNext(number: number): Promise<void> {
  // Redis outlives the process, and the key makes it safe to publish a number again. Without Redis, a recorded number is not published
  // a second time.
  if (!redis) await application.recordPublished(stream, number)
  await hub.publish(stream, number, { idempotencyKey: `${stream}:${number}` })
  if (redis) await application.recordPublished(stream, number)
  last = number
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === 'go') void publish()
    else stoppedAt = performance.now()
  })
  .on('close', () => process.exit()) // the test process has ended

await hub.ready
console.log(`port ${hub.port}`)
if (go) void publish()
