// The server pours a burst of text messages as fast as the link takes it, then says that it has ended.

/**
 * @param {{ name: string, title: string, heartbeat?: boolean, renders?: boolean }} settings
 *   `renders`: a renderer listens as well, and reads the state each time it is told
 * @returns {import('./index.mjs').Workload}
 */
export const createReceive = ({ name, title, heartbeat = false, renders = false }) => ({
  name,
  title,
  messages: 200_000,
  run: async (candidate, origin, { WebSocket, messages, size }) => {
    const connection = await candidate.connect(`${origin}/receive?messages=${messages}&size=${size}`, { WebSocket, heartbeat })
    let seen = 0
    let last
    if (renders) candidate.onChange?.(connection, message => (last = message))
    const end = new Promise(resolve =>
      candidate.onMessage(connection, data => {
        if (data.length === size) seen++
        else resolve(data)
      }),
    )
    const start = performance.now()
    candidate.send(connection, 'go')
    const told = JSON.parse(await end)
    const seconds = (performance.now() - start) / 1000
    candidate.close(connection)
    // `last` is used, so that no compiler may leave the reading out.
    return { seconds, sent: told.sent, received: seen, last: `${last}`.length }
  },
})
