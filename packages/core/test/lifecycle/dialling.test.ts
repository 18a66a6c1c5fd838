/** Failed dials and dead connections: constructors that throw, handshakes without an answer, servers that close at once. */

import { describe, expect, test } from 'vitest'
import type { CloseInfo, TransportSink } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

test('a WebSocket constructor that throws is a failed attempt each time', () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  let blocked = true
  const Guarded = class extends server.WebSocket {
    constructor(url: string) {
      if (blocked) throw new DOMException('blocked by the content security policy', 'SecurityError')
      super(url)
    }
  }
  const client = connect({ WebSocket: Guarded })
  const delays = recordEvents(client, 'retry')
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    lastClose: { cause: 'provider', code: 1006, wasClean: false },
    error: { code: 'DialError', cause: { name: 'SecurityError' } },
  })
  for (let attempt = 2; attempt <= 5; attempt++) {
    advanceToRetry(client)
    expect(client.get()).toMatchObject({ status: 'reconnecting', attempt })
  }
  expect(delays.map(({ delay }) => delay)).toEqual([1250, 2250, 4250, 8250])
  expect(consoleErrors.splice(0)).toEqual(['DialError: could not dial: blocked by the content security policy'])
  blocked = false
  advanceToRetry(client)
  server.last.accept()
  expect(client.get()).toMatchObject({ status: 'open', error: undefined, attempt: 0 })
  expect(clock.pending).toBe(0)
})

test('waits grow to the cap and attempts are counted while a server accepts and closes at once', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const client = connect()
  const retries = recordEvents(client, 'retry')
  for (let dial = 1; dial <= 9; dial++) {
    server.last.accept()
    server.last.close(1011)
    advanceToRetry(client)
  }
  expect(retries.map(({ delay }) => delay)).toEqual([750, 1250, 2250, 4250, 8250, 15_250, 15_250, 15_250, 15_250])
  expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('a refused handshake emits one error and one close event with the code 1006', () => {
  const { server, connect } = createTestClient()
  const client = connect()
  const [errors, closes] = [recordEvents(client, 'error'), recordEvents(client, 'close')]
  server.last.refuse()
  expect(errors).toMatchObject([{ code: 'DialError' }])
  const close = { code: 1006, reason: '', wasClean: false, final: false, cause: 'network', error: errors[0] }
  expect(closes).toEqual([close])
  expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1, error: errors[0], lastClose: closes[0] })
})

test('a failed dial ends with its error if the platform emits no close event, as in Node 22', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const client = connect()
  const closes = recordEvents(client, 'close')
  server.last.socket.onerror!(new Event('error'))
  expect(closes).toMatchObject([{ code: 1006, reason: '', wasClean: false, cause: 'network' }])
  expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1, error: { code: 'DialError' } })
  advanceToRetry(client)
  server.last.accept()
  expect(client.get().status).toBe('open')
})

test('a dial that reports two errors has failed with the first one', () => {
  const { server, connect } = createTestClient()
  const client = connect()
  for (const message of ['first', 'second']) {
    server.last.socket.onerror!(Object.assign(new Event('error'), { message }))
  }
  server.last.refuse()
  expect(client.get().error?.message).toBe('could not dial: first')
})

test('late events of an earlier connection are ignored, although the transport reports them', () => {
  const { connect, clock } = createTestClient()
  const sinks: TransportSink[] = []
  const link = { ready: true, bufferedAmount: 0, send: () => {}, close: () => {}, abandon: () => {} }
  const client = connect({ transport: { dial: (_, sink) => (sinks.push(sink), link) } })
  const opens = recordEvents(client, 'open')
  const openLink = (): void => sinks.at(-1)!.opened(link, { protocol: '' })
  openLink()
  client.reconnect()
  sinks[0]!.message('late')
  openLink()
  sinks[0]!.opened(link, { protocol: 'late' })
  sinks[0]!.message('late')
  sinks[0]!.closed({})
  clock.advance(0)
  expect(client.get()).toMatchObject({ status: 'open', received: 0 })
  expect(opens).toHaveLength(2)
})

describe('a handshake without an answer', () => {
  test('ends after 10 s; its socket is closed, and later events of it are ignored', () => {
    const { clock, server, connect } = createTestClient()
    const client = connect()
    const [opens, errors] = [recordEvents(client, 'open'), recordEvents(client, 'error')]
    clock.advance(9999)
    expect(client.get().status).toBe('connecting')
    clock.advance(1)
    expect(client.get()).toMatchObject({
      status: 'reconnecting',
      attempt: 1,
      lastClose: { cause: 'timeout', code: 1006 },
    })
    expect(errors).toMatchObject([{ code: 'ConnectTimeoutError', message: expect.stringContaining('10000 ms') }])
    expect(server.alive).toBe(0)
    const before = client.get()
    server.last.accept()
    server.last.drop()
    expect(opens).toEqual([])
    expect(client.get()).toBe(before)
  })

  test('never leads to two sockets at a time', () => {
    const { clock, server, connect } = createTestClient()
    connect()
    let most = 0
    for (let second = 0; second < 600; second++) {
      clock.advance(1000)
      most = Math.max(most, server.alive)
    }
    expect(most).toBe(1)
    expect(server.connections.length).toBeGreaterThan(20)
  })

  test('counts towards maxAttempts', () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ reconnect: { maxAttempts: 2 } })
    clock.advance(3_600_000)
    expect([server.connections.length, client.get().lastClose?.cause]).toEqual([3, 'exhausted'])
  })

  test('never ends with connectTimeout: Infinity', () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ connectTimeout: Infinity })
    clock.advance(24 * 3_600_000)
    expect([client.get().status, server.connections.length]).toEqual(['connecting', 1])
  })
})

describe('a half-open connection', () => {
  test('ends after interval and timeout, and the next dial follows the first wait', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { interval: 1000, timeout: 500 } })
    const [closes, errors] = [recordEvents(client, 'close'), recordEvents(client, 'error')]
    const dead = server.last
    clock.advance(1499)
    expect(client.get().status).toBe('open')
    clock.advance(1)
    expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1, retryAt: clock.now() + 750 })
    expect(closes).toMatchObject([{ code: 4000, cause: 'heartbeat', wasClean: false, final: false }])
    expect(errors).toMatchObject([{ code: 'HeartbeatTimeoutError' }])
    expect(dead.closed?.code).toBe(4000)
    clock.advance(750)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('is ignored after its end, whatever its socket emits later', () => {
    const { clock, server, open, advanceToRetry } = createTestClient()
    const client = open({ heartbeat: { interval: 1000, timeout: 500 } })
    const dead = server.last
    clock.advance(1500)
    advanceToRetry(client)
    server.last.accept()
    const events: unknown[] = []
    client.onAny((...all) => events.push(all))
    const before = client.get()
    dead.send('late')
    dead.send('pong')
    dead.finish()
    dead.drop()
    expect(events).toEqual([])
    expect(client.get()).toBe(before)
  })

  test('is closed closeTimeout after close()', () => {
    const { clock, server, open } = createTestClient()
    const client = open()
    const closes = recordEvents(client, 'close')
    client.close(4001, 'enough')
    expect(client.get().status).toBe('closing')
    clock.advance(1999)
    expect(client.get().status).toBe('closing')
    clock.advance(1)
    expect(client.get().status).toBe('closed')
    expect(closes).toMatchObject([{ cause: 'user', wasClean: false, final: true }])
    server.last.finish()
    expect(closes).toHaveLength(1)
    expect(client.socket).toBeUndefined()
  })
})

describe('the attempt count', () => {
  test('continues if the connection was open for less than stableAfter', () => {
    const { clock, server, connect, advanceToRetry } = createTestClient()
    const client = connect({ reconnect: { stableAfter: 5000 } })
    server.last.refuse()
    advanceToRetry(client)
    server.last.accept()
    expect(client.get().attempt).toBe(0)
    clock.advance(4999)
    server.last.drop()
    expect(client.get().attempt).toBe(2)
    advanceToRetry(client)
    server.last.accept()
    clock.advance(5000)
    server.last.drop()
    expect(client.get().attempt).toBe(1)
  })

  test('is passed to delay(), shouldReconnect() and the retry event', () => {
    const { server, connect, advanceToRetry } = createTestClient()
    const asked: [string, number, CloseInfo['code']][] = []
    const client = connect({
      reconnect: {
        delay: (attempt, { code }) => asked.push(['delay', attempt, code]),
        shouldReconnect: ({ code }, attempt) => asked.push(['should', attempt, code]) > 0,
      },
    })
    const retries = recordEvents(client, 'retry')
    server.last.refuse()
    advanceToRetry(client)
    server.last.accept()
    server.last.close(1012)
    expect(asked).toEqual([
      ['should', 0, 1006],
      ['delay', 0, 1006],
      ['should', 1, 1012],
      ['delay', 1, 1012],
    ])
    expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2])
  })

  test('does not matter with reconnect: false, which stops after the first loss whatever the code', () => {
    for (const code of [1000, 1006, 1012]) {
      const { clock, server, open } = createTestClient()
      const client = open({ reconnect: false })
      const stops = recordEvents(client, 'stop')
      server.last.close(code)
      expect(stops).toMatchObject([{ code, final: true }])
      clock.advance(3_600_000)
      expect([client.get().status, server.connections.length]).toEqual(['closed', 1])
    }
  })

  test('leads to the cause exhausted only if all attempts were used', () => {
    const { server, connect } = createTestClient()
    const stops: CloseInfo[] = []
    connect({ reconnect: { maxAttempts: 0 }, onStop: (close) => stops.push(close) })
    server.last.refuse()
    connect({ reconnect: { maxAttempts: 0 }, onStop: (close) => stops.push(close) })
    server.last.accept()
    server.last.close(1008, 'no')
    connect({ reconnect: { shouldReconnect: () => false }, onStop: (close) => stops.push(close) })
    server.last.refuse()
    expect(stops.map(({ cause, code }) => [cause, code])).toEqual([
      ['exhausted', 1006],
      ['server', 1008],
      ['network', 1006],
    ])
  })
})

describe('the first wait', () => {
  const wait = (code: number, reason: string, random: number): number => {
    const { clock, server, open } = createTestClient()
    clock.setRandom(random)
    const client = open()
    server.last.close(code, reason)
    return client.get().retryAt! - clock.now()
  }

  test.each([
    [1012, '', 0, 0],
    [1012, '', 0.5, 5000],
    [1012, 'restart', 0.999, 9990],
    [1013, '', 0, 5000],
    [1013, '', 0.5, 17_500],
    [1013, 'busy', 0.999, 29_975],
    [1001, '{"in":[2000,4000]}', 0, 2000],
    [4001, '{"in":[2000,4000]}', 0.5, 3000],
    [1012, '{"in":[100,200]}', 0.5, 150],
    [1013, '{"in":[0,0]}', 0.5, 0],
    [1011, ' { "in" : [ 1 , 2 ], "why": "deploy" } ', 0.5, 1.5],
  ])('after the code %d with the reason %j and the random number %d is %d ms', (code, reason, random, ms) => {
    expect(wait(code, reason, random)).toBe(ms)
  })

  test.each([
    '{"in":[4000,2000]}',
    '{"in":[-5,10]}',
    '{"in":[0,86400000]}',
    '{"in":[1e999,1e999]}',
    '{"in":5}',
    '{"in":[5]}',
    '{"in":[]}',
    '{"in":{}}',
    '{"in":null}',
    '{"in":"ab"}',
    '{}',
    'null',
    '5',
    '"in"',
    '[1,2]',
    '{"in":[1000,2000]',
    '{"__proto__":{"in":[1,2]}}',
    '\u0000',
  ])('after the reason %j is the usual backoff', (reason) => {
    expect(wait(1011, reason, 0.5)).toBe(750)
  })

  test.each(['{"in":["0","9"]}', '{"in":[null,5]}', '{"in":[[1],[2]]}', '{"in":[true,true]}', '{"in":["",{}]}'])(
    'after the odd reason %j is between 0 and 750 ms',
    (reason) => {
      const ms = wait(1011, reason, 0.5)
      expect(ms).toBeGreaterThanOrEqual(0)
      expect(ms).toBeLessThanOrEqual(750)
    },
  )
})
