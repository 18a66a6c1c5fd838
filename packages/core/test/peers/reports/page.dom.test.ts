// @vitest-environment jsdom
/** Reports about pages: frames that are not drawn, and navigations that the user cancels. */

import { afterEach, expect, test, vi } from 'vitest'
import { createTestClient } from '../../support/createTestClient.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test('(WICG/interventions#8, react-virtualized-auto-sizer#39, facebook/react#21986, whatwg/html#11138) a visible page that draws no frames shows the newest message after 1 s at the latest', () => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(false)
  vi.stubGlobal('requestAnimationFrame', () => 1)
  vi.stubGlobal('cancelAnimationFrame', () => {})
  const { clock, server, open } = createTestClient({ browser: true })
  const client = open()
  const seen: unknown[] = []
  client.subscribe(() => seen.push(client.get().lastMessage))
  for (let n = 1; n <= 40; n++) {
    server.last.send(`${n}`)
    clock.advance(50)
  }
  clock.advance(1000)
  expect([seen.at(-1), client.get().received]).toEqual(['40', 40])
  expect(seen.length).toBeLessThanOrEqual(4)
})

test('(engine.io-client#658, sockjs-client#87) a navigation that the user cancels in beforeunload keeps the connection', () => {
  const { server, open } = createTestClient({ browser: true })
  const client = open()
  window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  expect([client.get().status, server.last.closed, client.send('still here')]).toEqual(['open', undefined, 'sent'])
})

test('(phoenix#3327, phoenix#4023) a page that is restored from the back/forward cache has an open connection again', () => {
  const { server, open } = createTestClient({ browser: true })
  const client = open()
  window.dispatchEvent(new Event('pagehide'))
  expect(server.last.closed?.code).toBe(1000)
  window.dispatchEvent(new Event('pageshow'))
  server.last.accept()
  expect([client.get().status, server.connections.length]).toEqual(['open', 2])
})
