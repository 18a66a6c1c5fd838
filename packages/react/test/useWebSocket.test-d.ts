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
  test('speaks raw frames unless told otherwise', () => {
    const chat = useWebSocket('ws://a/')
    expectTypeOf(chat).toEqualTypeOf<UseWebSocketReturn<RawMessage, RawOutgoing>>()
    expectTypeOf(chat.status).toEqualTypeOf<Status>()
    expectTypeOf(chat.lastMessage).toEqualTypeOf<RawMessage | undefined>()
    expectTypeOf(chat.send).parameter(0).toEqualTypeOf<RawOutgoing>()
    expectTypeOf(chat.send).returns.toEqualTypeOf<SendResult>()
  })

  test('infers messages from the codec', () => {
    const chat = useWebSocket('ws://a/', {
      codec: json<In, Out>(),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<In>(),
    })
    expectTypeOf(chat.lastMessage).toEqualTypeOf<In | undefined>()
    expectTypeOf(chat.messages).toEqualTypeOf<readonly In[]>()
    expectTypeOf(chat.client).toEqualTypeOf<WebSocketClient<In, Out>>()
    chat.send({ say: 'hello' })
    // @ts-expect-error that is what is received
    chat.send({ text: 'hello' })
  })

  test('infers messages from a client, and takes them by name', () => {
    const shared = createWebSocket('ws://a/', { codec: json<In, Out>(), lazy: true })
    expectTypeOf(useWebSocket(shared).lastMessage).toEqualTypeOf<In | undefined>()
    expectTypeOf(useWebSocket<In, Out>('ws://a/').lastMessage).toEqualTypeOf<In | undefined>()
  })

  test('takes whatever an address may be, and either kind of source where it is not known which', () => {
    const either = null as UrlSource | WebSocketClient<In, Out>
    expectTypeOf(useWebSocket(either, { codec: json<In, Out>() }).lastMessage).toEqualTypeOf<In | undefined>()
    useWebSocket(null)
    useWebSocket(undefined)
    useWebSocket(new URL('ws://a/'))
    useWebSocket(async ({ attempt, signal }: Dial) => `ws://a/?${attempt}${signal.aborted}`)
    // @ts-expect-error no address
    useWebSocket(5)
  })

  test('has the options of the core, and a key, but is always lazy', () => {
    expectTypeOf<UseWebSocketOptions<In, Out>>().toHaveProperty('key')
    expectTypeOf<UseWebSocketOptions<In, Out>>().toHaveProperty('heartbeat')
    // @ts-expect-error it is the component that decides
    useWebSocket('ws://a/', { lazy: false })
  })

  test('gives a state that nobody may change', () => {
    const chat = useWebSocket('ws://a/')
    // @ts-expect-error readonly
    chat.status = 'open'
  })
})

describe('useMessage', () => {
  test('infers the message from the client or from the codec', () => {
    const shared = createWebSocket('ws://a/', { codec: json<In, Out>(), lazy: true })
    useMessage(shared, (message) => expectTypeOf(message).toEqualTypeOf<In>())
    useMessage('ws://a/', (message) => expectTypeOf(message).toEqualTypeOf<RawMessage>())
    useMessage('ws://a/', (message) => expectTypeOf(message).toEqualTypeOf<In>(), { codec: json<In, Out>() })
    expectTypeOf(useMessage(shared, () => {})).toEqualTypeOf<void>()
  })
})

describe('useMessages', () => {
  test('infers entries from the client, from the codec, or from what select makes', () => {
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

  test('gives a list that nobody may change, and takes a number as limit', () => {
    const { messages } = useMessages<In>('ws://a/')
    // @ts-expect-error readonly
    messages.push({ key: 0, message: { text: 'mine' } })
    // @ts-expect-error no number
    useMessages('ws://a/', { limit: 'all' })
  })
})
