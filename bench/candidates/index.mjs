// The candidates by name, for the bundles.

import { bare } from './bare.mjs'
import { holdfast } from './holdfast.mjs'
import { holdfastClass } from './holdfastClass.mjs'
import { partysocket } from './partysocket.mjs'
import { reconnectingWebSocket } from './reconnectingWebSocket.mjs'
import { websocketTs } from './websocketTs.mjs'

/**
 * Options of a connection. A candidate ignores options that it does not support.
 * @typedef {object} Options
 * @property {boolean | { interval: number, timeout: number }} [heartbeat] the server answers `ping` with `pong`
 * @property {boolean} [binary] binary messages arrive as ArrayBuffers
 * @property {boolean} [page] as if the client were the only one in its page
 */

/**
 * A WebSocket client behind a few functions, over the global WebSocket. They are called often, so they must be as thin as a user's code.
 * Each listener is set once per connection.
 * @template [Connection=any]
 * @typedef {object} Candidate
 * @property {(url: string, options: Options) => Connection} create creates and connects
 * @property {(connection: Connection, listener: () => void) => void} onOpen each time it opens
 * @property {(connection: Connection, listener: () => void) => void} onLeave each time it reports a close or a
 *   failed attempt
 * @property {(connection: Connection, listener: (at: number) => void) => void} [onRetry] epoch ms of the next attempt, if it reports that
 * @property {(connection: Connection, listener: (data: any) => void) => void} onMessage every message
 * @property {(connection: Connection, render: (last: unknown) => void) => void} [onChange] subscribes as a
 *   renderer does, at the candidate's default pace; omitted if there is none
 * @property {(connection: Connection, message: string | ArrayBuffer) => void} send
 * @property {(connection: Connection) => void} close and release everything
 */

/** @type {Record<import('./names.mjs').Name, Candidate>} */
export const candidates = {
  bare,
  holdfast,
  'holdfast class': holdfastClass,
  'reconnecting-websocket': reconnectingWebSocket,
  partysocket,
  'websocket-ts': websocketTs,
}
