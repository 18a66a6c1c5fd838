/** The options of the hooks. */

import type { RawMessage, RawOutgoing, SessionCallbacks, WebSocketOptions } from '@holdfast/core'

/**
 * The options of `createWebSocket`, and `key`. Numbers are read once for each connection, functions each time they are used. If the source
 * is a client, only the callbacks are used. Functions are always those of the latest render.
 */
export interface UseWebSocketOptions<In = RawMessage, Out = RawOutgoing>
  extends Omit<WebSocketOptions<In, Out>, 'lazy' | 'linger'>, SessionCallbacks<In, Out> {
  /**
   * Another key replaces the connection, as another URL does: the old connection is closed, its queued messages are dropped, and a new one
   * is opened. A shared client is not affected. @default undefined
   */
  key?: unknown
}
