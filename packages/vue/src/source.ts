/** What a component connects to, and what tells one destination from another. */

import type { Dial, RawMessage, RawOutgoing, SessionClient, UrlSource, WebSocketClient } from '@holdfast/core'
import type { MaybeRef } from 'vue'

/**
 * An address as `createWebSocket` takes it, or a client, which is then shared. A getter of a client is asked when mounted; a ref at once.
 * Its type is that of a provider: TypeScript settles a function's parameter by what it tries first.
 */
export type Source<In = RawMessage, Out = RawOutgoing> =
  | MaybeRef<UrlSource | WebSocketClient<In, Out>>
  | ((dial: Dial) => WebSocketClient<In, Out>)

/** A client that has a session. */
export type SessionSource<In, Out> = MaybeRef<SessionClient<In, Out>> | ((dial: Dial) => SessionClient<In, Out>)

export const isClient = <In, Out>(source: unknown): source is WebSocketClient<In, Out> =>
  !!(source as WebSocketClient | null)?.retain

/** Equal addresses are one destination, however they are written down. */
export const identify = (source: unknown): unknown => (source as URL | null)?.href ?? source
