/** What the client makes of its environment: hints that hasten, postpone or ask, and prove nothing. The page is a fake one. */

import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

const beat = { interval: 10_000, timeout: 5000 }

describe('listening', () => {
  test('begins with the first dial and ends with the connection, however it ends', () => {
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

  test('goes on while waiting, once for each client', () => {
    const { server, page, connect } = createTestClient()
    const clients = [connect(), connect()]
    server.last.refuse()
    expect(page.listeners).toBe(2)
    clients[0]!.close()
    expect(page.listeners).toBe(1)
  })

  test('is not done where environment are false', () => {
    const { server, open, advanceToRetry } = createTestClient()
    const client = open({ environment: false })
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })
})

describe('online', () => {
  test('ends the wait within a second, by the dice: a whole office comes back together', () => {
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

  test('said twice does not throw the dice twice', () => {
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

  test('is told as another plan', () => {
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

  test.each(['connecting', 'closing', 'closed'] as const)('means nothing while %s', (status) => {
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

describe('offline', () => {
  test('while open asks, and does not kill', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat: beat })
    clock.advance(6000)
    page.emit('offline')
    expect([client.get().status, server.last.received]).toEqual(['open', ['ping']])
    server.last.send('pong')
    clock.advance(9999)
    expect([client.get().status, server.last.received.length]).toEqual(['open', 1])
  })

  test('while open and without a heartbeat changes nothing', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    page.emit('offline')
    clock.advance(3_600_000)
    expect([client.get().status, server.last.received]).toEqual(['open', []])
  })

  test('makes it wait for online, yet try every 60 s: the hint lies', () => {
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

  test('during the wait lengthens it', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    server.last.drop()
    clock.advance(500)
    page.emit('offline')
    expect(client.get()).toMatchObject({ attempt: 1, retryAt: clock.now() + 60_000 })
    clock.advance(59_999)
    expect(server.connections).toHaveLength(1)
  })

  test('does not shorten a longer wait of your own', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ reconnect: { delay: () => 300_000 } })
    page.emit('offline')
    server.last.drop()
    expect(client.get().retryAt).toBe(clock.now() + 300_000)
  })

  test('does not keep the first dial from being tried', () => {
    const { server, page, connect } = createTestClient()
    page.emit('offline')
    connect()
    server.last.accept()
    expect(server.connections).toHaveLength(1)
  })
})

describe('waking', () => {
  test('dials at once where it waits', () => {
    const { server, page, open } = createTestClient()
    const client = open()
    server.last.drop()
    page.emit('wake')
    expect(server.connections).toHaveLength(2)
    expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1, retryAt: undefined })
  })

  test('does so at most once in 5 s, and open() and reconnect() count as well', () => {
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

  test('leaves a dial under way alone', () => {
    const { server, page, connect, advanceToRetry } = createTestClient()
    const client = connect()
    page.emit('wake')
    expect(server.connections).toHaveLength(1)
    server.last.refuse()
    advanceToRetry(client)
    page.emit('wake')
    expect(server.connections).toHaveLength(2)
  })

  test('asks a link that was silent for 5 s, with a deadline of 5 s, one question at a time', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat: beat })
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

  test('is satisfied by any frame, and the usual beat goes on', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat: beat })
    clock.advance(6000)
    page.emit('wake')
    clock.advance(1000)
    server.last.send('traffic')
    clock.advance(9999)
    expect([client.get().status, server.last.received.length]).toEqual(['open', 1])
    clock.advance(1)
    expect(server.last.received).toHaveLength(2)
  })

  test('does not ask where a ping is already on its way', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat: beat })
    clock.advance(12_000)
    page.emit('wake')
    expect(server.last.received).toEqual(['ping'])
    clock.advance(3000)
    expect(client.get().status).toBe('reconnecting')
  })

  test('asks nothing without a heartbeat: a server that knows no ping would take it for a message', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    clock.advance(60_000)
    page.emit('wake')
    expect([client.get().status, server.last.received, clock.pending]).toEqual(['open', [], 0])
  })

  test('does not open what was closed', () => {
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
  test('goes on as before', () => {
    const { clock, server, page, open, advanceToRetry } = createTestClient()
    const client = open({ heartbeat: beat })
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
  test('closes with 1000 at once, so that it may be kept, and opens again when it comes back', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat: beat })
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

  test.each(['connecting', 'waiting', 'redialling'])('while %s gives that up and leaves no timer', (when) => {
    const { clock, server, page, connect, advanceToRetry } = createTestClient()
    const client = connect()
    if (when !== 'connecting') server.last.refuse()
    if (when === 'redialling') advanceToRetry(client)
    page.emit('hide')
    expect([server.alive, clock.pending, client.get().retryAt]).toEqual([0, 0, undefined])
    page.emit('wake')
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('aborts a provider under way', () => {
    const { page, connect } = createTestClient()
    const signals: AbortSignal[] = []
    connect({}, ({ signal }) => {
      signals.push(signal)
      return new Promise<never>(() => {})
    })
    page.emit('hide')
    expect(signals[0]!.aborted).toBe(true)
  })

  test('while closing is closed at once, and stays so', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    client.close()
    page.emit('hide')
    expect([client.get().status, clock.pending, page.listeners]).toEqual(['closed', 0, 0])
    page.emit('wake')
    expect(server.connections).toHaveLength(1)
  })

  test('keeps what is queued', () => {
    const { server, page, open } = createTestClient()
    const client = open()
    page.emit('hide')
    expect(client.send('later')).toBe('queued')
    page.emit('wake')
    server.last.accept()
    expect(server.last.received).toEqual(['later'])
  })

  test.each(['close', 'dispose'] as const)('may be told %s() meanwhile', (end) => {
    const { server, page, open } = createTestClient()
    const client = open()
    page.emit('hide')
    client[end]()
    page.emit('wake')
    expect([client.get().status, server.connections.length, page.listeners]).toEqual(['closed', 1, 0])
  })

  test.each(['open', 'reconnect'] as const)('may be told %s() meanwhile: a page that asks is there', (call) => {
    const { server, page, open } = createTestClient()
    const client = open()
    page.emit('hide')
    client[call]()
    server.last.accept()
    expect([client.get().status, server.connections.length]).toEqual(['open', 2])
  })

  test('that comes and goes does not dial in a loop', () => {
    const { server, page, open } = createTestClient()
    open()
    for (let n = 0; n < 10; n++) {
      page.emit('hide')
      page.emit('wake')
    }
    expect(server.alive).toBeLessThanOrEqual(1)
  })

  test('comes back to one dial, though it is told in several ways that it has', () => {
    const { server, page, open } = createTestClient()
    open()
    page.emit('hide')
    page.emit('wake')
    page.emit('wake')
    page.emit('online')
    expect(server.connections).toHaveLength(2)
  })
})
