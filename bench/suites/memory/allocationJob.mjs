// Measures the bytes that a client allocates for each message. The flags of the process make the young generation so large that there is no
// garbage collection, so the growth of the heap is exactly the allocated memory.

import { PerformanceObserver } from 'node:perf_hooks'
import { candidates } from '../../candidates/index.mjs'
import { connect } from '../../candidates/connect.mjs'
import { profileAllocations } from './allocationProfile.mjs'
import { CountingSocket } from './countingSocket.mjs'

/** Enough for the compiler to have optimised the code. */
const WARM_UP = 300_000
const MESSAGES = 100_000

/**
 * @param {{ candidate: import('../../candidates/names.mjs').Name, heartbeat: boolean }} job
 * @returns {Promise<Pick<import('./index.mjs').MemoryRow, 'received' | 'sent' | 'receivedAt' | 'sentAt'>>} bytes per message
 */
export async function allocationJob({ candidate: name, heartbeat }) {
  Object.assign(globalThis, { WebSocket: CountingSocket })
  let collections = 0
  new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({ entryTypes: ['gc'] })
  const candidate = candidates[name]
  const connection = await connect(candidate, 'ws://fake/', { heartbeat })
  const socket = CountingSocket.last
  if (!socket) throw new Error(`${name} has made no socket`)
  const events = Array.from({ length: 1000 }, (_, index) => ({ type: 'message', data: String(index).padEnd(100, '.') }))
  let seen = 0
  candidate.onMessage(connection, (data) => (seen += data.length))
  const receive = (/** @type {number} */ count) => {
    for (let index = 0; index < count; index++) socket.message(/** @type {object} */ (events[index % 1000]))
  }
  const payload = 'x'.repeat(100)
  const send = (/** @type {number} */ count) => {
    for (let index = 0; index < count; index++) candidate.send(connection, payload)
  }
  const received = await measure(receive)
  const sent = await measure(send)
  if (seen !== 100 * (WARM_UP + MESSAGES)) throw new Error(`${name} has passed on ${seen / 100} messages`)
  // Last, because a profiler allocates too.
  const receivedAt = await sites(receive)
  const sentAt = await sites(send)
  candidate.close(connection)
  return { received, sent, receivedAt, sentAt }

  /** @param {(count: number) => void} pass */
  async function measure(pass) {
    pass(WARM_UP)
    await turn()
    globalThis.gc?.()
    await turn()
    const before = collections
    const start = process.memoryUsage().heapUsed
    pass(MESSAGES)
    const bytes = (process.memoryUsage().heapUsed - start) / MESSAGES
    await turn()
    if (collections > before) throw new Error(`${name}: garbage was collected while allocations were counted`)
    return bytes
  }
}

/**
 * Functions that allocate a byte or more per message.
 * @param {(count: number) => void} pass
 */
async function sites(pass) {
  const all = await profileAllocations(() => pass(MESSAGES))
  return all.map(({ name, bytes }) => ({ name, bytes: bytes / MESSAGES })).filter(({ bytes }) => bytes >= 1)
}

/** Observers are notified in a later turn of the event loop. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 50))
