/** Irregular time: timers that fire late, computers that sleep, frozen pages, and wall clocks that are set. */

import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

const heartbeat = { interval: 1000, timeout: 500 }
const HOUR = 3_600_000

describe('a timer that fires late', () => {
  test('does not end a connection whose reply is still in the buffer', () => {
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

  test('causes a second ping with a full timeout before the connection ends', () => {
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

  test('extends a silence only once: a connection without replies ends even if all timers are late', () => {
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

  test.each([
    [999, 'reconnecting'],
    [1000, 'open'],
  ])('by %i ms leaves the connection %s: from a second on it counts as late', (late, status) => {
    const { clock, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(1000)
    clock.jump(500 + late)
    clock.advance(0)
    expect(client.get().status).toBe(status)
  })

  test('sends its ping late and ends nothing', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect([client.get().status, server.last.received]).toEqual(['open', ['ping']])
    server.last.send('pong')
    expect(client.get().latency).toBe(0)
  })

  test('shortens no deadline once messages have arrived', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { interval: 10_000, timeout: 10_000 } })
    clock.jump(18_000)
    clock.setTimeout(() => {
      server.last.send('from the buffer')
      client.send('answer')
    }, 0)
    clock.advance(10_000)
    expect(server.last.received).toEqual(['answer', 'ping'])
    clock.advance(9999)
    expect(client.get().status).toBe('open')
    clock.advance(1)
    expect(client.get().status).toBe('reconnecting')
  })

  test('at the end of a wait dials once', () => {
    const { clock, server, open } = createTestClient()
    const client = open()
    server.last.drop()
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect(server.connections).toHaveLength(2)
    expect(client.get()).toMatchObject({ status: 'reconnecting', retryAt: undefined, attempt: 1 })
  })

  test('at the deadline of a handshake replaces the dial at once, because the computer has woken', () => {
    const { clock, server, connect } = createTestClient()
    const client = connect()
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect(server.connections).toHaveLength(2)
    server.last.accept()
    expect(client.get()).toMatchObject({ status: 'open', lastClose: undefined })
  })

  test('at the deadline of a handshake that has finished meanwhile keeps the connection', () => {
    const { clock, server, connect } = createTestClient()
    const client = connect()
    clock.setTimeout(() => server.last.accept(), 8 * HOUR) // the event waits in a buffer, behind the timer
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  })

  test('drops a queued message that expired during the sleep, with an event', () => {
    const { clock, connect } = createTestClient()
    const client = connect()
    const drops = recordEvents(client, 'drop')
    client.send('yesterday')
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect(drops).toEqual([{ message: 'yesterday', reason: 'expired' }])
    expect(client.get().queued).toBe(0)
  })

  test('at the deadline of a closing handshake closes the client', () => {
    const { clock, open } = createTestClient()
    const client = open()
    client.close()
    clock.jump(8 * HOUR)
    clock.advance(0)
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'user' } })
  })
})

test('a wake after a sleep sends a ping, although the monotonic clock and the timers stood still', () => {
  const { clock, server, page, open } = createTestClient()
  const client = open({ heartbeat: { interval: 25_000, timeout: 10_000 } })
  page.emit('wake')
  expect(server.last.received).toEqual([])
  clock.adjust(HOUR)
  page.emit('wake')
  expect(server.last.received).toEqual(['ping'])
  page.emit('wake')
  clock.advance(5000)
  expect([client.get().status, server.last.received]).toEqual(['reconnecting', ['ping']])
})

describe('a page that was frozen for an hour', () => {
  test('pings a dead connection first, and then reconnects', () => {
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

  test('keeps the connection if it receives buffered messages before its timers fire', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat })
    clock.jump(HOUR)
    server.last.send('buffered')
    page.emit('wake')
    clock.advance(0)
    expect(client.get().status).toBe('open')
    // The client itself has sent nothing for an hour.
    expect(server.last.received).toEqual(['ping'])
    clock.advance(1499)
    expect(client.get().status).toBe('open')
  })

  test('dials at once if the connection was lost before the freeze', () => {
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

describe.each([8 * HOUR, -8 * HOUR])('setting the wall clock by %d ms', (ms) => {
  test('does not end a healthy connection or its heartbeat', () => {
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

  test('does not keep a dead connection open', () => {
    const { clock, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(1200)
    clock.adjust(ms)
    clock.advance(2000)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
  })

  test('does not change the length of a wait', () => {
    const { clock, server, open } = createTestClient()
    open()
    server.last.drop()
    clock.adjust(ms)
    clock.advance(749)
    expect(server.connections).toHaveLength(1)
    clock.advance(1)
    expect(server.connections).toHaveLength(2)
  })

  test('does not prevent dials without delay for hours', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open()
    client.reconnect()
    clock.adjust(ms)
    clock.advance(6000)
    server.last.refuse()
    page.emit('wake')
    expect(server.connections).toHaveLength(3)
  })

  test('does not prevent queued messages from expiring', () => {
    const { clock, connect } = createTestClient()
    const client = connect({ connectTimeout: Infinity })
    const drops = recordEvents(client, 'drop')
    client.send('waits')
    clock.adjust(ms)
    clock.advance(240_000)
    expect(drops).toEqual([{ message: 'waits', reason: 'expired' }])
  })
})

test('a clock without monotonic() measures durations with now()', () => {
  const { clock, server, open } = createTestClient()
  const { now, setTimeout, clearTimeout, random } = clock
  const client = open({ heartbeat, clock: { now, setTimeout, clearTimeout, random } })
  clock.advance(1000)
  expect(server.last.received).toEqual(['ping'])
  clock.advance(500)
  expect(client.get().lastClose?.cause).toBe('heartbeat')
})
