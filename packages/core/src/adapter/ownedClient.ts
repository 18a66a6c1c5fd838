/** The client that a component creates for a URL and disposes itself. */

import { createWebSocket } from '../client/createWebSocket.ts'
import type { WebSocketClient } from '../client/webSocketClient.ts'
import type { WebSocketOptions } from '../client/options.ts'
import type { UrlSource } from '../transport/dial.ts'
import { type Latest, withLatest } from './latest.ts'
import { disableUntilRetained, isServer } from './serverSide.ts'

/**
 * Creates a client that opens when it is retained and closes as soon as it is released. On a server it opens nothing.
 *
 * @throws OptionError for a wrong URL or option
 */
export const createOwnedClient = <In, Out>(
  url: UrlSource,
  options: WebSocketOptions<In, Out>,
  latest: Latest,
): WebSocketClient<In, Out> => {
  const client = withLatest({ linger: 0, ...options, lazy: true }, latest, (current) =>
    createWebSocket<In, Out>(url ?? null, current),
  )
  return isServer() ? disableUntilRetained(client) : client
}
