import { OneShotWebSocket } from '@holdfast/core/reconnecting-websocket'
import { createClient } from 'graphql-ws'
import { TIMES } from './times.ts'

/** Subscribes to a text. Apollo takes the same client: `new GraphQLWsLink(client)`. */
export const connect = (url: string, onText: (text: string) => void, { interval, timeout, retry } = TIMES) => {
  const client = createClient({
    url,
    // A ping of graphql-transport-ws, which the server answers.
    webSocketImpl: OneShotWebSocket.with({
      heartbeat: { message: '{"type":"ping"}', isReply: '{"type":"pong"}', interval, timeout },
    }),
    retryAttempts: Infinity,
    // By default only a close is tried again, but an attempt that fails begins with an `error` event.
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, retry)),
  })
  client.subscribe<{ text: string }>(
    { query: 'subscription { text }' },
    {
      next: ({ data }) => {
        if (data) onText(data.text)
      },
      error: (error) => console.error(error),
      complete: () => undefined,
    },
  )
  // Rejects if the last attempt fails.
  return { close: () => Promise.resolve(client.dispose()).catch(() => undefined) }
}
