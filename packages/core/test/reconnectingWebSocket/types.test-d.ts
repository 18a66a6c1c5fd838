/** The public types of the class. `scripts/packFixture/nodeTypes.ts` is compiled with `@types/node` alone. */

import { assertType, expectTypeOf, test } from 'vitest'
import { WebSocket as NodeWebSocket } from 'ws'
import Default, {
  CloseEvent,
  type ErrorEvent,
  type Message,
  OneShotWebSocket,
  type Options,
  type ProtocolsProvider,
  ReconnectingWebSocket,
  type UrlProvider,
  WebSocket as AsWebSocket,
  type WebSocketEventMap,
  finalByPolicy,
} from '../../src/reconnectingWebSocket/index.ts'

test('the class, its instances and the classes of with() are assignable to those of the platform', () => {
  assertType<typeof WebSocket>(ReconnectingWebSocket)
  assertType<typeof WebSocket>(OneShotWebSocket)
  assertType<typeof WebSocket>(ReconnectingWebSocket.with({ heartbeat: true }))
  assertType<WebSocket>(new ReconnectingWebSocket('ws://test'))
  expectTypeOf(Default).toEqualTypeOf(ReconnectingWebSocket)
  expectTypeOf(AsWebSocket).toEqualTypeOf(ReconnectingWebSocket)
})

test('the constructor of ws needs no cast', () => {
  assertType<Options>({ WebSocket: NodeWebSocket })
})

test('events have the types of the platform and of the peers', () => {
  const socket = new ReconnectingWebSocket('ws://test')
  socket.onmessage = (event) => expectTypeOf(event).toEqualTypeOf<MessageEvent>()
  socket.onclose = ({ code, reason, wasClean }) => assertType<[number, string, boolean]>([code, reason, wasClean])
  socket.onerror = ({ message, error }) => assertType<[string, Error | undefined]>([message, error])
  socket.addEventListener('close', (event) => expectTypeOf(event).toEqualTypeOf<CloseEvent>())
  socket.addEventListener('error', (event) => expectTypeOf(event).toEqualTypeOf<ErrorEvent>())
  socket.addEventListener('stop', (event) => expectTypeOf(event).toEqualTypeOf<Event>())
  expectTypeOf<WebSocketEventMap['message']>().toEqualTypeOf<MessageEvent>()
})

test('providers and messages take what those of the peers take', () => {
  assertType<UrlProvider>(async () => new URL('ws://test'))
  assertType<ProtocolsProvider>(() => null)
  assertType<Message>(new Uint8Array(1))
  expectTypeOf(new ReconnectingWebSocket('ws://test').send('x')).toEqualTypeOf<boolean>()
  assertType<boolean>(finalByPolicy(new CloseEvent('close', { code: 1000 })))
  // @ts-expect-error a number is no URL
  assertType<WebSocket>(new ReconnectingWebSocket(1))
  // @ts-expect-error an option of another library
  assertType<Options>({ reconnectInterval: 1 })
})
