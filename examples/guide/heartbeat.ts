/** The heartbeat for servers with messages of their own. `guide.test.ts` runs it. */

import { createWebSocket, json } from '@holdfast/core'

// #region json
interface Message {
  type: string
  text?: string
}

/** The server answers `{"type":"ping"}` with `{"type":"pong"}`. */
export const connectToJsonServer = (url: string) =>
  createWebSocket<Message>(url, {
    codec: json(),
    heartbeat: { message: { type: 'ping' }, isReply: { type: 'pong' } },
  })
// #endregion json

// #region serverPings
/** The server sends `{"type":"ping"}` every 20 s. */
export const connectToPingingServer = (url: string) =>
  createWebSocket<Message>(url, {
    codec: json(),
    heartbeat: {
      message: null, // the client sends no ping of its own
      answer: { to: { type: 'ping' }, with: { type: 'pong' } },
      interval: 45_000, // two pings were missed
    },
  })
// #endregion serverPings
