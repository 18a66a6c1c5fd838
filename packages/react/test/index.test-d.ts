/** The public types of the React adapter: accepted arguments, inferred types, and code that must not compile. */

import { type CloseInfo, type Status, type WebSocketClient, createWebSocket, json } from '@holdfast/core'
import { expectTypeOf, test } from 'vitest'
import { useMessage, useWebSocket } from '../src/index.ts'

interface Line {
  text: string
}

const url = 'wss://example.org'
const chat = createWebSocket<Line, Line>(url, { codec: json(), lazy: true })

test('each state is a plain value that the component cannot set', () => {
  const socket = useWebSocket<Line, Line>(url, { codec: json() })
  expectTypeOf(socket.status).toEqualTypeOf<Status>()
  expectTypeOf(socket.lastMessage).toEqualTypeOf<Line | undefined>()
  expectTypeOf(socket.lastClose).toEqualTypeOf<CloseInfo | undefined>()
  expectTypeOf(socket.retryAt).toEqualTypeOf<number | undefined>()
  expectTypeOf(socket.client).toEqualTypeOf<WebSocketClient<Line, Line>>()
  // @ts-expect-error the state is readonly
  socket.status = 'open'
})

test('a source is a URL, a URL function or a client', () => {
  useWebSocket(url)
  useWebSocket(null)
  useWebSocket(new URL(url))
  useWebSocket(() => `${url}/room`)
  useWebSocket(async ({ attempt }) => `${url}?attempt=${attempt}`)
  useWebSocket(chat)
  // @ts-expect-error a number is not a URL
  useWebSocket(4000)
})

test('types are inferred from a given client', () => {
  const { lastMessage, send } = useWebSocket(chat)
  expectTypeOf(lastMessage).toEqualTypeOf<Line | undefined>()
  send({ text: 'hello' })
  // @ts-expect-error a line has a text
  send({ txt: 'hello' })
  useMessage(chat, (message) => expectTypeOf(message).toEqualTypeOf<Line>())
})

test('options are those of the core and a key', () => {
  useWebSocket(url, { heartbeat: true, key: 'ada', onClose: (close) => expectTypeOf(close).toEqualTypeOf<CloseInfo>() })
  // @ts-expect-error clients of a component are always lazy
  useWebSocket(url, { lazy: true })
})
