// @vitest-environment jsdom
/** The environment of a browser: which events count, on a page of jsdom. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import { browserListeners } from '../support/browserListeners.ts'
import { createTestClient } from '../support/createTestClient.ts'

const raise = (type: string, target: EventTarget = window): void => void target.dispatchEvent(new Event(type))
const show = (visible: boolean): void => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(!visible)
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visible ? 'visible' : 'hidden')
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
}
const network = (online: boolean): void => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(online)
  raise(online ? 'online' : 'offline')
}

afterEach(() => vi.restoreAllMocks())

const waiting = (): ReturnType<typeof createTestClient> & {
  client: ReturnType<ReturnType<typeof createTestClient>['open']>
} => {
  const made = createTestClient({ browser: true })
  const client = made.open({ reconnect: { delay: () => 30_000 } })
  made.server.last.drop()
  return { ...made, client }
}

test('listeners are attached while a connection is wanted, and only then', () => {
  const present = browserListeners()
  const { server, connect, open } = createTestClient({ browser: true })
  const client = connect({ immediate: false })
  const lazy = connect({ lazy: true, linger: 0 })
  expect(present()).toEqual([])
  client.open()
  expect(present()).toEqual(['focus', 'offline', 'online', 'pagehide', 'pageshow', 'resume', 'visibilitychange'])
  const other = open()
  expect(present()).toHaveLength(14)
  client.close()
  expect(present()).toHaveLength(7)
  other.dispose()
  expect(present()).toEqual([])
  const release = lazy.retain()
  expect(present()).toHaveLength(7)
  server.last.accept()
  lazy.close()
  server.last.finish()
  expect(present()).toEqual([])
  release()
})

test('none keeps the page out of the back/forward cache', () => {
  const present = browserListeners()
  const { open } = createTestClient({ browser: true })
  open()
  expect(present()).not.toContain('unload')
  expect(present()).not.toContain('beforeunload')
})

test('environment: false attaches nothing', () => {
  const present = browserListeners()
  createTestClient({ browser: true }).open({ environment: false })
  expect(present()).toEqual([])
})

describe('what ends a wait at once', () => {
  test.each([
    ['a page that is seen again', () => show(true)],
    ['a page that comes back from the cache', () => raise('pageshow')],
    ['a window that gets the focus', () => raise('focus')],
    [
      'a page that is thawed, told on the document',
      () => document.dispatchEvent(new Event('resume', { bubbles: false })),
    ],
  ])('%s', (_, happen) => {
    const { server } = waiting()
    happen()
    expect(server.connections).toHaveLength(2)
  })

  test.each([
    ['a page that goes out of sight', () => show(false)],
    ['a field that gets the focus', () => document.body.appendChild(document.createElement('input')).focus()],
    ['a page that is frozen', () => document.dispatchEvent(new Event('freeze'))],
    ['a window that loses the focus', () => raise('blur')],
  ])('not %s', (_, happen) => {
    const { server } = waiting()
    happen()
    expect(server.connections).toHaveLength(1)
  })
})

test('a network that comes back ends the wait within a second', () => {
  const { clock, server } = waiting()
  network(true)
  expect(server.connections).toHaveLength(1)
  clock.advance(1000)
  expect(server.connections).toHaveLength(2)
})

test('a network that is gone lengthens it', () => {
  const { clock, client } = waiting()
  network(false)
  expect(client.get().retryAt).toBe(clock.now() + 60_000)
})

test('a platform that says nothing of its network counts as online', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(undefined as never)
  const client = open()
  server.last.drop()
  expect(client.get().retryAt).toBe(clock.now() + 750)
})

test('pagehide closes, pageshow opens again', () => {
  const { server, open } = createTestClient({ browser: true })
  const client = open()
  raise('pagehide')
  show(false)
  expect([server.alive, server.last.closed]).toEqual([0, { code: 1000, reason: '' }])
  raise('pageshow')
  show(true)
  raise('focus')
  server.last.accept()
  expect([client.get().status, server.connections.length]).toEqual(['open', 2])
})

test('an open and silent link is asked when the page is seen again', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  open({ heartbeat: true })
  clock.advance(6000)
  show(false)
  expect(server.last.received).toEqual([])
  show(true)
  expect(server.last.received).toEqual(['ping'])
})

test('a worker has no document and is fine', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  vi.stubGlobal('document', undefined)
  const client = open({ heartbeat: true })
  clock.advance(6000)
  raise('online')
  expect(server.last.received).toEqual(['ping'])
  client.dispose()
  vi.unstubAllGlobals()
})
