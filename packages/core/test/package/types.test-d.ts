/** The public types: what is accepted, what is inferred, and what must not compile. */

import { describe, expectTypeOf, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  type CloseInfo,
  type Codec,
  type OpenInfo,
  type RawMessage,
  type RawOutgoing,
  type Schema,
  type SendResult,
  type SessionClient,
  type Status,
  type WebSocketClient,
  type WebSocketOptions,
  createWebSocket,
  json,
  raw,
} from '../../src/index.ts'
import { session } from '../../src/session/index.ts'

interface Line {
  text: string
}

declare const lineSchema: Schema<Line>
const url = 'wss://example.org'

describe('a client without a codec', () => {
  const client = createWebSocket(url)

  test('receives and sends the data types of a WebSocket', () => {
    expectTypeOf(client).toEqualTypeOf<WebSocketClient<RawMessage, RawOutgoing>>()
    expectTypeOf(client.get().lastMessage).toEqualTypeOf<string | ArrayBuffer | Blob | undefined>()
    expectTypeOf(client.send).parameter(0).toEqualTypeOf<string | ArrayBuffer | Blob | ArrayBufferView>()
    expectTypeOf(client.send).returns.toEqualTypeOf<SendResult>()
    // @ts-expect-error an object needs a codec
    client.send({ text: 'hello' })
  })

  test('has a read-only snapshot', () => {
    expectTypeOf(client.get().status).toEqualTypeOf<Status>()
    // @ts-expect-error the state is the client's
    client.get().status = 'open'
    // @ts-expect-error a list that is not the reader's
    client.get().messages.push('x')
  })

  test('passes to each listener the value of its event', () => {
    client.on('close', (close) => expectTypeOf(close).toEqualTypeOf<CloseInfo>())
    client.on('status', (status) => expectTypeOf(status).toEqualTypeOf<Status>())
    client.on('latency', (latency) => expectTypeOf(latency).toEqualTypeOf<number>())
    client.on('drop', ({ message }) => expectTypeOf(message).toEqualTypeOf<RawMessage | RawOutgoing>())
    // @ts-expect-error no such event
    client.on('opened', () => {})
  })

  test('resolves opened() with what the event open carries', () => {
    expectTypeOf(client.opened).returns.resolves.toEqualTypeOf<OpenInfo>()
    void client.opened({ signal: AbortSignal.timeout(1), timeout: 5000 })
    // @ts-expect-error milliseconds are a number
    void client.opened({ timeout: '5s' })
  })
})

describe('a codec', () => {
  test('determines the types of received and sent messages', () => {
    const client = createWebSocket(url, { codec: json({ incoming: lineSchema, outgoing: lineSchema }) })
    expectTypeOf(client).toEqualTypeOf<WebSocketClient<Line, Line>>()
    expectTypeOf(client.messages()).toEqualTypeOf<AsyncIterableIterator<Line>>()
    // @ts-expect-error a line has a text
    client.send({ txt: 'hello' })
  })

  test('takes explicit types if there is no schema', () => {
    expectTypeOf(json<Line, Line>()).toEqualTypeOf<Codec<Line, Line>>()
    expectTypeOf(createWebSocket<Line, Line>(url, { codec: json() })).toEqualTypeOf<WebSocketClient<Line, Line>>()
  })

  test('takes the type of both directions if one is given', () => {
    const client = createWebSocket<Line>(url, { codec: json(), onMessage: ({ text }) => text.length })
    expectTypeOf(client).toEqualTypeOf<WebSocketClient<Line, Line>>()
    expectTypeOf<WebSocketClient<Line>>().toEqualTypeOf<WebSocketClient<Line, Line>>()
    expectTypeOf<WebSocketOptions<Line>>().toEqualTypeOf<WebSocketOptions<Line, Line>>()
    client.send({ text: 'hello' })
    // @ts-expect-error a misspelt member
    client.send({ txt: 'hello' })
    // @ts-expect-error a misspelt option
    createWebSocket<Line>(url, { codec: json(), heartbeet: true })
    const other = createWebSocket<Line, number>(url, { codec: json() })
    expectTypeOf(other.send).parameter(0).toEqualTypeOf<number>()
  })

  test('takes the type of both directions with a session too', () => {
    const client = createWebSocket<Line>(url, { codec: json(), session: session() })
    expectTypeOf(client).toEqualTypeOf<SessionClient<Line, Line>>()
    expectTypeOf(client.deliver).parameter(0).toEqualTypeOf<Line>()
  })

  test('is not needed to send any frame if the type given is a frame', () => {
    const client = createWebSocket<string>(url, { onMessage: (text) => text.length })
    expectTypeOf(client).toEqualTypeOf<WebSocketClient<string, RawOutgoing>>()
    expectTypeOf<WebSocketClient<ArrayBuffer>>().toEqualTypeOf<WebSocketClient<ArrayBuffer, RawOutgoing>>()
  })

  test('that is a function which was not called does not compile', () => {
    // @ts-expect-error json() is meant
    createWebSocket(url, { codec: json })
  })

  test('passes through a generic function with the options', () => {
    const wrap = <In, Out>(options: WebSocketOptions<In, Out>): WebSocketClient<In, Out> =>
      createWebSocket(url, options)
    expectTypeOf(wrap({ codec: json<Line, Line>() })).toEqualTypeOf<WebSocketClient<Line, Line>>()
  })

  test('without types makes received messages unknown', () => {
    expectTypeOf(createWebSocket(url, { codec: json() }).get().lastMessage).toEqualTypeOf<unknown>()
    expectTypeOf(raw()).toEqualTypeOf<Codec<RawMessage, RawOutgoing>>()
  })
})

describe('the options', () => {
  test('accept the WebSocket constructor of a browser and that of ws', () => {
    createWebSocket(url, { WebSocket: globalThis.WebSocket })
    createWebSocket(url, { WebSocket })
    // @ts-expect-error a class of something else
    createWebSocket(url, { WebSocket: Date })
  })

  test('accept a URL as value or as function', () => {
    createWebSocket(null)
    createWebSocket(new URL(url))
    createWebSocket(async ({ attempt, signal }) => {
      expectTypeOf(attempt).toEqualTypeOf<number>()
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      return url
    })
    // @ts-expect-error a number is no address
    createWebSocket(4000)
  })

  test('are checked by name and by value', () => {
    createWebSocket(url, {
      heartbeat: { message: () => 'ping', isReply: (message) => message === 'pong', interval: 1000 },
    })
    createWebSocket(url, { reconnect: { maxAttempts: Infinity, delay: (attempt, close) => attempt * close.code } })
    createWebSocket(url, { queue: { overflow: 'drop-old' }, pace: 'sync', binaryType: 'arraybuffer' })
    // @ts-expect-error a misspelt option
    createWebSocket(url, { reconect: true })
    // @ts-expect-error no such way
    createWebSocket(url, { queue: { overflow: 'drop' } })
    // @ts-expect-error milliseconds are a number
    createWebSocket(url, { connectTimeout: '5s' })
  })
})
