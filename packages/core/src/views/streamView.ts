/**
 * A stream as a renderer can follow it: its newest messages, who is in it, and where it was broken off. Whoever follows it has joined it,
 * and several may.
 */

import type { SessionClient, WebSocketClient } from '../client/client.ts'
import { check } from '../base/errors.ts'
import { type Following, followStream, membersIn } from './acquireStream.ts'
import { Listeners } from '../base/listeners.ts'
import { type MessageEntry, createMessageList } from './messageList.ts'
import type { PresenceMember, Presence, Resync, StreamMessage } from '../client/session.ts'

/** The callbacks hear of this stream only, and are read when they are called. */
export interface StreamViewOptions<In, Row = In> {
  /** How many of the newest entries are kept: an integer from 1. Read once. @default 1000 */
  limit?: number | undefined
  /** What an entry shows of a message; undefined leaves it out. Read at each message. One that throws is reported, and its message left out. */
  select?: ((message: In, info: StreamMessage<In>) => Row | undefined) | undefined
  /** Every message, in order. */
  onMessage?: ((message: In, info: StreamMessage<In>) => void) | undefined
  /** Some were missed: after `wait` ms fetch anew what was built from them. Before any later message. */
  onResync?: ((resync: Resync) => void) | undefined
  /** Who is there, or who came and went. */
  onPresence?: ((presence: Presence) => void) | undefined
}

/** What there is to show of a stream. */
export interface StreamState<Row> {
  /** Oldest first, of what has come since it is followed. Another array only when something in it has changed, at the client's `pace`. */
  readonly messages: readonly MessageEntry<Row>[]
  /** Who is in it; nobody until the server has told, and where it does not tell. */
  readonly members: readonly PresenceMember[]
  /** The last break, of which some messages were missed; until `clear()`. With `reason: 'denied'` the stream is not ours to read. */
  readonly resync: Resync | undefined
}

export interface StreamView<Row> {
  /** The same object until something in it changes. */
  get(): StreamState<Row>
  /** Follows the stream while there is a subscriber, and calls back when the state is another. After a time without one it begins empty. */
  subscribe(listener: () => void): () => void
  /** Empties the list and forgets the break, and tells so at once. */
  clear(): void
}

/**
 * Follows one stream of a client that has a session. The client must be open for anything to come, or `retain`ed if it is lazy.
 *
 * @example
 * const room = createStreamView(client, 'room', { limit: 100, onResync: ({ wait }) => setTimeout(fetchState, wait) })
 * const off = room.subscribe(() => draw(room.get()))
 * @param stream 1 to 256 bytes; without a name, nothing is followed
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
  type Info = StreamMessage<In>

  const listeners = new Listeners({ report: console.error })
  /** Hears what is of this stream. */
  const hear = <Type extends 'stream' | 'resync' | 'presence'>(
    type: Type,
    listener: (value: never) => void,
  ): (() => void) =>
    client.on(type, (value) => {
      if ((value as { stream: string }).stream === stream) listener(value as never)
    })
  const source = {
    on: (_: string, listener: (info: Info) => void) => hear('stream', listener),
    subscribe: client.subscribe,
  }
  const list = createMessageList<Info, Out, Row>(source as unknown as WebSocketClient<Info, Out>, {
    limit: options.limit,
    select: (info) => {
      const { select } = options
      return select ? select(info.message, info) : (info.message as unknown as Row)
    },
  })

  let resync: Resync | undefined
  let state: StreamState<Row> = { messages: list.get(), members: stream ? membersIn(client, stream) : [], resync }
  let following: Following | undefined
  let leave: (() => void) | undefined
  /** Somebody had subscribed before: what has come since was not heard. */
  let stale = false

  const update = (): void => {
    const messages = list.get()
    const members = following?.members() ?? state.members
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
    if (stale) clear()
    stale = true
    following = followStream(client, name)
    const { leave: part } = following
    const leaves = [
      list.subscribe(update),
      // What is shown comes first, so that a callback finds it as it is.
      hear('resync', (broken: Resync) => {
        resync = broken
        update()
        options.onResync?.(broken)
      }),
      hear('presence', (presence: Presence) => {
        update()
        options.onPresence?.(presence)
      }),
      hear('stream', (info: Info) => options.onMessage?.(info.message, info)),
    ]
    update()
    return () => {
      for (const each of leaves) each()
      following = undefined
      part()
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
