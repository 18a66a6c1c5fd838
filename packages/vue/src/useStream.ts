/** `useStream`: one stream of a session, as a list of its newest messages and of who is there. */

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
import type { UseWebSocketOptions } from './createOwn.ts'
import type { SessionSource, Source } from './source.ts'
import { type Enter, useClient } from './useClient.ts'

/** Those of `useWebSocket`; but `onMessage`, `onResync` and `onPresence` hear of this stream only. `limit` is read once for each stream. */
export interface UseStreamOptions<In = RawMessage, Out = RawOutgoing, Row = In>
  extends Omit<UseWebSocketOptions<In, Out>, 'onStream' | keyof StreamViewOptions<In>>, StreamViewOptions<In, Row> {}

export interface UseStreamReturn<In = RawMessage, Out = RawOutgoing, Row = In> {
  /** Oldest first, of what has come since mounting; another array only when something in it has changed, at most once in a frame. */
  readonly messages: Readonly<ShallowRef<readonly MessageEntry<Row>[]>>
  /** Who is in the stream; nobody until the server has told, and where it does not tell. */
  readonly members: Readonly<ShallowRef<readonly PresenceMember[]>>
  /** The last break: some messages were missed. Until `clear()`. */
  readonly resync: Readonly<ShallowRef<Resync | undefined>>
  /** Empties the list and forgets the break. */
  readonly clear: () => void
  /** To `deliver` and to `request`. */
  readonly client: Readonly<ShallowRef<SessionClient<In, Out>>>
}

/** The name of a stream; without one, nothing is followed. */
type Stream = MaybeRefOrGetter<string | null | undefined>

/** See `useStream`. */
export interface UseStream {
  <In, Out, Row = In>(
    source: SessionSource<In, Out>,
    stream: Stream,
    options?: UseStreamOptions<In, Out, Row>,
  ): UseStreamReturn<In, Out, Row>
  <In = RawMessage, Out = RawOutgoing, Row = In>(
    source: MaybeRef<UrlSource>,
    stream: Stream,
    options: UseStreamOptions<In, Out, Row> & { session: Session },
  ): UseStreamReturn<In, Out, Row>
}

/** The client would call them for whatever stream it is. The rest is read as it is, and followed where it is reactive. */
const NOT_THE_CLIENTS: ProxyHandler<object> = {
  get: (options, name) => (/^on(Message|Resync|Presence)$/.test(String(name)) ? undefined : options[name as never]),
}

/** What there is to show of a stream, of whatever client and name it is now. @param patient a client may come that has a session */
const createView = <In, Out, Row>(stream: Stream, options: StreamViewOptions<In, Row>, patient: boolean) => {
  const state = {
    messages: shallowRef<readonly MessageEntry<Row>[]>([]),
    members: shallowRef<readonly PresenceMember[]>([]),
    resync: shallowRef<Resync>(),
  }
  let client: SessionClient<In, Out>
  let used = false
  let viewed: unknown
  let name: string | null | undefined
  let view: StreamView<Row> | undefined
  let off: (() => void) | undefined

  const show = (): void => {
    const { messages = [], members = [], resync } = view?.get() ?? {}
    state.messages.value = messages
    state.members.value = members
    state.resync.value = resync
  }
  const leave = (): void => {
    off?.()
    off = undefined
  }
  const follow = (): void => {
    const now = toValue(stream)
    if (client !== viewed || now !== name) {
      leave()
      view = patient && !('join' in client) ? undefined : createStreamView(client, now, options)
    }
    viewed = client
    name = now
    if (used) off ??= view?.subscribe(show)
    else leave()
    show()
  }
  const enter: Enter<In, Out> = (given, use) => {
    client = given as SessionClient<In, Out>
    used = use
    follow()
  }
  return { enter, follow, state, clear: () => view?.clear() }
}

/**
 * Follows a stream while the component is mounted, over reconnects without a gap, or with a `resync`. Several components may follow the
 * same one of a shared client; the last of them leaves it, unless it was joined otherwise. It uses the source as `useWebSocket` does, and
 * begins empty when mounted; another stream or destination empties it.
 *
 * @example
 * const { messages, members } = useStream(chat, () => props.room, { onResync: ({ wait }) => setTimeout(fetchState, wait) })
 * // <Row v-for="{ key, message } in messages" :key :message />
 * @param source a client that has a session, or a URL with the option `session`
 * @throws OptionError without a session, and for a wrong URL or option
 */
export const useStream: UseStream = <In, Out, Row = In>(
  source: Source<In, Out>,
  stream: Stream,
  options: UseStreamOptions<In, Out, Row> = {},
): UseStreamReturn<In, Out, Row> => {
  const { enter, follow, state, clear } = createView<In, Out, Row>(stream, options, typeof unref(source) === 'function')
  const client = useClient<In, Out>(source, new Proxy(options, NOT_THE_CLIENTS) as UseWebSocketOptions<In, Out>, enter)
  // After what changes together, so that no stream is joined on the way.
  watch(() => toValue(stream), follow)
  return {
    messages: shallowReadonly(state.messages),
    members: shallowReadonly(state.members),
    resync: shallowReadonly(state.resync),
    clear,
    client: shallowReadonly(client) as Readonly<ShallowRef<SessionClient<In, Out>>>,
  }
}
