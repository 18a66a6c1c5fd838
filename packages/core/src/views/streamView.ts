/** `createStreamView`: one stream of a session for renderers. It holds the newest messages, the members and the last resync. */

import type { SessionClient } from '../client/webSocketClient.ts'
import { check } from '../base/errors.ts'
import { type StreamHandle, acquireStream, membersOf } from './acquireStream.ts'
import { Listeners } from '../base/listeners.ts'
import { type MessageEntry, collectMessages } from './messageList.ts'
import type { PresenceMember, Presence, Resync, SessionEvents, StreamMessage } from '../client/session.ts'

/** Callbacks are called for this stream only, and are read when they are called. */
export interface StreamViewOptions<In, Row = In> {
  /** How many of the newest entries are kept: an integer from 1. Read once. @default 1000 */
  limit?: number | undefined
  /**
   * Returns the part of a message that its entry holds; `undefined` leaves the message out. Read at each message. An error that it throws
   * is reported, and the message is left out. @default the whole message
   */
  select?: ((message: In, info: StreamMessage<In>) => Row | undefined) | undefined
  /** Called for every message, in order. */
  onMessage?: ((message: In, info: StreamMessage<In>) => void) | undefined
  /** Called when messages were missed, before any later message: after `wait` ms, fetch the state that you have built from them. */
  onResync?: ((resync: Resync) => void) | undefined
  /** Called with the list of members, and with each change of it. The rest of a long list follows as `joined`. */
  onPresence?: ((presence: Presence) => void) | undefined
}

/** The state of a stream. */
export interface StreamState<Row> {
  /** The messages received since the view was subscribed to, oldest first. Another array only when it has changed, at the client's `pace`. */
  readonly messages: readonly MessageEntry<Row>[]
  /** The members of the stream. Empty until the server has sent them, and if it does not send presence. */
  readonly members: readonly PresenceMember[]
  /** The last time that messages were missed, until `clear()`. With `reason: 'denied'` the user may not read the stream. */
  readonly resync: Resync | undefined
}

export interface StreamView<Row> {
  /** Returns the state: the same object until something in it changes. */
  get(): StreamState<Row>
  /**
   * Joins the stream while there is a subscriber, and calls the listener when there is another state. Returns the function that unsubscribes
   * it. The first subscriber after a time without one starts with an empty list.
   */
  subscribe(listener: () => void): () => void
  /** Empties the list, removes `resync`, and notifies subscribers at once. */
  clear(): void
}

/**
 * Shows one stream of a client with a session. The client must be open to receive anything; a lazy one must be retained.
 *
 * @example
 * const news = createStreamView(client, 'news', { limit: 100, onResync: ({ wait }) => setTimeout(fetchState, wait) })
 * const unsubscribe = news.subscribe(() => draw(news.get()))
 * @param stream the name, 1 to 256 bytes; with null or undefined the view stays empty
 * @throws OptionError for a client without a session, or a wrong limit
 */
export const createStreamView = <In, Out, Row = In>(
  client: SessionClient<In, Out>,
  stream: string | null | undefined,
  options: StreamViewOptions<In, Row> = {},
): StreamView<Row> => {
  check(
    'session',
    (client as Partial<typeof client>).join,
    'join' in client,
    'a client with session() of @holdfast/core/recovery',
  )
  type Events = SessionEvents<In, Out>

  const listeners = new Listeners({ report: console.error })
  const onStream = <Type extends 'stream' | 'resync' | 'presence'>(
    type: Type,
    listener: (value: Events[Type]) => void,
  ): (() => void) =>
    client.on(type, (value) => {
      if ((value as Events[Type]).stream === stream) listener(value as Events[Type])
    })
  const list = collectMessages<StreamMessage<In>, Row>(
    {
      onMessage: (listener) => onStream('stream', listener),
      subscribe: (listener) => client.subscribe(listener),
    },
    {
      limit: options.limit,
      select: (info) => {
        const { select } = options
        return select ? select(info.message, info) : (info.message as unknown as Row)
      },
    },
  )

  let resync: Resync | undefined
  let state: StreamState<Row> = { messages: list.get(), members: stream ? membersOf(client, stream) : [], resync }
  let handle: StreamHandle | undefined
  let leave: (() => void) | undefined
  let wasJoined = false

  const update = (): void => {
    const messages = list.get()
    const members = handle?.members() ?? state.members
    if (messages === state.messages && members === state.members && resync === state.resync) return
    state = { messages, members, resync }
    listeners.call()
  }
  const clear = (): void => {
    resync = undefined
    list.clear()
    update()
  }
  const join = (name: string): (() => void) => {
    // Messages were missed since the last subscriber, so the old list would have a hole.
    if (wasJoined) clear()
    wasJoined = true
    const acquired = (handle = acquireStream(client, name))
    // The state is updated before a callback is called, so that the callback reads the new state.
    const unsubscribers = [
      list.subscribe(update),
      onStream('resync', (event) => {
        resync = event
        update()
        options.onResync?.(event)
      }),
      onStream('presence', (event) => {
        update()
        options.onPresence?.(event)
      }),
      onStream('stream', (event) => options.onMessage?.(event.message, event)),
    ]
    update()
    return () => {
      for (const unsubscribe of unsubscribers) unsubscribe()
      handle = undefined
      acquired.release()
    }
  }
  return {
    get: () => state,
    subscribe: (listener) => {
      const remove = listeners.add(listener)
      if (stream) leave ??= join(stream)
      return () => {
        remove()
        if (listeners.size) return
        leave?.()
        leave = undefined
      }
    },
    clear,
  }
}
