/** What becomes of a message. `guide.test.ts` runs it. */

import { type WebSocketClient, createWebSocket } from '@holdfast/core'

// #region result
export const submit = (
  client: WebSocketClient,
  text: string,
  show: (note: string) => void,
) => {
  const result = client.send(text)
  if (result === 'queued') show('Will be sent when the connection is back.')
  if (result === 'dropped') show('Not sent.')
}
// #endregion result

// #region drop
export const watchDrops = (
  client: WebSocketClient,
  restore: (text: string) => void,
) =>
  client.on('drop', ({ message, reason }) => {
    // Back into the input field.
    if (reason === 'expired' || reason === 'full') restore(String(message))
  })
// #endregion drop

// #region volatile
/** A position that is late has no value. */
export const sharePointer = (client: WebSocketClient, x: number, y: number) =>
  client.send(`${x},${y}`, { queue: false })
// #endregion volatile

// #region queue
export const connectWithLongQueue = (url: string) =>
  createWebSocket(url, {
    // Ten minutes. A full queue drops its oldest message.
    queue: { limit: 1000, ttl: 600_000, overflow: 'drop-old' },
  })
// #endregion queue

// #region backpressure
/** At most 1 MiB waits in the socket, and at most 8 MiB in the queue. */
export const connectForUploads = (url: string) =>
  createWebSocket(url, {
    highWaterMark: 1024 * 1024,
    queue: { bytes: 8 * 1024 * 1024 },
  })
// #endregion backpressure
