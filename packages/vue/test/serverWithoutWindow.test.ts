// @vitest-environment node
/** On a server no connection is opened, wherever the application calls the composables. With real sockets, and with a global `WebSocket`. */

import { createSSRApp, defineComponent, effectScope, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type EchoServer, startEchoServer } from '../../core/test/support/echoServer.ts'
import { session } from '../../core/src/session/index.ts'
import { createWebSocket, useMessage, useMessages, useStream, useWebSocket } from '../src/index.ts'

let server: EchoServer
beforeEach(async () => {
  vi.stubGlobal('WebSocket', WebSocket)
  vi.spyOn(globalThis, 'setTimeout')
  server = await startEchoServer()
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  await server.close()
})

/** Counts the connections. Those that were dialled before the one of this function have arrived by then. */
const countConnections = async (): Promise<number> => {
  const last = new WebSocket(server.url)
  await new Promise((resolve) => last.once('open', resolve))
  last.terminate()
  return server.accepted() - 1
}

type Place = [place: string, run: (use: () => unknown) => unknown]

const render = (setup: () => unknown): Promise<string> =>
  renderToString(
    createSSRApp(
      defineComponent({
        setup: async () => {
          await setup()
          return () => h('p')
        },
      }),
    ),
  )

const places: Place[] = [
  ['in a component', render],
  [
    'in a component after an await',
    (use) =>
      render(async () => {
        await Promise.resolve()
        use()
      }),
  ],
  ['in a detached effect scope of a component', (use) => render(() => effectScope(true).run(use))],
  [
    'in a plugin',
    (use) => renderToString(createSSRApp(() => h('p')).use({ install: (app) => void app.runWithContext(use) })),
  ],
  ['in an effect scope, such as that of a store', (use) => effectScope(true).run(use)],
  ['in an asynchronous function, such as a router guard', async (use) => (await Promise.resolve(), use())],
  ['in a module', (use) => use()],
]

type Source = () => Parameters<typeof useWebSocket>[0]
const sources: [string, Source][] = [
  ['a URL', () => server.url],
  ['a URL function', () => () => server.url],
  ['a shared client', () => createWebSocket(server.url, { lazy: true })],
  [
    'a getter of a shared client',
    () =>
      (
        (shared) => () =>
          shared
      )(createWebSocket(server.url, { lazy: true })),
  ],
]

describe.each(sources)('with %s', (_, source) => {
  test.each(places)(
    '(convex-nuxt#10, nuxt/nuxt#900, nuxt-directus#264) no connection is opened and no timer is set %s',
    async (_place, run) => {
      for (let request = 0; request < 3; request++) {
        await run(() => {
          const given = source()
          expect(useWebSocket(given).status.value).toBe('connecting')
          useMessage(given, () => {})
          useMessages(given)
        })
      }
      expect(setTimeout).not.toHaveBeenCalled()
      expect(await countConnections()).toBe(0)
    },
  )
})

test.each(places)('useStream opens no connection %s', async (_place, run) => {
  const shared = createWebSocket(server.url, { lazy: true, session: session() })
  await run(() => {
    useStream(server.url, 'news', { session: session() })
    useStream(shared, 'news')
  })
  expect(setTimeout).not.toHaveBeenCalled()
  expect(await countConnections()).toBe(0)
})

test.each(places)(
  'open(), reconnect() and send() of an own connection open and queue nothing %s',
  async (_place, run) => {
    const results: unknown[] = []
    await run(() => {
      const { open, reconnect, send, client } = useWebSocket(server.url)
      open()
      reconnect()
      client.value.open()
      results.push(send('hello'))
    })
    expect(results).toEqual(['dropped'])
    expect(setTimeout).not.toHaveBeenCalled()
    expect(await countConnections()).toBe(0)
  },
)

test('a worker, which has no window, opens a connection at once in an effect scope', async () => {
  vi.stubGlobal('importScripts', () => {})
  const scope = effectScope(true)
  const { client } = scope.run(() => useWebSocket(server.url))!
  await new Promise((resolve) => client.value.on('open', resolve))
  scope.stop()
})
