/** Option names that do not exist, as in JavaScript or through a spread: one warning per client. */

import { expect, test } from 'vitest'
import { json } from '../../src/index.ts'
import { createOwnedClient, withoutStreamCallbacks } from '../../src/adapter/index.ts'
import { createFakeServer } from '../../src/testing/index.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

test.each<[options: object, names: string]>([
  [{ heartbeet: true }, 'heartbeet'],
  [{ onMesage: () => {} }, 'onMesage'],
  [{ onmessage: () => {} }, 'onmessage'],
  [{ heartbeet: undefined }, 'heartbeet'],
  [{ heartbeat: { intervall: 5 } }, 'heartbeat.intervall'],
  [{ reconnect: { retries: 3 } }, 'reconnect.retries'],
  [{ queue: { x: 1 } }, 'queue.x'],
  [Object.create({ autoConnect: true }) as object, 'autoConnect'],
  [{ a: 1, reconnect: { b: 1 }, queue: { c: 1 }, heartbeat: { d: 1 } }, 'a, heartbeat.d, reconnect.b, queue.c'],
])('the options %o cause one warning that names %s', (options, names) => {
  const { connect } = createTestClient()
  const client = connect(options)
  expect(consoleErrors.splice(0)).toEqual([`createWebSocket: unknown options: ${names}`])
  expect(client.get()).toMatchObject({ status: 'connecting', error: undefined })
})

test('no option that exists causes a warning, alone or in a group', () => {
  const { connect } = createTestClient()
  connect({
    ...{ codec: json() as never, immediate: true, lazy: false, linger: 1, connectTimeout: 1, closeTimeout: 1 },
    heartbeat: { message: 'a', isReply: 'b', interval: 1, timeout: 1, answer: { to: 'c', with: 'd' } },
    queue: { limit: 1, bytes: 1, ttl: 1, overflow: 'drop-old' },
    reconnect: {
      ...{ minDelay: 1, baseDelay: 1, maxDelay: 1, maxAttempts: 1, stableAfter: 1 },
      delay: () => 1,
      shouldReconnect: () => true,
    },
    ...{ highWaterMark: 1, pace: 'sync', history: 1, protocols: [], binaryType: 'blob' },
    ...{ onOpen() {}, onMessage() {}, onClose() {}, onError() {}, onStatus() {}, onRetry() {}, onStop() {} },
    ...{ onDrop() {}, onLatency() {}, onDispose() {} },
  })
  expect(consoleErrors).toEqual([])
})

test('the options that components pass along cause no warning, and others do, also through the proxies of the adapters', () => {
  const { WebSocket } = createFakeServer()
  const known = { key: 1, limit: 5, select: () => {}, onResync() {}, onPresence() {}, onStream() {}, onResumed() {} }
  const options = { WebSocket, ...known, onUnconfirmed() {}, heartbeet: true }
  for (const given of [options, withoutStreamCallbacks(options)]) {
    createOwnedClient('ws://test/', given, { current: {} }).dispose()
    expect(consoleErrors.splice(0)).toEqual(['createWebSocket: unknown options: heartbeet'])
  }
})
