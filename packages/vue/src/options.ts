/** The options of the composables. */

import type {
  MessageListOptions,
  RawMessage,
  RawOutgoing,
  SessionCallbacks,
  StreamViewOptions,
  WebSocketOptions,
} from '@holdfast/core'
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

/** The options of `useWebSocket`, and those of the list: `limit` is read once for each connection, `select` at each message. */
export interface UseMessagesOptions<In = RawMessage, Out = RawOutgoing, Row = In>
  extends UseWebSocketOptions<In, Out>, MessageListOptions<In, Row> {}

/**
 * The options of `useWebSocket`, and those of the view: `limit` is read once for each stream, `select` at each message. `onMessage`,
 * `onResync` and `onPresence` are called for this stream only.
 */
export interface UseStreamOptions<In = RawMessage, Out = RawOutgoing, Row = In>
  extends Omit<UseWebSocketOptions<In, Out>, 'onStream' | keyof StreamViewOptions<In>>, StreamViewOptions<In, Row> {}
