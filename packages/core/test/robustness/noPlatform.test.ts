/** Clients that can never dial: without a constructor, without a URL, or with a relative URL outside a page. They throw at the call that would dial. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import { OptionError, createWebSocket } from '../../src/index.ts'
import { createOwnedClient } from '../../src/adapter/index.ts'
import { createFakeServer, scriptedTransport } from '../../src/testing/index.ts'
import { createTestClient } from '../support/createTestClient.ts'

afterEach(() => void vi.unstubAllGlobals())

const { WebSocket } = createFakeServer()
const url = 'ws://test/'

describe.each<[what: string, url: string, options: object, message: RegExp]>([
  ['without a WebSocket constructor', url, {}, /^WebSocket: expected .*in Node 20 pass the WebSocket of ws/],
  ['with null as constructor', url, { WebSocket: null }, /^WebSocket: expected .*got null/],
  ['with a relative URL outside a page', '/chat?token=SECRET', { WebSocket }, /^url: expected an absolute.*"\/chat/],
])('a client %s', (_, url, options, message) => {
  const create = (more: object): ReturnType<typeof createWebSocket> => {
    vi.stubGlobal('WebSocket', undefined)
    return createWebSocket(url, { ...options, ...more } as never)
  }
  const expectError = (call: () => unknown): void => {
    expect(call).toThrow(OptionError)
    expect(call).toThrow(message)
    expect(call).not.toThrow(/SECRET/)
  }

  test('throws at creation if it dials at once', () => expectError(() => create({})))

  test('throws at open() and reconnect() if it waits for them, not at creation', () => {
    const client = create({ immediate: false })
    expectError(() => client.open())
    expectError(() => client.reconnect())
    expect(client.get()).toMatchObject({ status: 'closed', error: undefined })
    client.dispose()
  })

  test('throws at retain() if it is lazy, and counts no user', () => {
    const client = create({ lazy: true })
    expectError(() => client.retain())
    expectError(() => client.retain())
    expect(client.get().status).toBe('closed')
    client.dispose()
  })
})

test('a client that was refused at retain() opens at the next one once there is a constructor', () => {
  const server = createFakeServer({ auto: false })
  vi.stubGlobal('WebSocket', undefined)
  const client = createWebSocket(url, { lazy: true, linger: 0 })
  expect(() => client.retain()).toThrow(OptionError)
  vi.stubGlobal('WebSocket', server.WebSocket)
  client.retain()
  expect(client.get().status).toBe('connecting')
  client.dispose()
})

test('a client with a transport needs no WebSocket constructor', () => {
  vi.stubGlobal('WebSocket', undefined)
  const transport = scriptedTransport()
  const client = createWebSocket(url, { transport })
  expect(client.get().status).toBe('connecting')
  client.dispose()
})

describe('undefined as URL', () => {
  test.each([{}, { immediate: false }, { lazy: true }])(
    'throws with a hint to the missing environment variable: %j',
    (options) => {
      const call = (): unknown => createWebSocket(undefined, { WebSocket, ...options })
      expect(call).toThrow(OptionError)
      expect(call).toThrow(/^url: .*environment variable.*got undefined/)
    },
  )

  test('is no URL yet in a component, and null and an empty text are none for createWebSocket', () => {
    const { connect } = createTestClient()
    for (const none of [null, '']) expect(connect({}, none).get().status).toBe('closed')
    const client = createOwnedClient(undefined, { WebSocket }, { current: {} })
    client.retain()
    expect(client.get().status).toBe('closed')
    client.dispose()
  })
})
