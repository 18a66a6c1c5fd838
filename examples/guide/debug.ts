/** Logs what a client does. `guide.test.ts` runs it. */

import { createWebSocket } from '@holdfast/core'

export const client = createWebSocket('wss://example.org/chat')

// #region log
client.onAny(console.log) // each event: its name and its value
// #endregion log

// #region expose
// Then `client.get()`, `client.reconnect()` and so on work in the console.
Object.assign(globalThis, { client })
// #endregion expose
