/** A client of a component's own, and the options of the hooks. */

import {
  type RawMessage,
  type RawOutgoing,
  type SessionCallbacks,
  type UrlSource,
  type WebSocketClient,
  type WebSocketOptions,
  createWebSocket,
} from '@holdfast/core'

/** Those of `createWebSocket`: numbers are read once for each destination, functions at each use. With a client given, only callbacks count. */
export interface UseWebSocketOptions<In = RawMessage, Out = RawOutgoing>
  extends Omit<WebSocketOptions<In, Out>, 'lazy' | 'linger'>, SessionCallbacks<In, Out> {
  /** Another key is another destination, as another URL is: the connection ends, its queue is dropped, and a new one begins. */
  key?: unknown
}

interface First {
  latest: { readonly current: object } | undefined
}

/** One for all components: each pays for its options only. */
const LATE: ProxyHandler<First> = { get: (first, name) => (first.latest?.current ?? first)[name as never] }

/** It opens when retained, and reads the options given while it is made, and from then on the latest. */
export const createOwn = <In, Out>(
  url: UrlSource,
  options: UseWebSocketOptions<In, Out>,
  latest: { readonly current: object },
): WebSocketClient<In, Out> => {
  const first = { linger: 0, ...options, lazy: true, latest: undefined } as First
  const client = createWebSocket<In, Out>(url, new Proxy(first, LATE) as WebSocketOptions<In, Out>)
  first.latest = latest
  return client
}
