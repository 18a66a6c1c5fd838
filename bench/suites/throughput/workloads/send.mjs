// The client sends messages, in one loop as fast as it can or at a rate; the server counts. Each client has its own defaults, as a user
// would have them, so a client that drops a part of the burst loses messages here.

import { connect } from '../../../candidates/connect.mjs'

/** How many different messages there are, so that none of them is a constant to the compiler. */
const VARIETY = 1000
/** Between two questions for the count, in ms: a client that drops messages may drop the question, too. */
const ASK_EVERY = 100
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
    const connection = await connect(candidate, `${origin}/send?size=${size}`, { heartbeat })
    let sent = 0
    /** @type {ReturnType<typeof setInterval> | undefined} */
    let asking
    const ask = () => candidate.send(connection, 'end')
    const sendUntil = (/** @type {number} */ goal) => {
      if (sent === messages) return
      for (const end = Math.min(goal, messages); sent < end; sent++)
        candidate.send(connection, payloads[sent % payloads.length] ?? '')
      if (sent < messages) return
      ask()
      asking = setInterval(ask, ASK_EVERY)
    }
    /** @type {Promise<number>} */
    const end = new Promise((resolve) => candidate.onMessage(connection, (data) => resolve(JSON.parse(data).received)))
    const start = performance.now()
    const beat = rate > 0 && setInterval(() => sendUntil(Math.floor(((performance.now() - start) * rate) / 1000)), TICK)
    if (!beat) sendUntil(messages)
    const received = await end
    const seconds = (performance.now() - start) / 1000
    if (beat) clearInterval(beat)
    clearInterval(asking)
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
