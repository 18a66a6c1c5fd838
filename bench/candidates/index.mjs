// The candidates by name, for the bundles.

import { bare } from './bare.mjs'
import { holdfast } from './holdfast.mjs'
import { partysocket } from './partysocket.mjs'
import { reconnectingWebSocket } from './reconnectingWebSocket.mjs'
import { websocketTs } from './websocketTs.mjs'

/**
 * What is asked of a connection. A candidate ignores what it has no notion of.
 * @typedef {object} Options
 * @property {boolean | { interval: number, timeout: number }} [heartbeat] the server answers `ping` with `pong`
 * @property {boolean} [binary] binary messages arrive as ArrayBuffers
 * @property {boolean} [page] as though the client were alone in a page of its own
 */

/**
 * A WebSocket client behind a few functions, over the global WebSocket. They are called often: keep them as thin as a user's own code
 * would be. Each listener is set once per connection.
 * @template [Connection=any]
 * @typedef {object} Candidate
 * @property {(url: string, options: Options) => Connection} create and dial
 * @property {(connection: Connection, listener: () => void) => void} onOpen each time
 * @property {(connection: Connection, listener: () => void) => void} onLeave each time it tells that it is not open any more, or that
 *   an attempt has failed
 * @property {(connection: Connection, listener: (at: number) => void) => void} [onRetry] epoch ms of the next attempt, where it tells
 * @property {(connection: Connection, listener: (data: any) => void) => void} onMessage every message
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
