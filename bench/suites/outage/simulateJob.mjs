// Simulates outages with a fake clock and a fake network: the attempts of a backoff policy in two minutes, and those of a thousand clients
// after a restart of the server. The results are exact, because an attempt succeeds or fails at once.

import { candidates } from '../../candidates/index.mjs'
import { fakeNetwork } from '../../fakes/fakeNetwork.mjs'
import { fakeTime } from '../../fakes/fakeTime.mjs'

/** Width of a bucket of the storm, in ms. */
const BUCKET = 100
/** How long the storm is observed, in ms. The mean is over this time. */
const STORM = 10_000
/** The close code of a server that restarts gracefully. */
const RESTART = 1012

/**
 * @typedef {object} Simulated
 * @property {number[]} attempts of each client during the outage
 * @property {(number | null)[]} back ms from the server's return until open
 * @property {Storm} cut the server has stopped without close frames
 * @property {Storm} restart the server has closed with 1012
 */

/**
 * @typedef {object} Storm
 * @property {number} peak dials in the worst 100 ms
 * @property {number} overMean that over the mean of the first ten seconds
 * @property {number | null} last ms until all had come back; null: not within those
 */

/**
 * @param {{ candidate: import('../../candidates/names.mjs').Name, down: number, clients: number, storm: number }} job
 * @returns {Promise<Simulated>}
 */
export async function simulateJob({ candidate: name, down, clients, storm }) {
  const candidate = candidates[name]
  const network = fakeNetwork()
  const clock = fakeTime()
  return { ...(await outage()), cut: await shake(), restart: await shake(RESTART) }

  async function outage() {
    const attempts = []
    const back = []
    for (let client = 0; client < clients; client++) {
      network.up = true
      const connection = candidate.create('ws://fake/', { page: true })
      // Long enough for every client to consider the connection stable.
      await clock.run(60_000)
      network.up = false
      network.dropAll()
      const before = network.dials
      await clock.run(down)
      attempts.push(network.dials - before)
      network.up = true
      const start = clock.now()
      let opened = 0
      candidate.onOpen(connection, () => (opened ||= clock.now()))
      await clock.run(60_000)
      back.push(opened ? opened - start : null)
      candidate.close(connection)
      await clock.run(60_000)
    }
    return { attempts, back }
  }

  /** @param {number} [code] */
  async function shake(code) {
    network.up = true
    let open = 0
    const connections = Array.from({ length: storm }, () => {
      const connection = candidate.create('ws://fake/', { page: true })
      candidate.onOpen(connection, () => open++)
      return connection
    })
    await clock.run(60_000)
    if (open !== storm) throw new Error(`${name}: ${open} of ${storm} have opened`)
    open = 0
    const buckets = Array.from({ length: STORM / BUCKET }, () => 0)
    const start = clock.now()
    let last = 0
    network.onDial = () => {
      last = clock.now() - start
      const bucket = Math.floor(last / BUCKET)
      if (bucket < buckets.length) buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    network.dropAll(code)
    await clock.run(STORM)
    network.onDial = () => {}
    for (const connection of connections) candidate.close(connection)
    const peak = Math.max(...buckets)
    const mean = buckets.reduce((sum, dials) => sum + dials, 0) / buckets.length
    return { peak, overMean: mean > 0 ? peak / mean : 0, last: open >= storm ? last : null }
  }
}
