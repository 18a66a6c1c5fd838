/**
 * Defects of partysocket 1.3.0 (P), reconnecting-websocket 4.4.0 (R), joewalnes' ReconnectingWebSocket 1.0.1 (J) and
 * robust-websocket 1.0.0 (B), with the numbers of the study.
 */

import { expect, test } from 'vitest'
import type { CloseInfo } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

test('(P1) the close event has the code, the reason and the cleanness of the actual close', () => {
  const { server, open, advanceToRetry } = createTestClient()
  const client = open()
  const closes = recordEvents(client, 'close')
  server.last.drop()
  advanceToRetry(client)
  server.last.accept()
  server.last.close(4001, 'moved')
  expect(closes).toEqual([
    { code: 1006, reason: '', wasClean: false, final: false, cause: 'network' },
    { code: 4001, reason: 'moved', wasClean: true, final: false, cause: 'server' },
  ])
})

test('(P1b) shouldReconnect receives the actual code', () => {
  const { server, open } = createTestClient()
  const asked: CloseInfo[] = []
  const client = open({ reconnect: { shouldReconnect: (close) => asked.push(close) > 0 && close.code !== 1000 } })
  server.last.drop()
  expect(asked).toMatchObject([{ code: 1006, cause: 'network', final: false }])
  expect(client.get().status).toBe('reconnecting')
})

test('(P2) reconnect() during the wait dials at once', () => {
  const { server, open } = createTestClient()
  const client = open()
  server.last.drop()
  client.reconnect()
  expect(server.connections).toHaveLength(2)
  expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 0, retryAt: undefined })
})

test('(P3) a URL function that never settles is aborted and called again for the next attempt', async () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const signals: AbortSignal[] = []
  const client = connect({}, ({ signal }) => {
    signals.push(signal)
    return signals.length === 1 ? new Promise<never>(() => {}) : 'ws://test/'
  })
  clock.advance(9999)
  expect([client.get().status, signals[0]!.aborted]).toEqual(['connecting', false])
  clock.advance(1)
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    lastClose: { cause: 'timeout' },
    error: { code: 'ConnectTimeoutError' },
  })
  expect(signals[0]!.aborted).toBe(true)
  advanceToRetry(client)
  server.last.accept()
  expect(client.get().status).toBe('open')
  expect(signals[1]!.aborted).toBe(false)
})

test('(P4) a client that stops emits stop once and shows the reason in its snapshot', () => {
  const { server, connect } = createTestClient()
  const client = connect({ reconnect: { maxAttempts: 0 } })
  const stops = recordEvents(client, 'stop')
  server.last.refuse()
  expect(stops).toMatchObject([{ code: 1006, cause: 'exhausted', final: true }])
  expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'exhausted', final: true } })
})

test('(P5) each wait has its own random length, within limits that double up to the cap', () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const client = connect()
  const retries = recordEvents(client, 'retry')
  for (let n = 0; n < 8; n++) {
    clock.setRandom(n % 2 ? 0.999 : 0.25)
    server.last.refuse()
    advanceToRetry(client)
  }
  expect(retries.map(({ delay }) => delay)).toEqual([500, 2248, 1250, 8242, 4250, 30_220, 7750, 30_220])
})

test('(P6) a URL function that fails is one failed attempt with one close event and the code 1006', async () => {
  const { clock, connect } = createTestClient()
  const client = connect({}, () => Promise.reject(new Error('no token')))
  const [closes, errors] = [recordEvents(client, 'close'), recordEvents(client, 'error')]
  await clock.run(0)
  expect(closes).toMatchObject([{ code: 1006, reason: '', wasClean: false, final: false, cause: 'provider' }])
  expect(errors).toMatchObject([{ code: 'DialError', cause: { message: 'no token' } }])
})

test('(P7) close() before the first socket emits a close event like any other', () => {
  const { connect } = createTestClient()
  const client = connect({}, () => new Promise<never>(() => {}))
  const closes = recordEvents(client, 'close')
  client.close()
  expect(closes).toEqual([{ code: 1000, reason: '', wasClean: false, final: true, cause: 'user' }])
  expect(client.get().status).toBe('closed')
})

test('(R1) open() works after a close() that came before the handshake', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect()
  client.close()
  clock.advance(60_000)
  client.open()
  server.last.accept()
  expect(client.get().status).toBe('open')
})

test('(R2) reconnect() and open() work after the last attempt', () => {
  const { server, connect } = createTestClient()
  const client = connect({ reconnect: { maxAttempts: 0 } })
  server.last.refuse()
  client.reconnect()
  expect(client.get().status).toBe('connecting')
  server.last.refuse()
  client.open()
  server.last.accept()
  expect(client.get().status).toBe('open')
})

test('(R3) a URL function that rejects is called again later', async () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  let attempt = 0
  const client = connect({}, () =>
    ++attempt < 3 ? Promise.reject(new Error('offline')) : Promise.resolve('ws://test/'),
  )
  await clock.run(0)
  advanceToRetry(client)
  await clock.run(0)
  advanceToRetry(client)
  await clock.run(0)
  server.last.accept()
  expect(client.get()).toMatchObject({ status: 'open', error: undefined })
  expect(consoleErrors.splice(0)).toEqual(['DialError: the url function failed: offline'])
})

test('(R4) a connection that ends without a close frame is not reported as a normal closure', () => {
  const { server, connect, open } = createTestClient()
  const refused = connect()
  server.last.refuse()
  const cut = open()
  server.last.drop()
  for (const client of [refused, cut])
    expect(client.get().lastClose).toMatchObject({ code: 1006, wasClean: false, cause: 'network' })
})

test.each([
  [true, [1000, 1002, 1003, 1007, 1008, 1009, 1010, 3500, 3999, 4500, 4999]],
  [false, [1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015, 3000, 3499, 4000, 4499]],
])(
  '(R5) codes after which a reconnect would fail again are final, and the others are not: final is %s',
  (final, codes) => {
    const { server, open } = createTestClient()
    for (const code of codes) {
      const client = open()
      const stops = recordEvents(client, 'stop')
      if (code === 1006) server.last.drop()
      else server.last.close(code, 'refused')
      expect([code, client.get().status]).toEqual([code, final ? 'closed' : 'reconnecting'])
      expect(client.get().lastClose).toMatchObject({ code, final, reason: code === 1006 ? '' : 'refused' })
      expect(stops).toHaveLength(final ? 1 : 0)
    }
  },
)

test('(R6) each client waits for its own random time', () => {
  const { clock, server, open } = createTestClient()
  let random = 0
  clock.setRandom(() => (random += 0.1))
  const delays = [0, 1, 2, 3].map(() => {
    const client = open()
    server.last.drop()
    return client.get().retryAt! - clock.now()
  })
  expect(new Set(delays).size).toBe(4)
})

test('(J1) close() ends the wait for the next attempt', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  server.last.drop()
  client.close()
  expect(clock.pending).toBe(0)
  clock.advance(3_600_000)
  expect(server.connections).toHaveLength(1)
})

test('(J2) no socket is created beyond maxAttempts', () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const client = connect({ reconnect: { maxAttempts: 2 } })
  server.last.refuse()
  advanceToRetry(client)
  server.last.refuse()
  advanceToRetry(client)
  server.last.refuse()
  clock.advance(3_600_000)
  expect([server.connections.length, server.alive, client.get().status]).toEqual([3, 0, 'closed'])
})

test('(J3) a client reconnects by itself again after close() and open()', () => {
  const { clock, server, open, advanceToRetry } = createTestClient()
  const client = open()
  client.close()
  server.last.finish()
  client.open()
  server.last.accept()
  server.last.drop()
  expect(client.get().status).toBe('reconnecting')
  advanceToRetry(client)
  server.last.accept()
  expect([client.get().status, clock.pending]).toEqual(['open', 0])
})

test('(J4) the close event has the code and the reason', () => {
  const { server, open } = createTestClient()
  const closes = recordEvents(open(), 'close')
  server.last.close(1001, 'going away')
  expect(closes).toMatchObject([{ code: 1001, reason: 'going away' }])
})

test('(J5) a dial that takes too long is reported as a timeout', () => {
  const { clock, connect } = createTestClient()
  const client = connect({ connectTimeout: 3000 })
  clock.advance(3000)
  expect(client.get()).toMatchObject({
    lastClose: { code: 1006, cause: 'timeout', wasClean: false },
    error: { code: 'ConnectTimeoutError' },
  })
})

test('(J6) each dial has its own deadline, which ends with its handshake', () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const client = connect({ connectTimeout: 3000 })
  clock.advance(2999)
  server.last.refuse()
  advanceToRetry(client)
  clock.advance(2999)
  expect(client.get().status).toBe('reconnecting')
  server.last.accept()
  expect(clock.pending).toBe(0)
  clock.advance(60_000)
  expect(client.get().status).toBe('open')
})

test('(B1) a handshake without an answer ends after 10 s and is tried again', () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const client = connect()
  clock.advance(10_000)
  expect(client.get().status).toBe('reconnecting')
  expect(server.last.socket.readyState).toBeGreaterThan(1)
  advanceToRetry(client)
  server.last.accept()
  expect(client.get().status).toBe('open')
})

test('(B2) a failed attempt leaves no timer or listener that affects the next connection', () => {
  const { clock, server, page, connect, advanceToRetry } = createTestClient()
  const client = connect()
  server.last.refuse()
  advanceToRetry(client)
  server.last.accept()
  const errors = recordEvents(client, 'error')
  clock.advance(60_000)
  expect([errors, client.get().status, page.listeners, clock.pending]).toEqual([[], 'open', 1, 0])
})

test('(B3) a client without maxAttempts reconnects after 1000 failed attempts', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const client = connect()
  for (let attempt = 1; attempt <= 1000; attempt++) {
    server.last.refuse()
    advanceToRetry(client)
  }
  server.last.accept()
  expect(client.get().status).toBe('open')
  expect(server.connections).toHaveLength(1001)
})

test('(B4) offline and online events before the close event create no second socket', () => {
  const { clock, server, page, open } = createTestClient()
  const client = open()
  const messages = recordEvents(client, 'message')
  page.emit('offline')
  page.emit('online')
  clock.advance(60_000)
  server.last.send('once')
  expect([server.connections.length, messages]).toEqual([1, ['once']])
  server.last.drop()
  page.emit('offline')
  page.emit('online')
  clock.advance(1000)
  server.last.accept()
  clock.advance(120_000)
  expect([server.connections.length, server.alive]).toEqual([2, 1])
})

test('(B5) a listener that removes itself does not affect the others', () => {
  const { server, open } = createTestClient()
  const client = open()
  const calls: string[] = []
  const unsubscribe = client.on('message', () => {
    calls.push('once')
    unsubscribe()
  })
  client.on('message', () => calls.push('always'))
  server.last.send('a')
  server.last.send('b')
  expect(calls).toEqual(['once', 'always', 'always'])
})

test('(B6) send() before the handshake queues the message and does not throw', () => {
  const { server, connect } = createTestClient()
  const client = connect({}, null)
  expect(client.send('no address')).toBe('dropped')
  const dialling = connect()
  expect(dialling.send('early')).toBe('queued')
  server.last.accept()
  expect(server.last.received).toEqual(['early'])
})
