/** What a component connects to, and what tells one destination from another. */

import type { RawMessage, RawOutgoing, UrlSource, WebSocketClient } from '@holdfast/core'

/** An address as `createWebSocket` takes it, or a client, which is then shared. */
export type Source<In = RawMessage, Out = RawOutgoing> = UrlSource | WebSocketClient<In, Out>

export const isClient = <In, Out>(source: unknown): source is WebSocketClient<In, Out> =>
  !!(source as WebSocketClient | null)?.retain

/** Equal addresses are one destination, however they are written down. */
export const identify = (source: unknown): unknown => (source as URL | null)?.href ?? source
