/** How the client reacts to its environment. The events are hints: they shorten or lengthen waits and cause pings, but end nothing. */

import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

const heartbeat = { interval: 10_000, timeout: 5000 }

describe('listening to the environment', () => {
  test('begins with the first dial and ends with the connection, in every way that it can end', () => {
    const { server, page, connect } = createTestClient()
    const client = connect({ immediate: false, reconnect: { maxAttempts: 0 } })
    expect(page.listeners).toBe(0)
    client.open()
    expect(page.listeners).toBe(1)
    server.last.accept()
    client.close()
    expect(page.listeners).toBe(1)
    server.last.finish()
    expect(page.listeners).toBe(0)
    client.open()
    server.last.refuse()
    expect([page.listeners, client.get().status]).toEqual([0, 'closed'])
    client.open()
    server.last.accept()
    server.last.close(1000)
    expect(page.listeners).toBe(0)
    client.open()
    client.dispose()
    expect(page.listeners).toBe(0)
  })

  test('continues while waiting, with one listener for each client', () => {
    const { server, page, connect } = createTestClient()
    const clients = [connect(), connect()]
    server.last.refuse()
    expect(page.listeners).toBe(2)
    clients[0]!.close()
    expect(page.listeners).toBe(1)
  })

  test('is switched off by environment: false', () => {
    const { server, open, advanceToRetry } = createTestClient()
    const client = open({ environment: false })
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })
})

describe('the online event', () => {
  test('ends the wait after a random part of a second, so that clients do not return all at once', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    server.last.drop()
    clock.setRandom(0.25)
    page.emit('online')
    expect(client.get()).toMatchObject({ attempt: 1, retryAt: clock.now() + 250 })
    clock.advance(249)
    expect(server.connections).toHaveLength(1)
    clock.advance(1)
    expect(server.connections).toHaveLength(2)
  })

  test('does not restart the random wait when it comes twice', () => {
    const { clock, server, page, open } = createTestClient()
    open()
    server.last.drop()
    clock.setRandom(0.9)
    page.emit('online')
    clock.advance(500)
    page.emit('online')
    clock.advance(400)
    expect(server.connections).toHaveLength(2)
  })

  test('emits a retry event with the new time', () => {
    const { clock, server, page, open } = createTestClient()
    const retries = recordEvents(open(), 'retry')
    server.last.drop()
    clock.advance(100)
    page.emit('online')
    expect(retries).toEqual([
      { attempt: 1, delay: 750, retryAt: clock.now() + 650 },
      { attempt: 1, delay: 500, retryAt: clock.now() + 500 },
    ])
  })

  test.each(['connecting', 'closing', 'closed'] as const)('is ignored while the client is %s', (status) => {
    const { server, page, connect } = createTestClient()
    const client = connect()
    if (status !== 'connecting') server.last.accept()
    if (status !== 'connecting') client.close()
    if (status === 'closed') server.last.finish()
    expect(client.get().status).toBe(status)
    const before = client.get()
    page.emit('online')
    expect(client.get()).toBe(before)
    expect(server.connections).toHaveLength(1)
  })
})

describe('the offline event', () => {
  test('sends a ping while the connection is open, and does not close it', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(6000)
    page.emit('offline')
    expect([client.get().status, server.last.received]).toEqual(['open', ['ping']])
    server.last.send('pong')
    clock.advance(9999)
    expect([client.get().status, server.last.received.length]).toEqual(['open', 1])
  })

  test('is ignored while the connection is open without a heartbeat', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    page.emit('offline')
    clock.advance(3_600_000)
    expect([client.get().status, server.last.received]).toEqual(['open', []])
  })

  test('lengthens later waits to 60 s, because navigator.onLine has false negatives', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    page.emit('offline')
    server.last.drop()
    expect(client.get().retryAt).toBe(clock.now() + 60_000)
    clock.advance(60_000)
    expect(server.connections).toHaveLength(2)
    server.last.refuse()
    expect(client.get().retryAt).toBe(clock.now() + 60_000)
    page.emit('online')
    clock.advance(1000)
    expect(server.connections).toHaveLength(3)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('lengthens a wait that has already begun to 60 s', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    server.last.drop()
    clock.advance(500)
    page.emit('offline')
    expect(client.get()).toMatchObject({ attempt: 1, retryAt: clock.now() + 60_000 })
    clock.advance(59_999)
    expect(server.connections).toHaveLength(1)
  })

  test('does not shorten a longer wait of a custom delay function', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ reconnect: { delay: () => 300_000 } })
    page.emit('offline')
    server.last.drop()
    expect(client.get().retryAt).toBe(clock.now() + 300_000)
  })

  test('does not prevent the first dial', () => {
    const { server, page, connect } = createTestClient()
    page.emit('offline')
    connect()
    server.last.accept()
    expect(server.connections).toHaveLength(1)
  })
})

describe('the wake event', () => {
  test('ends a wait with a dial at once', () => {
    const { server, page, open } = createTestClient()
    const client = open()
    server.last.drop()
    page.emit('wake')
    expect(server.connections).toHaveLength(2)
    expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1, retryAt: undefined })
  })

  test('dials at once at most every 5 s, together with open() and reconnect()', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ reconnect: { delay: () => 60_000 } })
    server.last.drop()
    page.emit('wake')
    server.last.refuse()
    for (let n = 0; n < 49; n++) {
      page.emit('wake')
      client.open()
      clock.advance(100)
    }
    expect(server.connections).toHaveLength(2)
    clock.advance(100)
    page.emit('wake')
    expect(server.connections).toHaveLength(3)
    server.last.refuse()
    client.reconnect()
    expect(server.connections).toHaveLength(3)
    expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1 })
    expect(client.get().retryAt).toBe(clock.now() + 60_000)
    clock.advance(5000)
    client.reconnect()
    expect(server.connections).toHaveLength(4)
  })

  test('does not interrupt a dial that is less than 3 s old', () => {
    const { clock, server, page, connect, advanceToRetry } = createTestClient()
    const client = connect()
    clock.advance(2999)
    page.emit('wake')
    expect(server.connections).toHaveLength(1)
    server.last.accept()
    server.last.drop()
    advanceToRetry(client)
    page.emit('wake')
    expect(server.connections).toHaveLength(2)
  })

  test('pings a connection that was silent for 5 s, with a deadline of 5 s, one ping at a time', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(4999)
    page.emit('wake')
    expect(server.last.received).toEqual([])
    clock.advance(1)
    page.emit('wake')
    page.emit('wake')
    expect(server.last.received).toEqual(['ping'])
    clock.advance(4999)
    page.emit('wake')
    expect([client.get().status, server.last.received.length]).toEqual(['open', 1])
    clock.advance(1)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
  })

  test('accepts any frame as the reply to its ping, and the heartbeat continues', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(6000)
    page.emit('wake')
    clock.advance(1000)
    server.last.send('traffic')
    clock.advance(8999)
    expect([client.get().status, server.last.received.length]).toEqual(['open', 1])
    clock.advance(1) // 10 s after the ping, since when nothing was sent
    expect(server.last.received).toHaveLength(2)
  })

  test('sends no second ping while a reply is pending', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(12_000)
    page.emit('wake')
    expect(server.last.received).toEqual(['ping'])
    clock.advance(3000)
    expect(client.get().status).toBe('reconnecting')
  })

  test('sends no ping without a heartbeat, because the server might treat it as a message', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    clock.advance(60_000)
    page.emit('wake')
    expect([client.get().status, server.last.received, clock.pending]).toEqual(['open', [], 0])
  })

  test('does not open a closed client', () => {
    const { server, page, open } = createTestClient()
    const client = open()
    client.close()
    page.emit('wake')
    page.emit('online')
    server.last.finish()
    page.emit('wake')
    expect(server.connections).toHaveLength(1)
  })
})

describe('a hidden page', () => {
  test('keeps its heartbeat and reconnects as before', () => {
    const { clock, server, page, open, advanceToRetry } = createTestClient()
    const client = open({ heartbeat })
    page.emit('hidden')
    clock.advance(10_000)
    expect(server.last.received).toEqual(['ping'])
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })
})

describe('a page that goes away', () => {
  test('closes the connection with 1000 at once, and opens it again when it comes back', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat })
    const [closes, stops] = [recordEvents(client, 'close'), recordEvents(client, 'stop')]
    page.emit('hide')
    expect(server.last.closed).toEqual({ code: 1000, reason: '' })
    expect([server.alive, clock.pending, client.socket]).toEqual([0, 0, undefined])
    expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 0, retryAt: undefined })
    expect(closes).toMatchObject([{ code: 1000, cause: 'user', final: false }])
    clock.advance(3_600_000)
    expect(server.connections).toHaveLength(1)
    page.emit('wake')
    server.last.accept()
    expect([client.get().status, server.connections.length, stops]).toEqual(['open', 2, []])
  })

  test.each(['connecting', 'waiting', 'reconnecting'])(
    'while the client is %s ends the attempt and leaves no timer',
    (when) => {
      const { clock, server, page, connect, advanceToRetry } = createTestClient()
      const client = connect()
      if (when !== 'connecting') server.last.refuse()
      if (when === 'reconnecting') advanceToRetry(client)
      page.emit('hide')
      expect([server.alive, clock.pending, client.get().retryAt]).toEqual([0, 0, undefined])
      page.emit('wake')
      server.last.accept()
      expect(client.get().status).toBe('open')
    },
  )

  test('aborts the signal of a pending URL function', () => {
    const { page, connect } = createTestClient()
    const signals: AbortSignal[] = []
    connect({}, ({ signal }) => {
      signals.push(signal)
      return new Promise<never>(() => {})
    })
    page.emit('hide')
    expect(signals[0]!.aborted).toBe(true)
  })

  test('during the closing handshake closes the client at once, and it stays closed', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    client.close()
    page.emit('hide')
    expect([client.get().status, clock.pending, page.listeners]).toEqual(['closed', 0, 0])
    page.emit('wake')
    expect(server.connections).toHaveLength(1)
  })

  test('does not drop messages that are queued until it comes back', () => {
    const { server, page, open } = createTestClient()
    const client = open()
    page.emit('hide')
    expect(client.send('later')).toBe('queued')
    page.emit('wake')
    server.last.accept()
    expect(server.last.received).toEqual(['later'])
  })

  test.each(['close', 'dispose'] as const)('stays closed when it comes back after %s()', (end) => {
    const { server, page, open } = createTestClient()
    const client = open()
    page.emit('hide')
    client[end]()
    page.emit('wake')
    expect([client.get().status, server.connections.length, page.listeners]).toEqual(['closed', 1, 0])
  })

  test.each(['open', 'reconnect'] as const)('dials when %s() is called before it comes back', (call) => {
    const { server, page, open } = createTestClient()
    const client = open()
    page.emit('hide')
    client[call]()
    server.last.accept()
    expect([client.get().status, server.connections.length]).toEqual(['open', 2])
  })

  test('a page that hides and returns ten times has at most one socket', () => {
    const { server, page, open } = createTestClient()
    open()
    for (let n = 0; n < 10; n++) {
      page.emit('hide')
      page.emit('wake')
    }
    expect(server.alive).toBeLessThanOrEqual(1)
  })

  test('causes one dial when it comes back, even if several events report it', () => {
    const { server, page, open } = createTestClient()
    open()
    page.emit('hide')
    page.emit('wake')
    page.emit('wake')
    page.emit('online')
    expect(server.connections).toHaveLength(2)
  })
})
