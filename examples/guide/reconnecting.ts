/** Waits, limits and decisions between two connections. `guide.test.ts` runs it. */

import { createWebSocket } from '@holdfast/core'
import type { WebSocket } from 'ws'

// #region limit
export const connectWithLimit = (
  url: string,
  showOffline: (reason: string) => void,
) =>
  createWebSocket(url, {
    reconnect: { maxAttempts: 8, maxDelay: 10_000 },
    // 'exhausted 1006' after the eighth attempt
    onStop: ({ cause, code }) => showOffline(`${cause} ${code}`),
  })
// #endregion limit

// #region fixed
export const connectEveryFiveSeconds = (url: string) =>
  createWebSocket(url, { reconnect: { delay: () => 5000 } })
// #endregion fixed

// #region decide
export const connectUnlessBanned = (url: string) =>
  createWebSocket(url, {
    // 4403: this server has banned the user. Otherwise the default decides.
    reconnect: {
      shouldReconnect: ({ code, final }) => !final && code !== 4403,
    },
  })
// #endregion decide

// #region again
export const follow = (url: string, load: () => void) => {
  const client = createWebSocket(url)
  client.on('open', ({ reconnected }) => {
    // The server has forgotten the subscriptions of the last connection.
    client.send('subscribe prices')
    if (reconnected) load() // messages may have been missed
  })
  return client
}
// #endregion again

// #region window
/** Before a server stops: its clients return at random times in 3 to 8 s. */
export const sendAway = (clients: Iterable<WebSocket>) => {
  for (const client of clients)
    client.close(1012, JSON.stringify({ in: [3000, 8000] }))
}
// #endregion window
