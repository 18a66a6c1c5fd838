import { createWebSocket, json } from '@holdfast/core'

type Incoming = { type: 'connection_ack' } | { type: 'next'; id: string; payload: unknown }
type Outgoing =
  | { type: 'connection_init'; payload: { token: string } }
  | { type: 'subscribe'; id: string; payload: object }

export const connectGraphql = (url: string, fetchToken: (signal: AbortSignal) => Promise<string>) =>
  createWebSocket(url, {
    protocols: 'graphql-transport-ws',
    codec: json<Incoming, Outgoing>(),
    // At each connection, before queued messages are sent and `open` is emitted.
    onConnect: async ({ send, receive, signal }) => {
      send({ type: 'connection_init', payload: { token: await fetchToken(signal) } })
      const { type } = await receive()
      if (type !== 'connection_ack') throw new Error(`expected connection_ack, got ${type}`) // this attempt has failed
    },
    reconnect: { shouldReconnect: ({ code, final }) => !final && code !== 4403 }, // 4403: the token was refused
  })
