import { describe, expectTypeOf, test } from 'vitest'
import {
  type Dial,
  type MessageEntry,
  type RawMessage,
  type RawOutgoing,
  type SendResult,
  type Status,
  type UrlSource,
  type UseWebSocketOptions,
  type UseWebSocketReturn,
  type WebSocketClient,
  createWebSocket,
  json,
  useMessage,
  useMessages,
  useWebSocket,
} from '../src/index.ts'

interface In {
  text: string
}
interface Out {
  say: string
}

describe('useWebSocket', () => {
  test('messages are raw frames by default', () => {
    const chat = useWebSocket('ws://a/')
    expectTypeOf(chat).toEqualTypeOf<UseWebSocketReturn<RawMessage, RawOutgoing>>()
    expectTypeOf(chat.status).toEqualTypeOf<Status>()
    expectTypeOf(chat.lastMessage).toEqualTypeOf<RawMessage | undefined>()
    expectTypeOf(chat.send).parameter(0).toEqualTypeOf<RawOutgoing>()
    expectTypeOf(chat.send).returns.toEqualTypeOf<SendResult>()
  })

  test('message types are inferred from the codec', () => {
    const chat = useWebSocket('ws://a/', {
      codec: json<In, Out>(),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<In>(),
    })
    expectTypeOf(chat.lastMessage).toEqualTypeOf<In | undefined>()
    expectTypeOf(chat.messages).toEqualTypeOf<readonly In[]>()
    expectTypeOf(chat.client).toEqualTypeOf<WebSocketClient<In, Out>>()
    chat.send({ say: 'hello' })
    // @ts-expect-error a received message is not an outgoing one
    chat.send({ text: 'hello' })
  })

  test('message types are inferred from a client, or given as type arguments', () => {
    const shared = createWebSocket('ws://a/', { codec: json<In, Out>(), lazy: true })
    expectTypeOf(useWebSocket(shared).lastMessage).toEqualTypeOf<In | undefined>()
    expectTypeOf(useWebSocket<In, Out>('ws://a/').lastMessage).toEqualTypeOf<In | undefined>()
  })

  test('every kind of URL is accepted, and a union of a URL and a client', () => {
    const either = null as UrlSource | WebSocketClient<In, Out>
    expectTypeOf(useWebSocket(either, { codec: json<In, Out>() }).lastMessage).toEqualTypeOf<In | undefined>()
    useWebSocket(null)
    useWebSocket(undefined)
    useWebSocket(new URL('ws://a/'))
    useWebSocket(async ({ attempt, signal }: Dial) => `ws://a/?${attempt}${signal.aborted}`)
    // @ts-expect-error not a URL
    useWebSocket(5)
  })

  test('options are those of the core and a key, without lazy', () => {
    expectTypeOf<UseWebSocketOptions<In, Out>>().toHaveProperty('key')
    expectTypeOf<UseWebSocketOptions<In, Out>>().toHaveProperty('heartbeat')
    // @ts-expect-error clients of a component are always lazy
    useWebSocket('ws://a/', { lazy: false })
  })

  test('the state is readonly', () => {
    const chat = useWebSocket('ws://a/')
    // @ts-expect-error readonly
    chat.status = 'open'
  })
})

describe('useMessage', () => {
  test('the message type is inferred from the client or from the codec', () => {
    const shared = createWebSocket('ws://a/', { codec: json<In, Out>(), lazy: true })
    useMessage(shared, (message) => expectTypeOf(message).toEqualTypeOf<In>())
    useMessage('ws://a/', (message) => expectTypeOf(message).toEqualTypeOf<RawMessage>())
    useMessage('ws://a/', (message) => expectTypeOf(message).toEqualTypeOf<In>(), { codec: json<In, Out>() })
    expectTypeOf(useMessage(shared, () => {})).toEqualTypeOf<void>()
  })
})

describe('useMessages', () => {
  test('the entry type is inferred from the client, the codec or select', () => {
    const shared = createWebSocket('ws://a/', { codec: json<In, Out>(), lazy: true })
    expectTypeOf(useMessages(shared).messages).toEqualTypeOf<readonly MessageEntry<In>[]>()
    expectTypeOf(useMessages('ws://a/').messages).toEqualTypeOf<readonly MessageEntry<RawMessage>[]>()
    expectTypeOf(useMessages('ws://a/', { codec: json<In, Out>(), limit: 5 }).messages).toEqualTypeOf<
      readonly MessageEntry<In>[]
    >()
    const lengths = useMessages(shared, { select: ({ text }) => (text ? text.length : undefined), onOpen: () => {} })
    expectTypeOf(lengths.messages).toEqualTypeOf<readonly MessageEntry<number>[]>()
    expectTypeOf(lengths.clear).toEqualTypeOf<() => void>()
  })

  test('the list is readonly, and limit is a number', () => {
    const { messages } = useMessages<In>('ws://a/')
    // @ts-expect-error readonly
    messages.push({ key: 0, message: { text: 'mine' } })
    // @ts-expect-error not a number
    useMessages('ws://a/', { limit: 'all' })
  })
})
