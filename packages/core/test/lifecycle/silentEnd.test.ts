/** A socket that has ended without a `close` event. */

import { describe, expect, test } from 'vitest'
import { type FakeConnection } from '../../src/testing/index.ts'
import { createTestClient } from '../support/createTestClient.ts'

const setReadyState = (connection: FakeConnection, readyState: number): void =>
  void Object.defineProperty(connection.socket, 'readyState', { value: readyState, configurable: true })

describe.each([
  ['CLOSING', 2],
  ['CLOSED', 3],
])('a socket that is %s without a close event', (_, readyState) => {
  const start = (options = {}) => {
    const setup = createTestClient()
    const client = setup.open(options)
    setReadyState(setup.server.last, readyState)
    return { ...setup, client }
  }

  test.each(['wake', 'online', 'offline'] as const)(
    'is noticed at the %s event, and replaced after closeTimeout',
    (event) => {
      const { clock, page, server, client, advanceToRetry } = start()
      page.emit(event)
      clock.advance(1999)
      expect(client.get().status).toBe('open')
      clock.advance(1)
      expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 1006, cause: 'network' } })
      // After a wake the next dial has started at once.
      if (event !== 'wake') advanceToRetry(client)
      server.last.accept()
      expect([client.get().status, server.connections.length]).toEqual(['open', 2])
    },
  )

  test('is noticed at send(), whose message is sent on the next connection', () => {
    const { clock, server, client, advanceToRetry } = start()
    expect(client.send('kept')).toBe('queued')
    clock.advance(2000)
    advanceToRetry(client)
    server.last.accept()
    expect(server.last.received).toEqual(['kept'])
  })

  test('is replaced in time by an application that sends again and again', () => {
    const { clock, client } = start()
    for (let n = 0; n < 20; n++) {
      client.send(`${n}`)
      clock.advance(100)
    }
    expect(client.get().status).toBe('reconnecting')
  })

  test('is replaced sooner than its heartbeat would do it', () => {
    const { clock, client } = start({ heartbeat: true })
    client.send('noticed')
    clock.advance(2000)
    expect(client.get().status).toBe('reconnecting')
  })

  test('may still emit its close event, which is then used', () => {
    const { clock, page, server, client } = start()
    page.emit('wake')
    clock.advance(1000)
    server.last.socket.onclose!(
      Object.assign(new Event('close'), { code: 1012, reason: '', wasClean: true }) as CloseEvent,
    )
    expect(client.get().lastClose).toMatchObject({ code: 1012, cause: 'server' })
  })

  test('can be closed by the user meanwhile', () => {
    const { clock, page, client } = start()
    page.emit('wake')
    client.close()
    clock.advance(2000)
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'user' } })
  })
})
