/** `useStream`: one stream of a session, as a list of its newest messages and of who is there. */

import {
  type MessageEntry,
  type PresenceMember,
  type RawMessage,
  type RawOutgoing,
  type Resync,
  type Session,
  type SessionClient,
  type StreamState,
  type StreamView,
  type StreamViewOptions,
  type UrlSource,
  createStreamView,
} from '@holdfast/core'
import { useInsertionEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { UseWebSocketOptions } from './createOwn.ts'
import type { Source } from './source.ts'
import { useClient } from './useClient.ts'

/** Those of `useWebSocket`; but `onMessage`, `onResync` and `onPresence` hear of this stream only. `limit` is read once for each stream. */
export interface UseStreamOptions<In = RawMessage, Out = RawOutgoing, Row = In>
  extends Omit<UseWebSocketOptions<In, Out>, 'onStream' | keyof StreamViewOptions<In>>, StreamViewOptions<In, Row> {}

export interface UseStreamReturn<In = RawMessage, Out = RawOutgoing, Row = In> {
  /** Oldest first, of what has come since mounting; another array only when something in it has changed, at most once in a frame. */
  readonly messages: readonly MessageEntry<Row>[]
  /** Who is in the stream; nobody until the server has told, and where it does not tell. */
  readonly members: readonly PresenceMember[]
  /** The last break: some messages were missed. Until `clear()`. */
  readonly resync: Resync | undefined
  /** Empties the list and forgets the break. It stays the same as long as client and stream do. */
  readonly clear: () => void
  /** To `deliver` and to `request`. */
  readonly client: SessionClient<In, Out>
}

/** See `useStream`. */
export interface UseStream {
  <In, Out, Row = In>(
    source: SessionClient<In, Out>,
    stream: string | null | undefined,
    options?: UseStreamOptions<In, Out, Row>,
  ): UseStreamReturn<In, Out, Row>
  <In = RawMessage, Out = RawOutgoing, Row = In>(
    source: UrlSource,
    stream: string | null | undefined,
    options: UseStreamOptions<In, Out, Row> & { session: Session },
  ): UseStreamReturn<In, Out, Row>
}

/** What a server renders, and the first render in the browser, though the stream may have been followed for long. */
const EMPTY: StreamState<never> = { messages: [], members: [], resync: undefined }

/** The client would call them for whatever stream it is. */
const NOT_THE_CLIENTS = { onMessage: undefined, onResync: undefined, onPresence: undefined }

/** What one render reads; a state that differs in nothing read is the same to it. */
const createReading = <Row>({ get }: StreamView<Row>) => {
  const seen = new Set<keyof StreamState<Row>>()
  let shown: StreamState<Row> | undefined
  const read = <Name extends keyof StreamState<Row>>(name: Name): StreamState<Row>[Name] => {
    seen.add(name)
    return shown![name]
  }
  return {
    get: (): StreamState<Row> => {
      const next = get()
      for (const name of seen) if (next[name] !== shown![name]) return next
      return shown ?? next
    },
    show: <Rest extends object>(state: StreamState<Row>, rest: Rest): StreamState<Row> & Rest => {
      shown = state
      return {
        ...rest,
        get messages() {
          return read('messages')
        },
        get members() {
          return read('members')
        },
        get resync() {
          return read('resync')
        },
      }
    },
  }
}

/**
 * Follows a stream while the component is mounted, over reconnects without a gap, or with a `resync`. Several components may follow the
 * same one of a shared client; the last of them leaves it, unless it was joined otherwise. It uses the source as `useWebSocket` does,
 * renders for the fields that were read, and begins empty when mounted; another stream or destination empties it.
 *
 * @example
 * const { messages, members } = useStream(chat, 'room', { onResync: ({ wait }) => setTimeout(fetchState, wait) })
 * return messages.map(({ key, message }) => <Row key={key} message={message} />)
 * @param source a client that has a session, or a URL with the option `session`
 * @param stream its name; without one, nothing is followed
 * @throws OptionError without a session, and for a wrong URL or option
 */
export const useStream: UseStream = <In, Out, Row = In>(
  source: Source<In, Out>,
  stream: string | null | undefined,
  options: UseStreamOptions<In, Out, Row> = {},
): UseStreamReturn<In, Out, Row> => {
  const latest = useRef(options)
  const [given] = useClient(
    source,
    { ...options, ...NOT_THE_CLIENTS } as object as UseWebSocketOptions<In, Out>,
    () => undefined,
  )
  const client = given as SessionClient<In, Out>
  const window = useMemo(
    () =>
      createStreamView<In, Out, Row>(client, stream, {
        limit: options.limit,
        get select() {
          return latest.current.select
        },
        get onMessage() {
          return latest.current.onMessage
        },
        get onResync() {
          return latest.current.onResync
        },
        get onPresence() {
          return latest.current.onPresence
        },
      }),
    // Of the options, the limit is read once and the rest late.
    // oxlint-disable-next-line react/exhaustive-deps, react/memo-dependencies, react/refs
    [client, stream],
  )
  useInsertionEffect(() => {
    latest.current = options
  })
  const { get, show } = createReading(window)
  return show(
    useSyncExternalStore(window.subscribe, get, () => EMPTY),
    { clear: window.clear, client },
  )
}
