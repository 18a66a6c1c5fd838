// Measures one candidate once, with a new server and new clients: an idle connection, the fan-out, and a cut of all connections.

import { startChild } from '../child.mjs'
import { candidates } from './candidates.mjs'

/**
 * @typedef {object} Scale
 * @property {number} clients
 * @property {number} seconds of fanning out
 * @property {number} missed messages that are published while all are disconnected
 *
 * @typedef {object} Fan
 * @property {number} rate messages that reached a client, per second
 * @property {number} cpu of the server, µs for each of them
 *
 * @typedef {object} Trial
 * @property {Fan} apart each message published in a separate turn of the event loop
 * @property {Fan} together five messages published in one turn
 * @property {number} heap bytes for each idle connection
 * @property {number} rss bytes for each idle connection
 * @property {number} back ms from the cut until all were accepted again
 * @property {number} whole ms from the cut until all had received the missed messages, or were accepted if the candidate does not replay
 * @property {number} backCpu CPU of the server for it, ms
 * @property {number} delivered
 * @property {number} lost messages that a client never received
 * @property {number} doubled
 * @property {number} failed failed connection attempts
 */

/** Only a guard against a hang, in ms: a step of a loaded machine may take minutes. */
const PATIENCE = 300_000
/** Messages published in one order; two orders are pending at a time. */
const LOT = 5
/** Share of the clients that connect before the measurement, so that one-time allocations of the server are not counted. */
const FIRST = 0.2

/**
 * @param {string} name of the candidate
 * @param {{ server: string, clients: string }} bundles
 * @param {Scale} scale
 * @param {string} [profile] the folder for a CPU profile of the server
 * @returns {Promise<Trial>}
 */
export async function runTrial(name, bundles, { clients: count, seconds, missed }, profile) {
  const candidate = candidates[name]
  if (!candidate) throw new Error(`no candidate ${name}`)
  const server = startChild(
    bundles.server,
    ['--expose-gc', ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [])],
    [name],
  )
  /** @type {ReturnType<typeof startChild> | undefined} */
  let clients
  try {
    const port = await server.receive(PATIENCE)
    const crowd = (clients = startChild(
      bundles.clients,
      ['--max-semi-space-size=64'],
      [candidate.dialect, `ws://127.0.0.1:${port}`],
    ))
    await crowd.receive(PATIENCE)
    const serverAfter = async (/** @type {import('./serverEntry.mjs').Order} */ order) => {
      server.send(order)
      return await server.receive(PATIENCE)
    }
    const clientsAfter = async (/** @type {import('./clientsEntry.mjs').Order} */ order) => {
      crowd.send(order)
      return await crowd.receive(PATIENCE)
    }
    let n = 0
    const publish = (/** @type {number} */ more, apart = true) => {
      server.send({ publish: more, from: n + 1, apart })
      n += more
    }

    const first = Math.round(count * FIRST)
    await clientsAfter({ connect: first })
    const few = await serverAfter('collect')
    await clientsAfter({ connect: count - first })
    const many = await serverAfter('collect')
    const per = (/** @type {number} */ bytes) => bytes / (count - first)

    const fan = async (/** @type {number} */ ms, /** @type {boolean} */ apart) => {
      const before = await serverAfter('report')
      const start = performance.now()
      const from = n
      publish(LOT, apart)
      do {
        publish(LOT, apart)
        await clientsAfter({ reach: n - LOT })
      } while (performance.now() - start < ms)
      await clientsAfter({ reach: n })
      const messages = (n - from) * count
      const rate = (messages * 1000) / (performance.now() - start)
      const after = await serverAfter('report')
      return { rate, cpu: ((after.cpu - before.cpu) * 1000) / messages }
    }
    await fan(seconds * 500, true) // warm-up
    const apart = await fan(seconds * 1000, true)
    const together = await fan(seconds * 1000, false)

    // One more message after it reveals the missed ones.
    const away = clientsAfter({ back: 2 * count })
    const cut = await serverAfter({ cut: missed, from: n + 1 })
    n += missed
    const back = await away
    const whole = candidate.recovers ? await clientsAfter({ reach: n }) : back
    const resumed = await serverAfter('report')
    publish(1)
    await clientsAfter({ reach: n })
    crowd.send('count')
    const { received, lost, doubled, failed } = await crowd.receive(PATIENCE)
    return {
      apart,
      together,
      heap: per(many.heap - few.heap),
      rss: per(many.rss - few.rss),
      back: back - cut.at,
      whole: whole - cut.at,
      backCpu: resumed.cpu - cut.cpu,
      delivered: received - doubled,
      lost,
      doubled,
      failed,
    }
  } finally {
    await Promise.all([server.end(), clients?.end()])
  }
}
