import type { WebSocketClient } from '@holdfast/core'

interface Page {
  fetchMissed: () => void
  show: (text: string) => void
}

/** Connects a page with a client. Returns the function that removes all listeners. */
export const listen = (client: WebSocketClient<string, string>, { fetchMissed, show }: Page) => {
  const leave = new AbortController()
  const { signal } = leave
  client.on('open', ({ reconnected }) => reconnected && fetchMissed(), { signal })
  client.on('retry', ({ attempt, delay }) => show(`attempt ${attempt} in ${Math.ceil(delay / 1000)} s`), { signal })
  client.on('stop', ({ code, cause }) => show(`closed: ${cause} ${code}`), { signal })
  client.on('drop', ({ message, reason }) => show(`not sent (${reason}): ${String(message)}`), { signal })
  return () => leave.abort()
}
