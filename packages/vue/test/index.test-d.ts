/** The public types of the Vue adapter: accepted arguments, inferred types, and code that must not compile. */

import { type CloseInfo, type Status, type WebSocketClient, createWebSocket, json } from '@holdfast/core'
import { expectTypeOf, test } from 'vitest'
import { type ShallowRef, computed, ref, shallowRef } from 'vue'
import { useMessage, useWebSocket } from '../src/index.ts'

interface Line {
  text: string
}

const url = 'wss://example.org'
const chat = createWebSocket<Line, Line>(url, { codec: json(), lazy: true })

test('each state is a ref that the component cannot set', () => {
  const { status, lastMessage, lastClose, retryAt, client } = useWebSocket<Line, Line>(url, { codec: json() })
  expectTypeOf(status).toEqualTypeOf<Readonly<ShallowRef<Status>>>()
  expectTypeOf(lastMessage.value).toEqualTypeOf<Line | undefined>()
  expectTypeOf(lastClose.value).toEqualTypeOf<CloseInfo | undefined>()
  expectTypeOf(retryAt.value).toEqualTypeOf<number | undefined>()
  expectTypeOf(client.value).toEqualTypeOf<WebSocketClient<Line, Line>>()
  // @ts-expect-error the state is readonly
  status.value = 'open'
})

test('a source is a URL, a ref, a getter or a client', () => {
  useWebSocket(url)
  useWebSocket(null)
  useWebSocket(ref(url))
  useWebSocket(computed(() => new URL(url)))
  useWebSocket(() => `${url}/room`)
  useWebSocket(async ({ attempt }) => `${url}?attempt=${attempt}`)
  useWebSocket(chat)
  useWebSocket(shallowRef(chat))
  // @ts-expect-error a number is not a URL
  useWebSocket(4000)
})

test('types are inferred from a given client', () => {
  const { lastMessage, send } = useWebSocket(chat)
  expectTypeOf(lastMessage.value).toEqualTypeOf<Line | undefined>()
  send({ text: 'hello' })
  // @ts-expect-error a line has a text
  send({ txt: 'hello' })
  useMessage(chat, (message) => expectTypeOf(message).toEqualTypeOf<Line>())
})

test('options are those of the core and a key', () => {
  useWebSocket(url, {
    heartbeat: true,
    key: () => 'ada',
    onClose: (close) => expectTypeOf(close).toEqualTypeOf<CloseInfo>(),
  })
  // @ts-expect-error clients of a component are always lazy
  useWebSocket(url, { lazy: true })
})
