import { describe, expectTypeOf, test } from 'vitest'
import { type Ref, type ShallowRef, computed, ref, shallowRef, toRef } from 'vue'
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
    expectTypeOf(chat.status).toEqualTypeOf<Readonly<ShallowRef<Status>>>()
    expectTypeOf(chat.lastMessage.value).toEqualTypeOf<RawMessage | undefined>()
    expectTypeOf(chat.send).parameter(0).toEqualTypeOf<RawOutgoing>()
    expectTypeOf(chat.send).returns.toEqualTypeOf<SendResult>()
  })

  test('message types are inferred from the codec', () => {
    const chat = useWebSocket('ws://a/', {
      codec: json<In, Out>(),
      onMessage: (message) => expectTypeOf(message).toEqualTypeOf<In>(),
    })
    expectTypeOf(chat.lastMessage.value).toEqualTypeOf<In | undefined>()
    expectTypeOf(chat.messages.value).toEqualTypeOf<readonly In[]>()
    expectTypeOf(chat.client.value).toEqualTypeOf<WebSocketClient<In, Out>>()
    chat.send({ say: 'hello' })
    // @ts-expect-error a received message is not an outgoing one
    chat.send({ text: 'hello' })
  })

  test('message types are inferred from a client, also in a ref or a getter, or given as type arguments', () => {
    const shared = createWebSocket('ws://a/', { codec: json<In, Out>(), lazy: true })
    expectTypeOf(useWebSocket(shared).lastMessage.value).toEqualTypeOf<In | undefined>()
    expectTypeOf(useWebSocket(shallowRef(shared)).lastMessage.value).toEqualTypeOf<In | undefined>()
    expectTypeOf(useWebSocket(toRef(() => shared)).lastMessage.value).toEqualTypeOf<In | undefined>()
    expectTypeOf(useWebSocket(() => shared).lastMessage.value).toEqualTypeOf<In | undefined>()
    expectTypeOf(useWebSocket<In, Out>('ws://a/').lastMessage.value).toEqualTypeOf<In | undefined>()
  })

  test('every kind of URL is accepted, also in a ref, and a union of a URL and a client', () => {
    const either = null as UrlSource | WebSocketClient<In, Out>
    expectTypeOf(useWebSocket(either, { codec: json<In, Out>() }).lastMessage.value).toEqualTypeOf<In | undefined>()
    useWebSocket(null)
    useWebSocket(undefined)
    useWebSocket(new URL('ws://a/'))
    useWebSocket(ref('ws://a/'))
    useWebSocket(ref<string>())
    useWebSocket(computed(() => null))
    useWebSocket(() => 'ws://a/')
    useWebSocket(async ({ attempt, signal }: Dial) => `ws://a/?${attempt}${signal.aborted}`)
    // @ts-expect-error not a URL
    useWebSocket(5)
    // @ts-expect-error not a URL
    useWebSocket(ref(5))
  })

  test('options are those of the core and a key that may be a ref, without lazy', () => {
    expectTypeOf<UseWebSocketOptions<In, Out>>().toHaveProperty('heartbeat')
    useWebSocket('ws://a/', { key: ref('anna') })
    // @ts-expect-error clients of a component are always lazy
    useWebSocket('ws://a/', { lazy: false })
  })

  test('the state is readonly', () => {
    const chat = useWebSocket('ws://a/')
    // @ts-expect-error readonly
    chat.status.value = 'open'
    // @ts-expect-error readonly
    chat.status = ref('open') as Ref<Status>
  })
})

describe('useMessage', () => {
  test('the message type is inferred from the client or from the codec', () => {
    const shared = createWebSocket('ws://a/', { codec: json<In, Out>(), lazy: true })
    useMessage(shared, (message) => expectTypeOf(message).toEqualTypeOf<In>())
    useMessage(
      () => shared,
      (message) => expectTypeOf(message).toEqualTypeOf<In>(),
    )
    useMessage('ws://a/', (message) => expectTypeOf(message).toEqualTypeOf<RawMessage>())
    useMessage('ws://a/', (message) => expectTypeOf(message).toEqualTypeOf<In>(), { codec: json<In, Out>() })
    expectTypeOf(useMessage(shared, () => {})).toEqualTypeOf<void>()
  })
})

describe('useMessages', () => {
  test('the entry type is inferred from the client, the codec or select', () => {
    const shared = createWebSocket('ws://a/', { codec: json<In, Out>(), lazy: true })
    expectTypeOf(useMessages(shared).messages.value).toEqualTypeOf<readonly MessageEntry<In>[]>()
    expectTypeOf(useMessages('ws://a/').messages.value).toEqualTypeOf<readonly MessageEntry<RawMessage>[]>()
    expectTypeOf(useMessages('ws://a/', { codec: json<In, Out>(), limit: 5 }).messages.value).toEqualTypeOf<
      readonly MessageEntry<In>[]
    >()
    const lengths = useMessages(shared, { select: ({ text }) => (text ? text.length : undefined), onOpen: () => {} })
    expectTypeOf(lengths.messages.value).toEqualTypeOf<readonly MessageEntry<number>[]>()
    expectTypeOf(lengths.clear).toEqualTypeOf<() => void>()
  })

  test('the list is readonly, and limit is a number', () => {
    const { messages } = useMessages<In>('ws://a/')
    // @ts-expect-error readonly
    messages.value.push({ key: 0, message: { text: 'mine' } })
    // @ts-expect-error not a number
    useMessages('ws://a/', { limit: 'all' })
  })
})
