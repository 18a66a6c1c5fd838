// The server of a trial, in a separate process. It sends its port, then handles the orders `publish`, `cut` and `report` (see `Order`). It
// answers the last two with the CPU and memory that it has used so far.

import { createServer } from 'node:http'
import { servers } from './servers.mjs'

/**
 * @typedef {{ publish: number, from: number, apart: boolean } | { cut: number, from: number } | 'report' | 'collect'} Order
 *   publish: publishes this many messages, numbered from `from`, in one turn of the event loop or in one turn each; cut: cuts all
 *   connections without a close frame, then publishes; collect: reports after a garbage collection
 */

/** Makes a message of about 100 bytes. */
const TEXT = 'x'.repeat(80)

const serve = servers[`${process.argv[2]}`]
if (!serve) throw new Error(`no candidate ${process.argv[2]}`)
const sendToParent = (/** @type {unknown} */ message) => process.send?.(message)
const http = createServer()
/** @type {Set<import('node:net').Socket>} */
const sockets = new Set()
http.on('connection', (socket) => {
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
})
const broadcast = serve(http)

/** @param {number} from @param {number} count */
function publish(from, count) {
  for (let n = from; n < from + count; n++) broadcast({ n, text: TEXT })
}
function report() {
  const { user, system } = process.cpuUsage()
  const { heapUsed, external, rss } = process.memoryUsage()
  sendToParent({
    at: performance.timeOrigin + performance.now(),
    cpu: (user + system) / 1000,
    heap: heapUsed + external,
    rss,
  })
}
async function cut() {
  const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
  for (const socket of sockets) socket.destroy()
  await Promise.all(closed)
}

/** @param {Order} order */
async function handle(order) {
  if (order === 'report') return report()
  if (order === 'collect') {
    for (let times = 3; times--;) await new Promise((resolve) => setImmediate(() => resolve(globalThis.gc?.())))
    return report()
  }
  if ('publish' in order) {
    if (!order.apart) return publish(order.from, order.publish)
    for (let n = order.from; n < order.from + order.publish; n++) {
      publish(n, 1)
      await new Promise((resolve) => setImmediate(resolve))
    }
    return undefined
  }
  report()
  await cut()
  return publish(order.from, order.cut)
}

/** Orders are handled one after the other, so that the numbers are in order. */
let handled = Promise.resolve()
process.on('disconnect', () => process.exit())
process.on('message', (/** @type {Order} */ order) => {
  handled = handled.then(() => handle(order))
})
// All clients reconnect at once after a cut; the backlog is long enough for all of them.
http.listen(0, '127.0.0.1', 4096, () =>
  sendToParent(/** @type {import('node:net').AddressInfo} */ (http.address()).port),
)
