/** Lazy clients: open while they have users, and for the linger time after the last release. */

import { renderingOf } from '../../src/adapter/rendering.ts'
import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

test('a lazy client does not dial before the first retain()', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true })
  clock.advance(60_000)
  expect([client.get().status, server.connections]).toEqual(['closed', []])
})

test('the first retain() dials, and ten users share the connection', () => {
  const { server, connect } = createTestClient()
  const client = connect({ lazy: true })
  const releases = Array.from({ length: 10 }, () => client.retain())
  expect(client.get().status).toBe('connecting')
  server.last.accept()
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  for (const release of releases) release()
})

test('the last release closes the connection with 1000 after a second, without waiting for the handshake', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true })
  const closes = recordEvents(client, 'close')
  const [first, second] = [client.retain(), client.retain()]
  server.last.accept()
  first()
  clock.advance(5000)
  expect(client.get().status).toBe('open')
  second()
  clock.advance(999)
  expect(client.get().status).toBe('open')
  clock.advance(1)
  expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'user', code: 1000 } })
  expect(server.last.closed).toEqual({ code: 1000, reason: '' })
  expect([closes.length, clock.pending]).toEqual([1, 0])
})

test('a retain() within the linger time keeps the connection', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true })
  client.retain()()
  server.last.accept()
  clock.advance(999)
  const release = client.retain()
  clock.advance(60_000)
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  release()
})

test('a retain() after the linger time dials again', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true })
  client.retain()()
  clock.advance(1000)
  const release = client.retain()
  server.last.accept()
  expect([client.get().status, server.connections.length]).toEqual(['open', 2])
  release()
})

test('linger: 0 closes in a microtask, and a remount in the same turn keeps the connection', async () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true, linger: 0 })
  let release = client.retain()
  server.last.accept()
  for (let n = 0; n < 3; n++) {
    release()
    release = client.retain()
  }
  await clock.run(0)
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  release()
  expect(client.get().status).toBe('open')
  await clock.run(0)
  expect(client.get().status).toBe('closed')
})

test('linger: Infinity keeps the connection open', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true, linger: Infinity })
  client.retain()()
  server.last.accept()
  clock.advance(3_600_000)
  expect(client.get().status).toBe('open')
})

test('calling the same release three times counts once', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true })
  const [first, second] = [client.retain(), client.retain()]
  server.last.accept()
  first()
  first()
  first()
  clock.advance(5000)
  expect(client.get().status).toBe('open')
  second()
  clock.advance(1000)
  expect(client.get().status).toBe('closed')
})

test('messages that are queued at the end of the linger time are dropped with an event', () => {
  const { clock, connect } = createTestClient()
  const client = connect({ lazy: true })
  const drops = recordEvents(client, 'drop')
  const release = client.retain()
  client.send('a')
  release()
  clock.advance(1000)
  expect(drops).toEqual([{ message: 'a', reason: 'closed' }])
})

test.each(['connecting', 'waiting', 'reconnecting', 'closing'])(
  'the linger time also ends a client that is %s, and leaves no timer, listener or socket',
  (when) => {
    const { clock, server, page, connect, advanceToRetry } = createTestClient()
    const client = connect({ lazy: true })
    const release = client.retain()
    if (when === 'closing') {
      server.last.accept()
      client.close()
    } else if (when !== 'connecting') {
      server.last.refuse()
      if (when === 'reconnecting') advanceToRetry(client)
    }
    release()
    clock.advance(1000)
    expect([client.get().status, clock.pending, page.listeners, server.alive]).toEqual(['closed', 0, 0, 0])
  },
)

test('open() dials without a retain(), and the connection stays open', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true })
  client.open()
  server.last.accept()
  clock.advance(60_000)
  expect(client.get().status).toBe('open')
})

test('close() wins over retain(): the client dials again only on the first retain() after all releases', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true })
  const first = client.retain()
  server.last.accept()
  client.close()
  server.last.finish()
  const second = client.retain()
  expect(client.get().status).toBe('closed')
  first()
  second()
  clock.advance(1000)
  const third = client.retain()
  expect(client.get().status).toBe('connecting')
  third()
})

test('a retain() dials during the linger time if the connection has stopped meanwhile', () => {
  const { server, connect } = createTestClient()
  const client = connect({ lazy: true })
  const release = client.retain()
  server.last.accept()
  release()
  server.last.close(1008)
  expect(client.get().status).toBe('closed')
  client.retain()
  expect(client.get().status).toBe('connecting')
})

test('immediate: false leaves the first dial to open(), and the last release still closes', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true, immediate: false })
  const release = client.retain()
  expect([client.get().status, server.connections]).toEqual(['closed', []])
  client.open()
  server.last.accept()
  release()
  clock.advance(1000)
  expect(client.get().status).toBe('closed')
})

test('a client that is not lazy ignores retain() and release', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  client.retain()()
  clock.advance(60_000)
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
})

describe('after dispose()', () => {
  test.each([0, 1000])('a release changes nothing and leaves no timer, with linger %d', async (linger) => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ lazy: true, linger })
    const release = client.retain()
    server.last.accept()
    client.dispose()
    const before = client.get()
    release()
    expect(clock.pending).toBe(0)
    await clock.run(5000)
    expect(client.get()).toBe(before)
  })

  test('retain() neither dials nor leaves a timer', () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ lazy: true })
    client.dispose()
    const release = client.retain()
    expect(renderingOf(client).get().status).toBe('closed')
    release()
    expect([clock.pending, server.connections]).toEqual([0, []])
  })

  test('no timer is left if it was called during the linger time', () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ lazy: true })
    client.retain()()
    server.last.accept()
    client.dispose()
    expect(clock.pending).toBe(0)
  })
})
