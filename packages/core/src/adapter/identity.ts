/** What kind of source a component was given, and when two sources are the same destination. */

import type { WebSocketClient } from '../client/webSocketClient.ts'

export const isClient = <In, Out>(source: unknown): source is WebSocketClient<In, Out> =>
  !!(source as WebSocketClient | null)?.retain

/** Two sources with the same identity are one destination. A `URL` object is compared by its `href`, so it equals the same URL as a string. */
export const identityOf = (source: unknown): unknown => (source as URL | null)?.href ?? source
