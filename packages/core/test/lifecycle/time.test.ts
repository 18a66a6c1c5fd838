/** Time that does not flow: timers that fire late, laptops that sleep, pages that freeze, clocks that are set. */

import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

const heartbeat = { interval: 1000, timeout: 500 }
const HOUR = 3_600_000

describe('a timer that fires late proves nothing', () => {
  test('a reply that waits in the buffer wins against a late timer', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(1000)
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect(client.get().status).toBe('open')
    server.last.send('pong')
    clock.advance(400)
    expect(client.get().status).toBe('open')
  })

  test('it asks once more and allows the timeout again before it gives up', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(1000)
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect(server.last.received).toEqual(['ping', 'ping'])
    clock.advance(499)
    expect(client.get().status).toBe('open')
    clock.advance(1)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
  })

  test('once in one silence: a link that stays dumb under timers that are always late is given up', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(1000)
    for (const [pings, status] of [
      [2, 'open'],
      [2, 'reconnecting'],
    ] as const) {
      clock.jump(60_000) // a hidden tab's timers may fire once a minute
      clock.advance(0)
      expect([server.connections[0]!.received.length, client.get().status]).toEqual([pings, status])
    }
  })

  test('less than a second late is on time', () => {
    const { clock, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(1000)
    clock.jump(1499)
    clock.advance(0)
    expect(client.get().status).toBe('reconnecting')
  })

  test('a late ping is only a ping', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect([client.get().status, server.last.received]).toEqual(['open', ['ping']])
    server.last.send('pong')
    expect(client.get().latency).toBe(0)
  })

  test('a late retry dials, once', () => {
    const { clock, server, open } = createTestClient()
    const client = open()
    server.last.drop()
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect(server.connections).toHaveLength(2)
    expect(client.get()).toMatchObject({ status: 'reconnecting', retryAt: undefined, attempt: 1 })
  })

  test('a handshake overslept is a failed attempt, and the next follows', () => {
    const { clock, server, connect, advanceToRetry } = createTestClient()
    const client = connect()
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'timeout' } })
    advanceToRetry(client)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('what was queued before the sleep has expired after it, and says so', () => {
    const { clock, connect } = createTestClient()
    const client = connect()
    const drops = recordEvents(client, 'drop')
    client.send('yesterday')
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect(drops).toEqual([{ message: 'yesterday', reason: 'expired' }])
    expect(client.get().queued).toBe(0)
  })

  test('a closing overslept is closed', () => {
    const { clock, open } = createTestClient()
    const client = open()
    client.close()
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'user' } })
  })
})

describe('a page that was frozen', () => {
  test('and finds the link dead asks first, and comes back', () => {
    const { clock, server, page, open, advanceToRetry } = createTestClient()
    const client = open({ heartbeat })
    page.emit('hidden')
    clock.jump(HOUR)
    page.emit('wake')
    expect(server.last.received).toEqual(['ping'])
    clock.advance(5000)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
    advanceToRetry(client)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('and hears what came meanwhile before its own timers keeps the link', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat })
    clock.jump(HOUR)
    server.last.send('buffered')
    page.emit('wake')
    clock.advance(0)
    expect(client.get().status).toBe('open')
    expect(server.last.received).toEqual([])
    clock.advance(1000)
    expect(server.last.received).toEqual(['ping'])
  })

  test('and was told of the loss during the freeze dials at once', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    server.last.drop()
    clock.jump(HOUR)
    page.emit('wake')
    server.last.accept()
    expect(client.get().status).toBe('open')
    expect(server.connections).toHaveLength(2)
    clock.advance(60_000)
    expect(server.connections).toHaveLength(2)
  })
})

describe.each([8 * HOUR, -8 * HOUR])('a wall clock that is set by %d ms', (ms) => {
  test('does not end a healthy link, nor its heartbeat', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(300)
    clock.adjust(ms)
    for (let n = 0; n < 5; n++) {
      clock.advance(1000)
      server.last.send('pong')
    }
    expect(client.get().status).toBe('open')
    expect(server.last.received.length).toBeGreaterThan(3)
  })

  test('does not save a dead one', () => {
    const { clock, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(1200)
    clock.adjust(ms)
    clock.advance(2000)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
  })

  test('does not lengthen or cut a wait', () => {
    const { clock, server, open } = createTestClient()
    open()
    server.last.drop()
    clock.adjust(ms)
    clock.advance(749)
    expect(server.connections).toHaveLength(1)
    clock.advance(1)
    expect(server.connections).toHaveLength(2)
  })

  test('does not forbid a dial at once for hours', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    client.reconnect()
    clock.adjust(ms)
    clock.advance(6000)
    server.last.refuse()
    page.emit('wake')
    expect(server.connections).toHaveLength(3)
  })

  test('does not make what is queued immortal', () => {
    const { clock, connect } = createTestClient()
    const client = connect({ connectTimeout: Infinity })
    const drops = recordEvents(client, 'drop')
    client.send('waits')
    clock.adjust(ms)
    clock.advance(240_000)
    expect(drops).toEqual([{ message: 'waits', reason: 'expired' }])
  })
})
