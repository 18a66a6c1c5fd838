/** Lazy clients: open while somebody uses them, and a little longer. */

import { renderingOf } from '../src/adapter/rendering.ts'
import { describe, expect, test } from 'vitest'
import { heard } from './support/heard.ts'
import { rig } from './support/rig.ts'

test('nothing is dialled before the first user', () => {
  const { clock, server, connect } = rig()
  const client = connect({ lazy: true })
  clock.advance(60_000)
  expect([client.get().status, server.connections]).toEqual(['closed', []])
})

test('the first user dials, the others share', () => {
  const { server, connect } = rig()
  const client = connect({ lazy: true })
  const releases = Array.from({ length: 10 }, () => client.retain())
  expect(client.get().status).toBe('connecting')
  server.last.accept()
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  for (const release of releases) release()
})

test('the last one who leaves ends it after a second, with 1000 and no handshake to wait for', () => {
  const { clock, server, connect } = rig()
  const client = connect({ lazy: true })
  const closes = heard(client, 'close')
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

test('who comes within that second keeps it', () => {
  const { clock, server, connect } = rig()
  const client = connect({ lazy: true })
  client.retain()()
  server.last.accept()
  clock.advance(999)
  const release = client.retain()
  clock.advance(60_000)
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  release()
})

test('who comes after it dials anew', () => {
  const { clock, server, connect } = rig()
  const client = connect({ lazy: true })
  client.retain()()
  clock.advance(1000)
  const release = client.retain()
  server.last.accept()
  expect([client.get().status, server.connections.length]).toEqual(['open', 2])
  release()
})

test('linger 0 ends in a microtask, and a remount in the same turn changes nothing', async () => {
  const { clock, server, connect } = rig()
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

test('linger Infinity keeps it for ever', () => {
  const { clock, server, connect } = rig()
  const client = connect({ lazy: true, linger: Infinity })
  client.retain()()
  server.last.accept()
  clock.advance(3_600_000)
  expect(client.get().status).toBe('open')
})

test('a release counts once, however often it is called', () => {
  const { clock, server, connect } = rig()
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

test('what waits in the queue when it ends is dropped, loudly', () => {
  const { clock, connect } = rig()
  const client = connect({ lazy: true })
  const drops = heard(client, 'drop')
  const release = client.retain()
  client.send('a')
  release()
  clock.advance(1000)
  expect(drops).toEqual([{ message: 'a', reason: 'closed' }])
})

test.each(['connecting', 'waiting', 'redialling', 'closing'])(
  'the end comes while %s too, and leaves nothing',
  (when) => {
    const { clock, server, page, connect, redial } = rig()
    const client = connect({ lazy: true })
    const release = client.retain()
    if (when === 'closing') {
      server.last.accept()
      client.close()
    } else if (when !== 'connecting') {
      server.last.refuse()
      if (when === 'redialling') redial(client)
    }
    release()
    clock.advance(1000)
    expect([client.get().status, clock.pending, page.listeners, server.alive]).toEqual(['closed', 0, 0, 0])
  },
)

test('open() dials without a user, and stays', () => {
  const { clock, server, connect } = rig()
  const client = connect({ lazy: true })
  client.open()
  server.last.accept()
  clock.advance(60_000)
  expect(client.get().status).toBe('open')
})

test('close() wins over its users: nobody dials until somebody asks', () => {
  const { clock, server, connect } = rig()
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

test('who comes after it was given up, with nobody else there, dials, though the linger is not over', () => {
  const { server, connect } = rig()
  const client = connect({ lazy: true })
  const release = client.retain()
  server.last.accept()
  release()
  server.last.close(1008)
  expect(client.get().status).toBe('closed')
  client.retain()
  expect(client.get().status).toBe('connecting')
})

test('immediate: false leaves the dialling to open(), and the end to the last user', () => {
  const { clock, server, connect } = rig()
  const client = connect({ lazy: true, immediate: false })
  const release = client.retain()
  expect([client.get().status, server.connections]).toEqual(['closed', []])
  client.open()
  server.last.accept()
  release()
  clock.advance(1000)
  expect(client.get().status).toBe('closed')
})

test('a client that is not lazy does not mind its users', () => {
  const { clock, server, open } = rig()
  const client = open()
  client.retain()()
  clock.advance(60_000)
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
})

describe('after dispose()', () => {
  test.each([0, 1000])('a late release leaves no timer and does nothing, linger %d', async (linger) => {
    const { clock, server, connect } = rig()
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

  test('a retain neither dials nor leaves a timer', () => {
    const { clock, server, connect } = rig()
    const client = connect({ lazy: true })
    client.dispose()
    const release = client.retain()
    expect(renderingOf(client).get().status).toBe('closed')
    release()
    expect([clock.pending, server.connections]).toEqual([0, []])
  })

  test('during the linger nothing follows', () => {
    const { clock, server, connect } = rig()
    const client = connect({ lazy: true })
    client.retain()()
    server.last.accept()
    client.dispose()
    expect(clock.pending).toBe(0)
  })
})
