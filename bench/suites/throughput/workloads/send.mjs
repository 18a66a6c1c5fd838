// The client sends messages, as fast as the server takes them or at a rate; the server counts. Without a rate, so many are ahead of
// what it has acknowledged, and no more: the window stays below every client's own limit (our `highWaterMark` is 1 MiB), so that each
// does the same work.

import { connect } from '../../../candidates/connect.mjs'

/** Bytes that may be sent and not acknowledged. */
const WINDOW = 400_000
/** How many different messages there are, so that none of them is a constant to the compiler. */
const VARIETY = 1000
/** Between two batches at a rate, in ms: the shortest that browsers keep to. */
const TICK = 4

/**
 * @param {object} settings
 * @param {number} settings.size of each message, in bytes
 * @param {boolean} [settings.binary]
 * @param {boolean} [settings.heartbeat]
 * @returns {import('./index.mjs').Run}
 */
export const createSend =
  ({ size, binary = false, heartbeat = false }) =>
  async (candidate, origin, { messages, rate }) => {
    const payloads = Array.from({ length: Math.min(VARIETY, messages) }, (_, index) => payload(index, size, binary))
    const window = Math.max(1, Math.floor(WINDOW / size))
    const query = `size=${size}&every=${Math.max(1, Math.floor(window / 4))}`
    const connection = await connect(candidate, `${origin}/send?${query}`, { heartbeat })
    let sent = 0
    const sendUntil = (/** @type {number} */ goal) => {
      if (sent === messages) return
      for (const end = Math.min(goal, messages); sent < end; sent++)
        candidate.send(connection, payloads[sent % payloads.length] ?? '')
      if (sent === messages) candidate.send(connection, 'end')
    }
    /** @type {Promise<number>} */
    const end = new Promise((resolve) =>
      candidate.onMessage(connection, (data) => {
        const { acknowledged, received } = JSON.parse(data)
        if (received !== undefined) resolve(received)
        else if (rate === 0) sendUntil(acknowledged + window)
      }),
    )
    const start = performance.now()
    const beat = rate > 0 && setInterval(() => sendUntil(Math.floor(((performance.now() - start) * rate) / 1000)), TICK)
    if (!beat) sendUntil(window)
    const received = await end
    const seconds = (performance.now() - start) / 1000
    if (beat) clearInterval(beat)
    candidate.close(connection)
    return { seconds, lost: Math.max(0, messages - received), doubled: Math.max(0, received - messages), late: 0 }
  }

/**
 * @param {number} index
 * @param {number} size
 * @param {boolean} binary
 */
function payload(index, size, binary) {
  if (!binary) return String(index).padEnd(size, '.')
  const { buffer } = new Uint8Array(size).fill(index)
  return buffer
}
