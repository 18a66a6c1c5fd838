/** The types of sessions in Vue: what a client adds is at hand, and a stream is as its client speaks. */

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
import { type ShallowRef, computed, ref, shallowRef } from 'vue'
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
  test('gives the client with what it adds, shared or of its own', () => {
    expectTypeOf(useWebSocket(chat).client.value).toEqualTypeOf<SessionClient<Line, Order>>()
    expectTypeOf(useWebSocket(chat).lastMessage.value).toEqualTypeOf<Line | undefined>()
    const own = useWebSocket(url, {
      codec,
      session: session(),
      onMessage: ({ text }) => expectTypeOf(text).toEqualTypeOf<string>(),
    })
    expectTypeOf(own.client.value).toEqualTypeOf<SessionClient<Line, Order>>()
    expectTypeOf(
      useWebSocket<Line, Order>(({ attempt }) => `${url}?${attempt}`, { codec, session: session() }).client.value
        .deliver,
    )
      .parameter(0)
      .toEqualTypeOf<Order>()
    void own.client.value.deliver({ buy: 'this' }, { idempotencyKey: 'once' })
    // @ts-expect-error that is what is received
    void useWebSocket(chat).client.value.deliver({ text: 'this' })
  })

  test('without one, there is nothing of it', () => {
    expectTypeOf(useWebSocket(plain).client.value).toEqualTypeOf<WebSocketClient<Line, Order>>()
    expectTypeOf(useWebSocket(url, { codec }).client.value).toEqualTypeOf<WebSocketClient<Line, Order>>()
  })

  test('callbacks of a session are options, with and without one', () => {
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
  test('is as its client speaks', () => {
    const room = useStream(chat, 'room')
    expectTypeOf(room).toEqualTypeOf<UseStreamReturn<Line, Order>>()
    expectTypeOf(room.messages).toEqualTypeOf<Readonly<ShallowRef<readonly MessageEntry<Line>[]>>>()
    expectTypeOf(room.members.value).toEqualTypeOf<readonly PresenceMember[]>()
    expectTypeOf(room.resync.value).toEqualTypeOf<Resync | undefined>()
    expectTypeOf(room.client.value).toEqualTypeOf<SessionClient<Line, Order>>()
    expectTypeOf(useStream(url, 'room', { session: session() }).messages.value).toEqualTypeOf<
      readonly MessageEntry<RawMessage>[]
    >()
  })

  test('infers rows from what select makes', () => {
    const lengths = useStream(chat, 'room', { select: ({ text }, { offset }) => (offset ? text.length : undefined) })
    expectTypeOf(lengths.messages.value).toEqualTypeOf<readonly MessageEntry<number>[]>()
    const own = useStream(url, null, {
      codec,
      session: session(),
      select: ({ text }) => text,
      onMessage: (line) => expectTypeOf(line).toEqualTypeOf<Line>(),
    })
    expectTypeOf(own.messages.value).toEqualTypeOf<readonly MessageEntry<string>[]>()
  })

  test('takes refs and getters, of the client and of the name', () => {
    expectTypeOf(useStream(shallowRef(chat), ref('room')).client.value).toEqualTypeOf<SessionClient<Line, Order>>()
    expectTypeOf(
      useStream(
        () => chat,
        () => 'room',
      ).messages.value,
    ).toEqualTypeOf<readonly MessageEntry<Line>[]>()
    expectTypeOf(useWebSocket(() => chat).client.value).toEqualTypeOf<SessionClient<Line, Order>>()
    expectTypeOf(useWebSocket(shallowRef(chat)).client.value).toEqualTypeOf<SessionClient<Line, Order>>()
    useStream(
      ref(url),
      computed(() => null),
      { session: session() },
    )
  })

  test('wants a session, and a name', () => {
    // @ts-expect-error no session
    useStream(plain, 'room')
    // @ts-expect-error no session
    useStream(url, 'room')
    // @ts-expect-error no name
    useStream(chat, 5)
  })
})
