/** The options of the composables. */

import type { RawMessage, RawOutgoing, SessionCallbacks, WebSocketOptions } from '@holdfast/core'
import type { MaybeRefOrGetter } from 'vue'

/**
 * The options of `createWebSocket`, and `key`. Numbers are read once for each connection, functions each time they are used. If the source
 * is a client, only the callbacks are used. A callback that is added after mounting is called if the options are reactive.
 */
export interface UseWebSocketOptions<In = RawMessage, Out = RawOutgoing>
  extends Omit<WebSocketOptions<In, Out>, 'lazy' | 'linger'>, SessionCallbacks<In, Out> {
  /**
   * Another key replaces the connection, as another URL does: the old connection is closed, its queued messages are dropped, and a new one
   * is opened. A shared client is not affected. @default undefined
   */
  key?: MaybeRefOrGetter<unknown>
}
