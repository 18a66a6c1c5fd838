// @vitest-environment node
/** On a server no connection is opened. With real sockets, and with a global `WebSocket`. */

import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type EchoServer, startEchoServer } from '../../core/test/support/echoServer.ts'
import { session } from '../../core/src/session/index.ts'
import { createWebSocket, useMessage, useMessages, useStream, useWebSocket } from '../src/index.ts'

let server: EchoServer
beforeEach(async () => {
  vi.stubGlobal('WebSocket', WebSocket)
  server = await startEchoServer()
})
afterEach(async () => {
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

/** Renders a component three times, as a server does for three requests, and fails if a timer is set. */
const renderThreeTimes = (Page: () => ReactNode): string[] => {
  const setTimer = vi.spyOn(globalThis, 'setTimeout')
  const html = [1, 2, 3].map(() => renderToString(<Page />))
  expect(setTimer).not.toHaveBeenCalled()
  setTimer.mockRestore()
  return html
}

test.each([
  ['a URL', () => server.url],
  ['a URL function', () => () => server.url],
  ['a shared client', () => createWebSocket(server.url, { lazy: true })],
])('a server render with %s opens no connection and sets no timer', async (_, createSource) => {
  const source = createSource()
  const html = renderThreeTimes(() => {
    useMessage(source, () => {})
    useMessages(source)
    return useWebSocket(source).status
  })
  expect(html).toEqual(['connecting', 'connecting', 'connecting'])
  expect(await countConnections()).toBe(0)
})

test('a server render with useStream opens no connection and sets no timer', async () => {
  const shared = createWebSocket(server.url, { lazy: true, session: session() })
  renderThreeTimes(() => {
    useStream(server.url, 'news', { session: session() })
    return useStream(shared, 'news').messages.length
  })
  expect(await countConnections()).toBe(0)
})

test('a worker, which has no window, may open an own connection before its component is mounted', () => {
  vi.stubGlobal('importScripts', () => {})
  const Page = (): ReactNode => {
    const { client } = useWebSocket(server.url)
    client.open()
    const result = client.send('hello')
    client.dispose()
    return result
  }
  expect(renderToString(<Page />)).toBe('queued')
})

test('open(), reconnect() and send() of an own connection open and queue nothing in a server render', async () => {
  const html = renderThreeTimes(() => {
    const { client } = useWebSocket(server.url)
    client.open()
    client.reconnect()
    return client.send('hello')
  })
  expect(html).toEqual(['dropped', 'dropped', 'dropped'])
  expect(await countConnections()).toBe(0)
})
