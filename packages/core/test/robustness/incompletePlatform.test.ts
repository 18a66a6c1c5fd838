/** Platforms on which a class, a function or a member is missing or incomplete, such as older versions of React Native. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import { type UrlSource, type WebSocketClient, createWebSocket, json } from '../../src/index.ts'
import { session } from '../../src/session/index.ts'
import { createFakeServer } from '../../src/testing/index.ts'
import { byteLength } from '../../src/transport/frame.ts'
import { createTestClient } from '../support/createTestClient.ts'

afterEach(() => void vi.unstubAllGlobals())

const TEXTS = ['', 'ascii', 'é'.repeat(3), '漢字', '🙂🙂', 'a\ud800b', '\udc00', '\u07ff\u0800\uffff\0']

test.each([
  'EventTarget',
  'Event',
  'MessageEvent',
  'CloseEvent',
  'DOMException',
  'TextEncoder',
  'Blob',
  'performance',
  'window',
  'document',
  'navigator',
  'location',
  'structuredClone',
  'requestAnimationFrame',
])('a client dials, queues, sends, receives, reconnects and closes without %s', async (name) => {
  const { clock, server, connect, advanceToRetry } = createTestClient({ browser: true })
  server.auto = true
  vi.stubGlobal(name, undefined)
  const received: unknown[] = []
  const client = connect({ codec: json(), heartbeat: true, onMessage: (message) => received.push(message) })
  client.subscribe(() => {})
  client.send({ text: 'é' })
  await clock.run(0)
  server.last.drop()
  expect(client.get().status).toBe('reconnecting')
  client.send({ text: '漢' })
  advanceToRetry(client as never)
  await clock.run(0)
  expect(server.connections.map(({ received: [first] }) => first)).toEqual(['{"text":"é"}', '{"text":"漢"}'])
  server.last.send('{"text":"back"}')
  expect(received).toEqual([{ text: 'back' }])
  client.close(1000, 'é')
  await clock.run(0)
  expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 1000, reason: 'é', cause: 'user' } })
})

test('bytes of UTF-8 are counted in the same way without TextEncoder', () => {
  const counted = TEXTS.map(byteLength)
  vi.stubGlobal('TextEncoder', undefined)
  expect(TEXTS.map(byteLength)).toEqual(counted)
})

describe('the URL class of React Native', () => {
  /** It appends a slash, has no setters, and resolves nothing. */
  class NativeUrl {
    readonly #text: string
    constructor(text: string, base?: string) {
      if (base !== undefined) throw new TypeError('Invalid base URL')
      this.#text = text.endsWith('/') ? text : `${text}/`
    }
    get href(): string {
      return this.#text
    }
    get protocol(): string {
      return this.#text.replace(/:.*/, ':')
    }
    toString(): string {
      return this.#text
    }
  }
  /** In older versions, the members are not implemented. */
  class OlderUrl extends NativeUrl {
    override get protocol(): string {
      throw new Error('not implemented')
    }
  }
  const text = 'wss://example.org/chat?token=abc'

  test.each([
    ['NativeUrl', NativeUrl, text, text],
    ['OlderUrl', OlderUrl, text, text],
    ['NativeUrl', NativeUrl, 'https://example.org', 'wss://example.org'],
    ['OlderUrl', OlderUrl, () => text, text],
    ['NativeUrl', NativeUrl, async () => text, text],
    ['NativeUrl', NativeUrl, new NativeUrl(text) as never, `${text}/`],
  ] as [string, unknown, UrlSource, string][])('%s changes no URL: %s', async (_, URL, source, dialled) => {
    const { server, connect, clock } = createTestClient()
    const given: string[] = []
    class Recording extends server.WebSocket {
      constructor(url: string) {
        super('ws://test/')
        given.push(url)
      }
    }
    vi.stubGlobal('URL', URL)
    const client = connect({ WebSocket: Recording }, source)
    await clock.run(0)
    expect([given, client.url, client.get().status]).toEqual([[dialled], dialled, 'connecting'])
  })

  test('still refuses another scheme and a fragment', () => {
    const { connect } = createTestClient()
    vi.stubGlobal('URL', NativeUrl)
    for (const url of ['ftp://test/', 'ws://test/#top', 'chat']) expect(() => connect({}, url)).toThrow(/^url: /)
  })
})

test('without Symbol.dispose, a client has no member named undefined, and can be disposed by compiled code', async () => {
  const members = Object.getOwnPropertyDescriptors(Symbol) as Record<string, PropertyDescriptor>
  delete members.dispose
  const create = Symbol
  vi.stubGlobal(
    'Symbol',
    Object.defineProperties((name: string) => create(name), { ...members, prototype: {} }),
  )
  vi.resetModules()
  const core = (await import('../../src/index.ts')) as { createWebSocket: typeof createWebSocket }
  const client = core.createWebSocket(null)
  expect(Object.keys(client)).not.toContain('undefined')
  // The symbol that Babel's helper of `using` reads.
  const end = (client as unknown as Record<symbol, () => void>)[Symbol.for('Symbol.dispose')]!
  const events: string[] = []
  client.onAny((type) => void events.push(type))
  end()
  expect(events).toEqual(['dispose'])
})

describe('the default environment', () => {
  const { WebSocket } = createFakeServer()
  const listeners = new Map<string, (event: { type: string }) => void>()
  const wait = (): WebSocketClient => {
    const server = createFakeServer({ auto: false })
    const client = createWebSocket('ws://test/', { WebSocket: server.WebSocket, reconnect: { delay: () => 1000 } })
    server.last.refuse()
    return client
  }

  test.each([undefined, {}])('counts as online if the navigator is %j, as in Deno', (navigator) => {
    vi.stubGlobal('addEventListener', (type: string, listener: (event: { type: string }) => void) =>
      listeners.set(type, listener),
    )
    vi.stubGlobal('removeEventListener', (type: string) => listeners.delete(type))
    vi.stubGlobal('navigator', navigator)
    const client = wait()
    expect(listeners.size).toBe(7)
    expect(client.get().retryAt! - Date.now()).toBeLessThan(2000) // offline, it would wait for a minute
    listeners.get('visibilitychange')!({ type: 'visibilitychange' })
    client.dispose()
    expect(listeners.size).toBe(0)
  })

  test('is none if listeners can be added and not removed', () => {
    const add = vi.fn()
    vi.stubGlobal('addEventListener', add)
    vi.stubGlobal('removeEventListener', undefined)
    createWebSocket('ws://test/', { WebSocket }).dispose()
    expect(add).not.toHaveBeenCalled()
  })
})

test('a delivery that is aborted where signals have no reason rejects, and does not count as applied', async () => {
  const { connect } = createTestClient()
  const client = connect({ codec: json(), session: session() } as object) as unknown as {
    deliver(message: unknown, options: object): Promise<unknown>
  }
  const controller = new AbortController()
  Object.defineProperty(controller.signal, 'reason', { value: undefined })
  const delivery = client.deliver({}, { signal: controller.signal })
  controller.abort()
  await expect(delivery).rejects.toThrow('aborted')
  await expect(client.deliver({}, { signal: controller.signal })).rejects.toThrow('aborted')
})
