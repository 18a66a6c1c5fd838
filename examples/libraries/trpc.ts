import { OneShotWebSocket } from '@holdfast/core/reconnecting-websocket'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import type { Router } from './support/servers/trpc.ts'
import { TIMES } from './times.ts'

/** Subscribes to a text. */
export const connect = (url: string, onText: (text: string) => void, { interval, timeout, retry } = TIMES) => {
  const wsClient = createWSClient({
    url,
    // The ping of tRPC, which the server answers. It replaces the option `keepAlive`, which waits for the event `close`.
    WebSocket: OneShotWebSocket.with({ heartbeat: { message: 'PING', isReply: 'PONG', interval, timeout } }),
    retryDelayMs: () => retry,
  })
  const client = createTRPCClient<Router>({ links: [wsLink({ client: wsClient })] })
  client.text.subscribe(undefined, { onData: onText })
  return { close: () => wsClient.close() }
}
