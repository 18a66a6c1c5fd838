/** Reports about platforms that differ from a browser's page: React Native, workers, servers. */

import { afterEach, expect, test, vi } from 'vitest'
import { createOwnedClient } from '../../../src/adapter/index.ts'
import { createFakeServer } from '../../../src/testing/index.ts'
import { createTestClient } from '../../support/createTestClient.ts'

afterEach(() => void vi.unstubAllGlobals())

test('(nats.ws#195, it-ws#97, trpc#5999, react-native-use-websocket#27) an absolute URL reaches the constructor unchanged although the URL class has no setters and appends a slash', () => {
  const { server, connect } = createTestClient()
  vi.stubGlobal(
    'URL',
    class {
      readonly text: string
      constructor(text: string, base?: string) {
        if (base !== undefined) throw new TypeError('a base is not supported')
        this.text = text.endsWith('/') ? text : `${text}/`
      }
      get href(): string {
        return this.text
      }
      get protocol(): string {
        return 'wss:'
      }
    },
  )
  const client = connect({ environment: false }, 'https://example.org/chat?token=abc')
  expect([server.last.url, client.url]).toEqual(Array(2).fill('wss://example.org/chat?token=abc'))
})

test('(MQTT.js#1806) a worker, which has no document, follows the events of its network', () => {
  const scope = new EventTarget()
  const { clock, server, open } = createTestClient({ browser: true })
  for (const name of ['addEventListener', 'removeEventListener'] as const) vi.stubGlobal(name, scope[name].bind(scope))
  const client = open({ heartbeat: true, reconnect: { delay: () => 3_600_000 } })
  server.last.drop()
  scope.dispatchEvent(new Event('online'))
  clock.advance(500)
  server.last.accept()
  clock.advance(25_000)
  expect([client.get().status, server.last.received]).toEqual(['open', ['ping']])
})

test('(convex-nuxt#10, nuxt/nuxt#900, nuxt-directus#264) on a server the own client of a component opens nothing, whatever is called', () => {
  const server = createFakeServer()
  const client = createOwnedClient('ws://test/', { WebSocket: server.WebSocket }, { current: {} })
  client.open()
  client.reconnect()
  expect(client.send('from a request')).toBe('dropped')
  expect([server.connections.length, client.get().status, client.get().queued]).toEqual([0, 'closed', 0])
  client.dispose()
})
