// A half-open connection: the server stops responding on it, TCP stays open, and new connections are served. Several clients at once, each
// at another point of its heartbeat.

import { candidates } from '../../candidates/index.mjs'
import { connect } from '../../candidates/connect.mjs'

/**
 * @typedef {object} HalfOpen
 * @property {number | null} left ms until it reported the close; null: not within the timeout
 * @property {number | null} back ms until it was open again
 * @property {number | null} lag ms from the first possible attempt of its policy to open; null if it does not report that time
 */

/**
 * @param {{ candidate: import('../../candidates/names.mjs').Name, origin: string, clients: number, patience: number, interval: number, timeout: number }} job
 * @returns {Promise<HalfOpen[]>}
 */
export function halfOpenJob({ candidate, origin, clients, patience, interval, timeout }) {
  const runs = Array.from({ length: clients }, async (_, index) => {
    const connection = await connect(candidates[candidate], `${origin}/freeze`, { heartbeat: { interval, timeout } })
    await pause(interval + (index * interval) / clients)
    return watch(candidates[candidate], connection, patience)
  })
  return Promise.all(runs)
}

/**
 * @param {import('../../candidates/index.mjs').Candidate} candidate
 * @param {unknown} connection
 * @param {number} patience
 * @returns {Promise<HalfOpen>}
 */
async function watch(candidate, connection, patience) {
  /** @type {HalfOpen} */
  const result = { left: null, back: null, lag: null }
  const start = performance.now()
  let retryAt = Number.NaN
  candidate.onRetry?.(connection, (at) => (retryAt = at))
  let over = false
  candidate.onLeave(connection, () => {
    if (!over) result.left ??= performance.now() - start
  })
  const back = new Promise((resolve) => candidate.onOpen(connection, () => resolve(Date.now())))
  candidate.send(connection, 'freeze')
  const openedAt = await Promise.race([back, pause(patience)])
  if (openedAt) {
    result.back = performance.now() - start
    result.lag = Number.isNaN(retryAt) ? null : openedAt - retryAt
  }
  over = true
  candidate.close(connection)
  return result
}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
