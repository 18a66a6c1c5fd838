/** What a component connects to. */

import type { RawMessage, RawOutgoing, UrlSource, WebSocketClient } from '@holdfast/core'

/** A URL as `createWebSocket` takes it, or a client, which is then shared. */
export type Source<In = RawMessage, Out = RawOutgoing> = UrlSource | WebSocketClient<In, Out>
