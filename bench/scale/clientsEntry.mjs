// Some of the clients of a trial. The parent sends orders and receives an answer to each (see `Order`).

import { openRawClient } from './rawClient.mjs'

/**
 * @typedef {{ connect: number, ports: number[], session: boolean, streams: number, each: number } | { reach: number } | 'latencies'} Order
 *   connect: opens this many clients in turn at the ports, of which each joins `each` of the streams; reach: answered when this many
 *   messages have arrived in total; latencies: the times from publish to arrival since the last such order, in ms
 */

/** How many clients connect at once, so that the first connections do not overload the server. */
const BATCH = 100
/** Clients use several loopback addresses, because the ports of one address would not suffice. */
const ADDRESSES = 16
/** Latencies that are returned. */
const SAMPLES = 5000

const AT = '"at":'
let received = 0
let ended = 0
let opened = 0
let target = Infinity
/** @type {number[]} */
let latencies = []
/** @type {() => void} */
let changed = () => {}
let index = 0

const sendToParent = (/** @type {unknown} */ message) => process.send?.(message)
const now = () => performance.timeOrigin + performance.now()
/** @param {() => boolean} done */
const until = (done) =>
  new Promise((resolve) => {
    changed = () => done() && resolve(undefined)
    changed()
  })

/** @param {Buffer} frame @param {number} from @param {number} to */
function receive(frame, from, to) {
  const found = frame.indexOf(AT, from, 'latin1')
  if (found < 0 || found >= to) return
  const begin = found + AT.length
  latencies.push(now() - Number(frame.toString('latin1', begin, frame.indexOf(44, begin))))
  if (++received >= target) changed()
}

/** @param {Extract<Order, { connect: number }>} order */
function open({ ports, session, streams, each }) {
  const me = index++
  const names = Array.from({ length: each }, (_, n) => `s${(me * each + n) % streams}`)
  const enter = () => {
    opened++
    changed()
  }
  openRawClient({
    port: /** @type {number} */ (ports[me % ports.length]),
    address: `127.0.0.${1 + (me % ADDRESSES)}`,
    protocol: session ? 'holdfast.v1.json' : undefined,
    onOpen: (send) => (session ? send(JSON.stringify({ t: 'hello', v: 1, sub: [...new Set(names)] })) : enter()),
    onText: (frame, from, to) => {
      if (frame.toString('latin1', from, from + 12) === '{"t":"welcom') enter()
      else receive(frame, from, to)
    },
    onEnd: () => ended++,
  })
}

process.on('disconnect', () => process.exit())
process.on('message', async (/** @type {Order} */ order) => {
  if (order === 'latencies') {
    const step = Math.max(1, Math.ceil(latencies.length / SAMPLES))
    sendToParent({ latencies: latencies.filter((_, n) => n % step === 0), ended })
    latencies = []
  } else if ('reach' in order) {
    target = order.reach
    await until(() => received >= order.reach)
    sendToParent('reached')
  } else {
    for (let left = order.connect; left > 0; left -= BATCH) {
      const goal = opened + Math.min(left, BATCH)
      for (let more = Math.min(left, BATCH); more--;) open(order)
      await until(() => opened >= goal)
    }
    sendToParent('connected')
  }
})
sendToParent('ready')
