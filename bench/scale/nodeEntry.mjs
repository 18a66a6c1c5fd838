// The server of a trial: bare `ws`, or a node of the hub, with the memory store or with Redis. It sends its port, then handles orders.

import { createServer } from 'node:http'
import { createClient } from 'redis'
import { WebSocketServer } from 'ws'
import { createHub } from '../../packages/server/src/hub.ts'
import { redisStore } from '../../packages/server/src/store/redis/redisStore.ts'

/**
 * @typedef {'report' | 'collect' | { publish: number, from: number, streams: number }} Order
 *   publish: publishes this many messages, one in each turn of the event loop, to the streams in turn; report: CPU and memory so far; collect: the same after a
 *   garbage collection, whose CPU must not count as that of messages
 */

const [, , kind, redis] = process.argv
/** Makes a message of about 100 bytes. */
const TEXT = 'x'.repeat(60)
const sendToParent = (/** @type {unknown} */ message) => process.send?.(message)
const now = () => performance.timeOrigin + performance.now()
const http = createServer()

/** @returns {(stream: string, message: object) => unknown} */
function serve() {
  if (kind === 'ws') {
    const { clients } = new WebSocketServer({ server: http })
    return (_, message) => {
      const text = JSON.stringify(message)
      for (const client of clients) client.send(text)
    }
  }
  const onError = (/** @type {Error} */ error) => console.error(error.message)
  const store = redis && redisStore(/** @type {any} */ (createClient({ url: redis })), { onError })
  const hub = createHub({ server: http, ...(store && { store }) })
  return kind === 'plain' ? (_, message) => hub.broadcast(message) : hub.publish
}
const publish = serve()

/** @param {Order} order */
async function handle(order) {
  if (typeof order === 'object') {
    for (let n = order.from; n < order.from + order.publish; n++) {
      await publish(`s${n % order.streams}`, { n, at: now(), text: TEXT })
      await new Promise((resolve) => setImmediate(resolve))
    }
    return
  }
  for (let times = order === 'collect' ? 3 : 0; times--;)
    await new Promise((resolve) => setImmediate(() => resolve(globalThis.gc?.())))
  const { user, system } = process.cpuUsage()
  const { heapUsed, external, rss } = process.memoryUsage()
  sendToParent({ cpu: user + system, heap: heapUsed + external, rss })
}

let handled = Promise.resolve()
process.on('disconnect', () => process.exit())
process.on('message', (/** @type {Order} */ order) => {
  handled = handled.then(() => handle(order))
})
http.listen(0, '127.0.0.1', 4096, () =>
  sendToParent(/** @type {import('node:net').AddressInfo} */ (http.address()).port),
)
