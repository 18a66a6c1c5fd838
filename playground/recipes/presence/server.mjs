// Decides which clients are online by the time of their last message only. A connection that was lost without a close frame looks open for
// minutes, and a page that reloads is disconnected for a second. The time of the last message is right in both cases.
import { every, parseMessage, queryField, runAlone, startServer, systemClock } from '../startServer.mjs'

/** @typedef {{ online: boolean, at: number }} NetworkChange at in epoch ms, by the client's clock */
/** @typedef {{ lastSeen: number, online: boolean, network: NetworkChange[] }} Entry */

/** Entries are removed after a day, and their number is bounded. */
const removeAfter = 24 * 3_600_000
const maxMembers = 1000

/**
 * @param {number} [port] 0, the default, takes any free port
 * @param {{ awayAfter?: number, sweepEvery?: number, clock?: import('../startServer.mjs').Clock }} [options] `awayAfter`: ms without
 * a message after which a client is offline, more than two of its heartbeats; `sweepEvery`: ms between two checks of all entries
 */
export async function start(port = 0, { awayAfter = 25_000, sweepEvery = 1000, clock = systemClock } = {}) {
  const server = await startServer(port)
  /** @type {Map<string, Entry>} by client id */
  const members = new Map()

  const broadcast = () => server.hub.broadcast({ members: [...members].map(([id, entry]) => ({ id, ...entry })) })

  /** @param {string} id */
  const touch = (id) => {
    const entry = members.get(id) ?? { online: false, network: [], lastSeen: 0 }
    const back = !entry.online
    members.set(id, Object.assign(entry, { online: true, lastSeen: clock.now() }))
    if (back) broadcast()
    return entry
  }

  every(server, clock, sweepEvery, () => {
    let changed = false
    for (const [id, entry] of members) {
      const silence = clock.now() - entry.lastSeen
      const gone = entry.online && silence > awayAfter
      if (gone) entry.online = false
      changed = (silence > removeAfter && members.delete(id)) || gone || changed
    }
    if (changed) broadcast()
  })

  /** @type {WeakMap<import('@holdfast/server').Connection, string>} the hub keeps no request after `connection` */
  const ids = new WeakMap()

  server.hub.on('connection', (connection) => {
    const id = queryField(connection, 'id')
    ids.set(connection, id)
    const accepted = members.has(id) || (id.length > 0 && id.length <= 40 && members.size < maxMembers)
    // After 1008 the client does not retry.
    if (!accepted) return connection.close(1008, 'an id of 1 to 40 characters, please')
    touch(id)
    return broadcast()
  })
  server.hub.on('message', (text, { connection }) => {
    const entry = touch(ids.get(connection) ?? '')
    const message = parseMessage(text)
    if (message?.heart === 1) connection.send(text)
    if (!Array.isArray(message?.network)) return
    entry.network = message.network
      .slice(-10)
      .filter(isNetworkChange)
      .map(({ online, at }) => ({ online, at }))
    broadcast()
  })
  return { ...server, members }
}

/**
 * @param {any} change
 * @returns {change is NetworkChange}
 */
function isNetworkChange(change) {
  return typeof change?.online === 'boolean' && typeof change.at === 'number'
}

await runAlone(import.meta.url, start)
