/** The types of sessions in React: the methods of a session exist, and a stream has the message types of its client. */

import {
  type MessageEntry,
  type PresenceMember,
  type RawMessage,
  type Resync,
  type SessionClient,
  type WebSocketClient,
  createWebSocket,
  json,
} from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { describe, expectTypeOf, test } from 'vitest'
import { type UseStreamReturn, useMessage, useStream, useWebSocket } from '../src/index.ts'

interface Line {
  text: string
}
interface Order {
  buy: string
}

const url = 'wss://example.org'
const codec = json<Line, Order>()
const chat = createWebSocket(url, { codec, session: session(), lazy: true })
const plain = createWebSocket(url, { codec, lazy: true })

describe('useWebSocket with a session', () => {
  test('the client has the methods of a session, shared or owned', () => {
    expectTypeOf(useWebSocket(chat).client).toEqualTypeOf<SessionClient<Line, Order>>()
    expectTypeOf(useWebSocket(chat).lastMessage).toEqualTypeOf<Line | undefined>()
    const own = useWebSocket(url, {
      codec,
      session: session(),
      onMessage: ({ text }) => expectTypeOf(text).toEqualTypeOf<string>(),
    })
    expectTypeOf(own.client).toEqualTypeOf<SessionClient<Line, Order>>()
    expectTypeOf(
      useWebSocket<Line, Order>(({ attempt }) => `${url}?${attempt}`, { codec, session: session() }).client.deliver,
    )
      .parameter(0)
      .toEqualTypeOf<Order>()
    void own.client.deliver({ buy: 'this' }, { idempotencyKey: 'once' })
    // @ts-expect-error a received message is not an outgoing one
    void useWebSocket(chat).client.deliver({ text: 'this' })
  })

  test('a client without a session does not have them', () => {
    expectTypeOf(useWebSocket(plain).client).toEqualTypeOf<WebSocketClient<Line, Order>>()
    expectTypeOf(useWebSocket(url, { codec }).client).toEqualTypeOf<WebSocketClient<Line, Order>>()
  })

  test('session callbacks are options, with and without a session', () => {
    useWebSocket(chat, {
      onResync: (resync) => expectTypeOf(resync).toEqualTypeOf<Resync>(),
      onUnconfirmed: ({ messages }) => expectTypeOf(messages).toEqualTypeOf<readonly Order[]>(),
      onResumed: ({ sessionId }) => expectTypeOf(sessionId).toEqualTypeOf<string>(),
      onStream: ({ message }) => expectTypeOf(message).toEqualTypeOf<Line>(),
      onPresence: ({ members }) => expectTypeOf(members).toEqualTypeOf<readonly PresenceMember[] | undefined>(),
    })
    useMessage(chat, () => {}, { onResync: ({ wait }) => expectTypeOf(wait).toEqualTypeOf<number>() })
    useWebSocket(url, { codec, onResync: () => {} })
    // @ts-expect-error no such callback
    useWebSocket(chat, { onResynced: () => {} })
  })
})

describe('useStream', () => {
  test('messages have the types of the client', () => {
    const room = useStream(chat, 'room')
    expectTypeOf(room).toEqualTypeOf<UseStreamReturn<Line, Order>>()
    expectTypeOf(room.messages).toEqualTypeOf<readonly MessageEntry<Line>[]>()
    expectTypeOf(room.members).toEqualTypeOf<readonly PresenceMember[]>()
    expectTypeOf(room.resync).toEqualTypeOf<Resync | undefined>()
    expectTypeOf(room.client).toEqualTypeOf<SessionClient<Line, Order>>()
    expectTypeOf(useStream(url, 'room', { session: session() }).messages).toEqualTypeOf<
      readonly MessageEntry<RawMessage>[]
    >()
  })

  test('the type of messages is inferred from select', () => {
    const lengths = useStream(chat, 'room', { select: ({ text }, { offset }) => (offset ? text.length : undefined) })
    expectTypeOf(lengths.messages).toEqualTypeOf<readonly MessageEntry<number>[]>()
    const own = useStream(url, null, {
      codec,
      session: session(),
      select: ({ text }) => text,
      onMessage: (line) => expectTypeOf(line).toEqualTypeOf<Line>(),
    })
    expectTypeOf(own.messages).toEqualTypeOf<readonly MessageEntry<string>[]>()
  })

  test('a session and a name are required', () => {
    // @ts-expect-error no session
    useStream(plain, 'room')
    // @ts-expect-error no session
    useStream(url, 'room')
    // @ts-expect-error no name
    useStream(chat, 5)
  })
})
