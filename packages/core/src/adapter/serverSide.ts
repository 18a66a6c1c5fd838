/** Rendering on a server, where a connection would be opened for each request and stay open after it. */

import type { WebSocketClient } from '../client/webSocketClient.ts'

/**
 * Returns true where there is neither a page nor a worker. Only workers of browsers have `importScripts`, also those that are modules: edge
 * runtimes have the other names of workers, too.
 */
export const isServer = (): boolean => typeof window === 'undefined' && !('importScripts' in globalThis)

/**
 * Makes a client that opens and queues nothing before its first `retain()`. A component retains it when it is mounted, which happens on no
 * server, but without a page in a renderer for terminals.
 */
export const disableUntilRetained = <In, Out>(client: WebSocketClient<In, Out>): WebSocketClient<In, Out> => {
  const { open, reconnect, retain, send } = client
  let isRetained = false
  return Object.assign(client, {
    open: () => isRetained && open(),
    reconnect: () => isRetained && reconnect(),
    send: (...[message, options]: Parameters<typeof send>) => send(message, isRetained ? options : { queue: false }),
    retain: () => {
      isRetained = true
      return retain()
    },
  })
}
