// The client sends text messages as fast as the server takes them: so many ahead of what it has acknowledged, and no more.
// The window stays below every client's own limit (our `highWaterMark` is 1 MiB), so that each does the same work.

/** Messages that may be under way: 400 kB of 100 B each. */
const WINDOW = 4000
/** How many different messages there are, so that none of them is a constant to the compiler. */
const VARIETY = 1000

/**
 * @param {{ name: string, title: string, heartbeat?: boolean }} settings
 * @returns {import('./index.mjs').Workload}
 */
export const createSend = ({ name, title, heartbeat = false }) => ({
  name,
  title,
  messages: 100_000,
  run: async (candidate, origin, { WebSocket, messages, size }) => {
    const payloads = Array.from({ length: VARIETY }, (_, index) => String(index).padEnd(size, '.'))
    const connection = await candidate.connect(`${origin}/send?messages=${messages}&size=${size}`, { WebSocket, heartbeat })
    let sent = 0
    const sendUntil = (/** @type {number} */ goal) => {
      for (const end = Math.min(goal, messages); sent < end; sent++) candidate.send(connection, payloads[sent % VARIETY] ?? '')
    }
    /** @type {Promise<number>} */
    const end = new Promise(resolve =>
      candidate.onMessage(connection, data => {
        const { acknowledged, received } = JSON.parse(data)
        if (received !== undefined) return resolve(received)
        const before = sent
        sendUntil(acknowledged + WINDOW)
        if (sent === messages && before < messages) candidate.send(connection, 'end')
      }),
    )
    const start = performance.now()
    sendUntil(WINDOW)
    const received = await end
    const seconds = (performance.now() - start) / 1000
    candidate.close(connection)
    return { seconds, sent, received }
  },
})
