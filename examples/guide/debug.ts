/** Logs what a client does. `guide.test.ts` runs it. */

import { createWebSocket } from '@holdfast/core'

export const client = createWebSocket('wss://example.org/chat')

// #region log
client.onAny(console.log) // each event: its name and its value
// #endregion log

// #region expose
Object.assign(globalThis, { client }) // then `client.get()`, `client.reconnect()` and `client.socket` work in the console
// #endregion expose
