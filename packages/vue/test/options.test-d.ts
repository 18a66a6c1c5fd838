/** Which options each kind of source accepts, and that an error is reported at the option that is wrong: `@ts-expect-error` covers one line. */

import { session } from '@holdfast/core/recovery'
import { describe, expectTypeOf, test } from 'vitest'
import { ref, shallowRef } from 'vue'
import {
  type MessageEntry,
  type UrlSource,
  type WebSocketClient,
  createWebSocket,
  json,
  useMessage,
  useMessages,
  useStream,
  useWebSocket,
} from '../src/index.ts'

interface Line {
  text: string
}
interface Order {
  say: string
}

const url = 'ws://a/'
const codec = json<Line, Order>()
const plain = createWebSocket(url, { codec, lazy: true })
const chat = createWebSocket(url, { codec, session: session(), lazy: true })

describe('one type argument', () => {
  test('is the type of received and of sent messages', () => {
    const { send, lastMessage, client } = useWebSocket<Line>(url, { codec: json() })
    send({ text: 'hello' })
    // @ts-expect-error no such property
    send({ txt: 'hello' })
    expectTypeOf(lastMessage.value).toEqualTypeOf<Line | undefined>()
    expectTypeOf(client.value).toEqualTypeOf<WebSocketClient<Line, Line>>()
  })

  test('may be used with a URL function, a session and callbacks', () => {
    useWebSocket<Line>(({ attempt }) => `${url}?${attempt}`, { codec: json() }).send({ text: 'hello' })
    useWebSocket<Line>(async ({ attempt }) => `${url}?${attempt}`, {
      codec: json(),
      onMessage: ({ text }) => expectTypeOf(text).toEqualTypeOf<string>(),
    }).send({ text: 'hello' })
    void useWebSocket<Line>(url, { codec: json(), session: session() }).client.value.deliver({ text: 'hello' })
  })

  test('is accepted by useMessage, useMessages and useStream', () => {
    useMessage<Line>(url, (message) => expectTypeOf(message).toEqualTypeOf<Line>(), { codec: json() })
    useMessage<Line>(
      ({ attempt }) => `${url}?${attempt}`,
      ({ text }) => expectTypeOf(text).toEqualTypeOf<string>(),
      { codec: json() },
    )
    expectTypeOf(useMessages<Line>(url, { codec: json() }).messages.value).toEqualTypeOf<
      readonly MessageEntry<Line>[]
    >()
    void useStream<Line>(url, 'room', { codec: json(), session: session() }).client.value.deliver({ text: 'hello' })
  })

  test('leaves raw messages as they are', () => {
    useWebSocket<string>(url).send(new Uint8Array(1))
    useWebSocket<ArrayBuffer>(url, { binaryType: 'arraybuffer' }).send('text')
  })
})

describe('a wrong option of a URL', () => {
  test('is reported at the option', () => {
    useWebSocket(url, {
      // @ts-expect-error misspelt
      heartbeet: true,
    })
    useWebSocket<Line>(ref(url), {
      codec: json(),
      // @ts-expect-error misspelt
      onMesage: () => {},
    })
    useWebSocket(() => url, {
      // @ts-expect-error misspelt
      heartbeat: { intervall: 5 },
    })
    useWebSocket(url, {
      // @ts-expect-error not a pace
      pace: 'often',
    })
    useWebSocket(url, {
      // @ts-expect-error clients of a component are always lazy
      lazy: true,
    })
    useWebSocket(url, {
      session: session(),
      // @ts-expect-error misspelt
      heartbeet: true,
    })
  })

  test('is reported at the option of useMessage, useMessages and useStream', () => {
    useMessage(url, () => {}, {
      // @ts-expect-error misspelt
      heartbeet: true,
    })
    useMessages(url, {
      // @ts-expect-error not a number
      limit: 'all',
    })
    useStream(url, 'room', {
      session: session(),
      // @ts-expect-error misspelt
      heartbeet: true,
    })
  })
})

describe('an existing client', () => {
  test('accepts callbacks, and no other option', () => {
    useWebSocket(plain, { onMessage: ({ text }) => expectTypeOf(text).toEqualTypeOf<string>(), onOpen: () => {} })
    useWebSocket(plain, {
      // @ts-expect-error an option of createWebSocket
      heartbeat: true,
    })
    useWebSocket(chat, {
      // @ts-expect-error an option of createWebSocket
      reconnect: { maxAttempts: 3 },
    })
    useWebSocket(shallowRef(plain), {
      // @ts-expect-error an existing client has no key
      key: 'ada',
    })
    useWebSocket(() => plain, {
      onMessage: () => {},
      // @ts-expect-error an option of createWebSocket
      history: 5,
    })
  })

  test('accepts callbacks and the options of the list in useMessage, useMessages and useStream', () => {
    useMessage(plain, () => {}, { onOpen: ({ reconnected }) => expectTypeOf(reconnected).toEqualTypeOf<boolean>() })
    useMessage(plain, () => {}, {
      // @ts-expect-error an option of createWebSocket
      heartbeat: true,
    })
    const lengths = useMessages(plain, { limit: 5, select: ({ text }) => text.length, onOpen: () => {} })
    expectTypeOf(lengths.messages.value).toEqualTypeOf<readonly MessageEntry<number>[]>()
    useMessages(plain, {
      limit: 5,
      // @ts-expect-error an existing client has no key
      key: 'ada',
    })
    useStream(chat, 'room', { limit: 5, select: ({ text }) => text.length, onResync: () => {}, onOpen: () => {} })
    useStream(chat, 'room', {
      limit: 5,
      // @ts-expect-error an option of createWebSocket
      heartbeat: true,
    })
  })
})

test('a source that may be a URL or a client accepts the options of a URL', () => {
  const either = null as UrlSource | WebSocketClient<Line, Order>
  useWebSocket(either, { codec, heartbeat: true }).send({ say: 'hello' })
  useWebSocket(either).send({ say: 'hello' })
  useMessages(shallowRef(either), { codec, heartbeat: true, limit: 5 })
})
