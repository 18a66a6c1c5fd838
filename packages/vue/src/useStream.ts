/** `useStream`: one stream of a session: its newest messages as a list, its members, and whether messages were missed. */

import {
  type MessageEntry,
  type PresenceMember,
  type RawMessage,
  type RawOutgoing,
  type Resync,
  type Session,
  type SessionClient,
  type StreamView,
  type StreamViewOptions,
  type UrlSource,
  createStreamView,
} from '@holdfast/core'
import { withoutStreamCallbacks } from '@holdfast/core/adapter'
import {
  type MaybeRef,
  type MaybeRefOrGetter,
  type ShallowRef,
  shallowReadonly,
  shallowRef,
  toValue,
  unref,
  watch,
} from 'vue'
import { createClientStore } from './clientStore.ts'
import type { UseWebSocketOptions } from './options.ts'
import type { SessionSource, Source } from './source.ts'
import { useClient } from './useClient.ts'

/**
 * The options of `useWebSocket`, and those of the view: `limit` is read once for each stream, `select` at each message. `onMessage`,
 * `onResync` and `onPresence` are called for this stream only.
 */
export interface UseStreamOptions<In = RawMessage, Out = RawOutgoing, Row = In>
  extends Omit<UseWebSocketOptions<In, Out>, 'onStream' | keyof StreamViewOptions<In>>, StreamViewOptions<In, Row> {}

export interface UseStreamReturn<In = RawMessage, Out = RawOutgoing, Row = In> {
  /** The messages since mounting, oldest first. Another array only when an entry was added or removed, at most once per frame. */
  readonly messages: Readonly<ShallowRef<readonly MessageEntry<Row>[]>>
  /** The members of the stream. Empty until the server has sent them, and if it does not send presence. */
  readonly members: Readonly<ShallowRef<readonly PresenceMember[]>>
  /** The last time that messages were missed, until `clear()`. */
  readonly resync: Readonly<ShallowRef<Resync | undefined>>
  /** Empties the list and removes `resync`. Always the same function. */
  readonly clear: () => void
  /** The client, to call `deliver` and `request`. */
  readonly client: Readonly<ShallowRef<SessionClient<In, Out>>>
}

/** The name of a stream. Without a name no stream is joined. */
type StreamName = MaybeRefOrGetter<string | null | undefined>

/** The overloads of `useStream`: a client with a session, or a URL and the option `session`. */
export interface UseStream {
  <In, Out, Row = In>(
    source: SessionSource<In, Out>,
    stream: StreamName,
    options?: UseStreamOptions<In, Out, Row>,
  ): UseStreamReturn<In, Out, Row>
  <In = RawMessage, Out = RawOutgoing, Row = In>(
    source: MaybeRef<UrlSource>,
    stream: StreamName,
    options: UseStreamOptions<In, Out, Row> & { session: Session },
  ): UseStreamReturn<In, Out, Row>
}

/**
 * Joins a stream while the component is mounted. After a reconnect the missed messages follow, or `resync` reports that they could not.
 * Several components may use the same stream of a shared client: the last one leaves it, unless the application has joined it too. The
 * source is used as in `useWebSocket`. The list starts empty when the component is mounted and when the stream or the client changes.
 *
 * @example
 * const { messages, members } = useStream(chat, () => props.room, { onResync: ({ wait }) => setTimeout(fetchState, wait) })
 * // <Row v-for="{ key, message } in messages" :key :message />
 * @param source a client with a session, or a URL with the option `session`
 * @throws OptionError without a session, and for a wrong URL or option
 */
export const useStream: UseStream = <In, Out, Row = In>(
  source: Source<In, Out>,
  stream: StreamName,
  options: UseStreamOptions<In, Out, Row> = {},
): UseStreamReturn<In, Out, Row> => {
  const messages = shallowRef<readonly MessageEntry<Row>[]>([])
  const members = shallowRef<readonly PresenceMember[]>([])
  const resync = shallowRef<Resync>()
  // A function may return a client with a session when the component is mounted; until then its own client has none.
  const mayReturnClient = typeof unref(source) === 'function'

  const { onClient, update, current } = createClientStore<In, Out, StreamView<Row> | undefined>(
    (client) =>
      mayReturnClient && !('join' in client)
        ? undefined
        : createStreamView(client as SessionClient<In, Out>, toValue(stream), options),
    (view) => {
      const state = view?.get()
      messages.value = state?.messages ?? []
      members.value = state?.members ?? []
      resync.value = state?.resync
    },
    () => toValue(stream),
  )
  const client = useClient<In, Out>(source, withoutStreamCallbacks(options) as UseWebSocketOptions<In, Out>, onClient)
  // Before the next render, after all changes of one flush, so that a name which is only passed through is never joined.
  watch(() => toValue(stream), update)
  return {
    messages: shallowReadonly(messages),
    members: shallowReadonly(members),
    resync: shallowReadonly(resync),
    clear: () => current()?.clear(),
    client: shallowReadonly(client) as Readonly<ShallowRef<SessionClient<In, Out>>>,
  }
}
