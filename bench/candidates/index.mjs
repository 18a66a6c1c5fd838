// The candidates by name, for the bundles.

import { bare } from './bare.mjs'
import { holdfast } from './holdfast.mjs'
import { partysocket } from './partysocket.mjs'
import { reconnectingWebSocket } from './reconnectingWebSocket.mjs'
import { websocketTs } from './websocketTs.mjs'

/**
 * What a workload asks of a connection. A candidate ignores what it has no notion of.
 * @typedef {object} ConnectOptions
 * @property {boolean} [heartbeat] with the candidate's default settings; the server answers `ping` with `pong`
 * @property {boolean} [binary] binary messages arrive as ArrayBuffers
 */

/**
 * A WebSocket client behind a few functions, over the global WebSocket. They are called often: keep them as thin as a user's own code
 * would be.
 * @template [Connection=any]
 * @typedef {object} Candidate
 * @property {(url: string, options: ConnectOptions) => Promise<Connection>} connect resolves once it is open
 * @property {(connection: Connection, listener: (data: any) => void) => void} onMessage every message, once per connection
 * @property {(connection: Connection, render: (last: unknown) => void) => void} [onChange] as a renderer listens, at the
 *   candidate's default pace; left out where there is none
 * @property {(connection: Connection, message: string | ArrayBuffer) => void} send
 * @property {(connection: Connection) => void} close and leave nothing behind
 */

/** @type {Record<import('./names.mjs').Name, Candidate>} */
export const candidates = {
  bare,
  holdfast,
  'reconnecting-websocket': reconnectingWebSocket,
  partysocket,
  'websocket-ts': websocketTs,
}
