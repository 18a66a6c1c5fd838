// The clients of a trial, all in one process, over bare sockets of `ws`. They reconnect at once when they are cut, and count the messages
// that each receives and those that are missing. The parent sends orders (see `Order`).

import { WebSocket } from 'ws'
import { dialects, numberOf } from './dialects.mjs'

/**
 * @typedef {{ connect: number } | { reach: number } | { back: number } | 'count'} Order
 *   connect: opens this many more clients, answered when all are accepted; reach: answered when all have received the message with this
 *   number; back: answered when all are connected and have been accepted this many times in total
 */

/** How many clients connect at once, so that the first connections do not overload the server. */
const BATCH = 100

const dialect = dialects[/** @type {import('./dialects.mjs').DialectName} */ (process.argv[2])]
const url = `${process.argv[3]}${dialect.path}`
/** @type {{ number: number, isIn: boolean }[]} */
const clients = []
const counts = { received: 0, lost: 0, doubled: 0, failed: 0 }
let inside = 0
/** How often clients were accepted, in total. */
let entries = 0
let target = Infinity
let reached = 0
/** @type {() => void} called when the counts have changed */
let changed = () => {}

const sendToParent = (/** @type {unknown} */ message) => process.send?.(message)
const now = () => performance.timeOrigin + performance.now()

/** @param {() => boolean} done */
const until = (done) =>
  new Promise((resolve) => {
    changed = () => {
      if (!done()) return
      changed = () => {}
      resolve(undefined)
    }
    changed()
  })

function createClient() {
  const client = { number: 0, isIn: false }
  clients.push(client)
  /** @type {import('./dialects.mjs').Connection} */
  const connection = { send: () => {}, kept: undefined, last: '' }
  const receive = (/** @type {string} */ text) => {
    const n = numberOf(text)
    counts.received++
    connection.last = text
    if (n <= client.number) {
      counts.doubled++
      return
    }
    counts.lost += n - client.number - 1
    const before = client.number
    client.number = n
    if (before < target && n >= target && ++reached === clients.length) changed()
  }
  const enter = (/** @type {'in' | 'message' | undefined} */ message) => {
    if (message !== 'in') return
    client.isIn = true
    inside++
    entries++
    changed()
  }
  const dial = () => {
    const socket = new WebSocket(url, dialect.protocol ? [dialect.protocol] : [], { perMessageDeflate: false })
    connection.send = (text) => socket.send(text)
    socket.on('open', () => enter(dialect.open(connection)))
    socket.on('message', (data) => {
      const text = data.toString()
      const message = dialect.parse(text, connection)
      if (message === 'message') receive(text)
      else enter(message)
    })
    socket.on('error', () => counts.failed++)
    socket.on('close', () => {
      if (client.isIn) inside--
      client.isIn = false
      dial()
    })
  }
  dial()
}

process.on('disconnect', () => process.exit())
process.on('message', async (/** @type {Order} */ order) => {
  if (order === 'count') return sendToParent({ ...counts, clients: clients.length })
  if ('back' in order) await until(() => entries >= order.back && inside === clients.length)
  else if ('connect' in order) {
    for (let left = order.connect; left > 0; left -= BATCH) {
      for (let more = Math.min(left, BATCH); more--;) createClient()
      await until(() => inside === clients.length)
    }
  } else {
    target = order.reach
    reached = clients.filter(({ number }) => number >= target).length
    await until(() => reached === clients.length)
  }
  return sendToParent(now())
})
sendToParent('ready')
