// Who is online, decided by one thing only: when a client was last heard. A connection that has vanished without a word looks
// open for minutes, and a page that reloads is gone for a second; the time last seen is right about both.
import { every, parseMessage, queryField, runAlone, startServer, systemClock } from '../startServer.mjs'

/** @typedef {{ online: boolean, at: number }} NetworkChange at in epoch ms, by the client's clock */
/** @typedef {{ lastSeen: number, online: boolean, network: NetworkChange[] }} Entry */

/** Entries are forgotten after a day, and no more than these are kept. */
const forgetAfter = 24 * 3_600_000
const mostPeople = 1000

/**
 * @param {number} [port] 0, the default, takes any free one
 * @param {{ awayAfter?: number, sweepEvery?: number, clock?: import('../startServer.mjs').Clock }} [options] ms of silence after which a client is offline: more
 * than two of its heartbeats; ms between looks at the table
 */
export async function start(port = 0, { awayAfter = 25_000, sweepEvery = 1000, clock = systemClock } = {}) {
  const server = await startServer(port)
  /** @type {Map<string, Entry>} by client id */
  const table = new Map()

  const tellAll = () => server.hub.broadcast({ people: [...table].map(([id, entry]) => ({ id, ...entry })) })

  /** @param {string} id */
  const see = (id) => {
    const entry = table.get(id) ?? { online: false, network: [], lastSeen: 0 }
    const back = !entry.online
    table.set(id, Object.assign(entry, { online: true, lastSeen: clock.now() }))
    if (back) tellAll()
    return entry
  }

  every(server, clock, sweepEvery, () => {
    let changed = false
    for (const [id, entry] of table) {
      const silence = clock.now() - entry.lastSeen
      const gone = entry.online && silence > awayAfter
      if (gone) entry.online = false
      changed = (silence > forgetAfter && table.delete(id)) || gone || changed
    }
    if (changed) tellAll()
  })

  /** @param {import('@holdfast/server').Connection} connection */
  const idOf = (connection) => queryField(connection, 'id')

  server.hub.on('connection', (connection) => {
    const id = idOf(connection)
    const known = table.has(id) || (id.length > 0 && id.length <= 40 && table.size < mostPeople)
    // 1008: another try with this id is in vain.
    if (!known) return connection.close(1008, 'an id of 1 to 40 characters, please')
    see(id)
    return tellAll()
  })
  server.hub.on('message', (text, { connection }) => {
    const entry = see(idOf(connection))
    const message = parseMessage(text)
    if (message?.heart === 1) connection.send(text)
    if (!Array.isArray(message?.network)) return
    entry.network = message.network
      .slice(-10)
      .filter(isNetworkChange)
      .map(({ online, at }) => ({ online, at }))
    tellAll()
  })
  return { ...server, table }
}

/**
 * @param {any} change
 * @returns {change is NetworkChange}
 */
function isNetworkChange(change) {
  return typeof change?.online === 'boolean' && typeof change.at === 'number'
}

await runAlone(import.meta.url, start)
