/** The types of a client with a session: its methods and events exist only with the option `session`. */

import { describe, expectTypeOf, test } from 'vitest'
import { type WebSocketClient, type WebSocketOptions, createWebSocket, json } from '../../src/index.ts'
import { type Ack, type Resync, type SessionClient, session } from '../../src/session/index.ts'

interface Line {
  text: string
}
const url = 'wss://example.org'

describe('with a session', () => {
  const client = createWebSocket<Line, Line>(url, {
    codec: json<Line, Line>(),
    session: session({ streams: ['room'] }),
  })

  test('a client has deliver, request and sessionId', () => {
    expectTypeOf(client).toEqualTypeOf<SessionClient<Line, Line>>()
    expectTypeOf(client.deliver({ text: 'a' })).toEqualTypeOf<Promise<Ack>>()
    expectTypeOf(client.request<number>({ text: 'a' }, { timeout: 5 })).toEqualTypeOf<Promise<number>>()
    expectTypeOf(client.request({ text: 'a' })).toEqualTypeOf<Promise<unknown>>()
    expectTypeOf(client.sessionId).toEqualTypeOf<string | undefined>()
    // @ts-expect-error not a Line
    void client.deliver('a')
    // @ts-expect-error readonly
    client.sessionId = 'x'
  })

  test('a client emits the events of the session and its own', () => {
    client.on('resync', (info) => expectTypeOf(info).toEqualTypeOf<Resync>())
    client.on('unconfirmed', ({ messages }) => expectTypeOf(messages).toEqualTypeOf<readonly Line[]>())
    client.on('stream', ({ message }) => expectTypeOf(message).toEqualTypeOf<Line>())
    client.on('message', (message) => expectTypeOf(message).toEqualTypeOf<Line>())
    // @ts-expect-error no such event
    client.on('resynced', () => {})
  })

  test('a client extends WebSocketClient', () => {
    expectTypeOf(client).toExtend<WebSocketClient<Line, Line>>()
  })

  test('message types are inferred from the codec', () => {
    const inferred = createWebSocket(url, { codec: json<Line, Line>(), session: session() })
    expectTypeOf(inferred).toEqualTypeOf<SessionClient<Line, Line>>()
  })
})

describe('without a session', () => {
  const client = createWebSocket(url)

  test('a client has no methods and events of a session', () => {
    expectTypeOf(client).toEqualTypeOf<WebSocketClient>()
    // @ts-expect-error only with a session
    void client.deliver('a')
    // @ts-expect-error only with a session
    client.on('resync', () => {})
  })

  test('a client with options of an unknown kind has no methods of a session', () => {
    const options: WebSocketOptions = {}
    expectTypeOf(createWebSocket(url, options)).toEqualTypeOf<WebSocketClient>()
  })
})

describe('the options of session()', () => {
  test('the options are checked by name and by type', () => {
    session({ token: async ({ refresh }) => `${refresh}` })
    session({ token: ({ attempt, signal }) => `${attempt}${signal.aborted}` })
    session<Line>({ onStream: ({ message }) => expectTypeOf(message).toEqualTypeOf<Line>() })
    session({ onResync: ({ wait }) => expectTypeOf(wait).toEqualTypeOf<number>(), pending: { limit: 5 } })
    // @ts-expect-error a misspelt option
    session({ stream: ['room'] })
    // @ts-expect-error a token is text
    session({ token: () => 5 })
  })
})
