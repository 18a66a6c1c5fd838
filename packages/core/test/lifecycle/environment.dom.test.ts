// @vitest-environment jsdom
/** The events of a browser's page that the client listens to, tested in jsdom. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import { browserListeners } from '../support/browserListeners.ts'
import { createTestClient } from '../support/createTestClient.ts'

const raise = (type: string, target: EventTarget = window): void => void target.dispatchEvent(new Event(type))
/** As in Chromium, a listener that is added while the event is dispatched is not called. */
const raisePagehide = (): void => {
  const stop = (event: Event): void => event.stopImmediatePropagation()
  addEventListener('pagehide', stop)
  raise('pagehide')
  removeEventListener('pagehide', stop)
}
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

/** A client that waits 30 s for its next attempt. */
const createWaitingClient = (): ReturnType<typeof createTestClient> & {
  client: ReturnType<ReturnType<typeof createTestClient>['open']>
} => {
  const setup = createTestClient({ browser: true })
  const client = setup.open({ reconnect: { delay: () => 30_000 } })
  setup.server.last.drop()
  return { ...setup, client }
}

test('listeners are attached only while a connection is wanted', () => {
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

test('a client that is disposed between `pagehide` and `visibilitychange` leaves no listener', () => {
  const present = browserListeners()
  const client = createTestClient({ browser: true }).open()
  raisePagehide()
  expect([client.get().status, present().length]).toEqual(['open', 9])
  client.dispose()
  expect(present()).toEqual([])
})

test('a page that is hidden already closes the connection at `pagehide`, because no other event follows', () => {
  const { open, server } = createTestClient({ browser: true })
  const client = open()
  show(false)
  raisePagehide()
  expect([client.get().status, server.alive]).toEqual(['reconnecting', 0])
})

test('a hidden page that is loaded ends the wait for the next attempt', () => {
  const { server } = createWaitingClient()
  show(false)
  raise('pageshow')
  expect(server.connections).toHaveLength(2)
})

test('no listener keeps the page out of the back/forward cache', () => {
  const present = browserListeners()
  const { open } = createTestClient({ browser: true })
  open()
  expect(present()).not.toContain('unload')
  expect(present()).not.toContain('beforeunload')
})

test('environment: false attaches no listeners', () => {
  const present = browserListeners()
  createTestClient({ browser: true }).open({ environment: false })
  expect(present()).toEqual([])
})

describe('a wait for the next attempt', () => {
  test.each([
    ['the page becomes visible', () => show(true)],
    ['the page comes back from the back/forward cache', () => raise('pageshow')],
    ['the window gets the focus', () => raise('focus')],
    ['the document emits resume', () => document.dispatchEvent(new Event('resume', { bubbles: false }))],
  ])('ends at once when %s', (_, act) => {
    const { server } = createWaitingClient()
    act()
    expect(server.connections).toHaveLength(2)
  })

  test.each([
    ['the page becomes hidden', () => show(false)],
    ['an input field gets the focus', () => document.body.appendChild(document.createElement('input')).focus()],
    ['the document emits freeze', () => document.dispatchEvent(new Event('freeze'))],
    ['the window loses the focus', () => raise('blur')],
  ])('does not end when %s', (_, act) => {
    const { server } = createWaitingClient()
    act()
    expect(server.connections).toHaveLength(1)
  })
})

test('the online event ends the wait within a second', () => {
  const { clock, server } = createWaitingClient()
  network(true)
  expect(server.connections).toHaveLength(1)
  clock.advance(1000)
  expect(server.connections).toHaveLength(2)
})

test('the offline event lengthens the wait to 60 s', () => {
  const { clock, client } = createWaitingClient()
  network(false)
  expect(client.get().retryAt).toBe(clock.now() + 60_000)
})

test('a platform without navigator.onLine counts as online', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(undefined as never)
  const client = open()
  server.last.drop()
  expect(client.get().retryAt).toBe(clock.now() + 750)
})

test('pagehide closes the connection with 1000, and pageshow opens it again', () => {
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

describe('a message that a listener of the application sends in pagehide or beforeunload', () => {
  test.each([
    ['before the client was created, in the bubble phase', 'pagehide', false, false],
    ['before the client was created, in the capture phase', 'pagehide', false, true],
    ['after the client was created, in the bubble phase', 'pagehide', true, false],
    ['after the client was created, in the capture phase', 'pagehide', true, true],
    ['for beforeunload', 'beforeunload', true, false],
  ])('is sent before the connection closes, if it was added %s', (_, type, isLater, capture) => {
    const { server, connect } = createTestClient({ browser: true })
    const results: unknown[] = []
    const sendLast = (): void => void results.push(client.send('last'))
    if (!isLater) addEventListener(type, sendLast, capture)
    const client = connect()
    server.last.accept()
    if (isLater) addEventListener(type, sendLast, capture)
    if (type === 'beforeunload') raise('beforeunload')
    raise('pagehide')
    removeEventListener(type, sendLast, capture)
    expect([results, server.last.received, server.alive]).toEqual([['sent'], ['last'], 0])
  })

  test('is not followed by a second close, if it also closes the client', () => {
    const present = browserListeners()
    const { server, open } = createTestClient({ browser: true })
    const client = open()
    const leave = (): void => client.close(1000, 'left')
    addEventListener('pagehide', leave)
    raise('pagehide')
    removeEventListener('pagehide', leave)
    server.last.finish()
    expect([server.last.closed, client.get().status, present()]).toEqual([{ code: 1000, reason: 'left' }, 'closed', []])
  })
})

test('a silent open connection is pinged when the page becomes visible, not when it is hidden', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  open({ heartbeat: true })
  clock.advance(6000)
  show(false)
  expect(server.last.received).toEqual([])
  show(true)
  expect(server.last.received).toEqual(['ping'])
})

test('a worker without a document still handles online events', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  vi.stubGlobal('document', undefined)
  const client = open({ heartbeat: true })
  clock.advance(6000)
  raise('online')
  expect(server.last.received).toEqual(['ping'])
  client.dispose()
  vi.unstubAllGlobals()
})
