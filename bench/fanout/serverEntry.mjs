// The server of a trial, in a process of its own. Tells its port, then obeys: `publish`, `cut` and `report` (see `Order`), answering the
// last two with what it has used so far.

import { createServer } from 'node:http'
import { servers } from './servers.mjs'

/**
 * @typedef {{ publish: number, from: number, apart: boolean } | { cut: number, from: number } | 'report' | 'collect'} Order
 *   publish: so many messages, numbered from `from`, in one go or each in a turn of the event loop of its own; cut: ends all connections without a word, then publishes;
 *   collect: reports after garbage was collected
 */

/** Makes a message of about 100 bytes. */
const TEXT = 'x'.repeat(80)

const serve = servers[`${process.argv[2]}`]
if (!serve) throw new Error(`no candidate ${process.argv[2]}`)
const tell = (/** @type {unknown} */ word) => process.send?.(word)
const http = createServer()
/** @type {Set<import('node:net').Socket>} */
const sockets = new Set()
http.on('connection', (socket) => {
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
})
const say = serve(http)

/** @param {number} from @param {number} count */
function publish(from, count) {
  for (let n = from; n < from + count; n++) say({ n, text: TEXT })
}
function report() {
  const { user, system } = process.cpuUsage()
  const { heapUsed, external, rss } = process.memoryUsage()
  tell({ at: performance.timeOrigin + performance.now(), cpu: (user + system) / 1000, heap: heapUsed + external, rss })
}
async function cut() {
  const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
  for (const socket of sockets) socket.destroy()
  await Promise.all(closed)
}

/** @param {Order} order */
async function obey(order) {
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

/** One order after the other: numbers are to come in order. */
let obeyed = Promise.resolve()
process.on('disconnect', () => process.exit())
process.on('message', (/** @type {Order} */ order) => {
  obeyed = obeyed.then(() => obey(order))
})
// All dial at once when they have been cut; none is to be turned away by the system.
http.listen(0, '127.0.0.1', 4096, () => tell(/** @type {import('node:net').AddressInfo} */ (http.address()).port))
