// The clients of a trial, all in one process, over bare sockets of `ws`. They dial again at once when they are cut, and count what each
// hears: in which order, and what never came. Obeys orders (see `Order`).

import { WebSocket } from 'ws'
import { dialects, numberOf } from './dialects.mjs'

/**
 * @typedef {{ connect: number } | { reach: number } | { back: number } | 'count'} Order
 *   connect: so many more, answered when all are let in; reach: answered when all have heard the message of this number;
 *   back: answered when all are in, having been let in so often, all in all
 */

/** Dialled at once, so that the first connects are no storm. */
const BATCH = 100

const dialect = dialects[/** @type {import('./dialects.mjs').DialectName} */ (process.argv[2])]
const url = `${process.argv[3]}${dialect.path}`
/** @type {{ number: number, isIn: boolean }[]} */
const clients = []
const counts = { heard: 0, lost: 0, doubled: 0, failed: 0 }
let inside = 0
/** Of all clients, how often one was let in. */
let entries = 0
let target = Infinity
let reached = 0
/** @type {() => void} called when something has changed that somebody waits for */
let changed = () => {}

const tell = (/** @type {unknown} */ word) => process.send?.(word)
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
  /** @type {import('./dialects.mjs').Speaker} */
  const speaker = { say: () => {}, kept: undefined, last: '' }
  const hear = (/** @type {string} */ text) => {
    const n = numberOf(text)
    counts.heard++
    speaker.last = text
    if (n <= client.number) {
      counts.doubled++
      return
    }
    counts.lost += n - client.number - 1
    const before = client.number
    client.number = n
    if (before < target && n >= target && ++reached === clients.length) changed()
  }
  const enter = (/** @type {'in' | 'message' | undefined} */ word) => {
    if (word !== 'in') return
    client.isIn = true
    inside++
    entries++
    changed()
  }
  const dial = () => {
    const socket = new WebSocket(url, dialect.protocol ? [dialect.protocol] : [], { perMessageDeflate: false })
    speaker.say = (text) => socket.send(text)
    socket.on('open', () => enter(dialect.open(speaker)))
    socket.on('message', (data) => {
      const text = data.toString()
      const word = dialect.hear(text, speaker)
      if (word === 'message') hear(text)
      else enter(word)
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
  if (order === 'count') return tell({ ...counts, clients: clients.length })
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
  return tell(now())
})
tell('ready')
