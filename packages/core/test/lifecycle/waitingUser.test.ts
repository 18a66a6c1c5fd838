/** A user who returns to the page waits as little as possible, in whatever state the client is. */

import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'
import { dialAfterRefusals } from '../support/dialAfterRefusals.ts'

describe('a wake during a dial', () => {
  test('is remembered: if the dial fails, the next one starts at once', () => {
    const { clock, page, server, dials } = dialAfterRefusals(5)
    const before = dials()
    clock.advance(1000)
    page.emit('wake')
    expect(dials()).toBe(before)
    server.last.refuse()
    expect(dials()).toBe(before + 1)
  })

  test('does not postpone the deadline of the dial', () => {
    const { clock, page, client, dials } = dialAfterRefusals(5)
    const before = dials()
    for (let n = 0; n < 9; n++) {
      clock.advance(250)
      page.emit('wake')
    }
    clock.advance(10_000 - 9 * 250)
    expect([dials(), client.get().lastClose?.cause]).toEqual([before + 1, 'timeout'])
  })

  test('replaces a dial that is 3 s old', () => {
    const { clock, page, server, client, dials } = dialAfterRefusals(5)
    const before = dials()
    const old = server.last
    const closes = recordEvents(client, 'close')
    clock.advance(3000)
    page.emit('wake')
    expect([dials(), old.socket.readyState, closes]).toEqual([before + 1, 2, []])
    page.emit('wake')
    expect(dials()).toBe(before + 1)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('starts at most one dial without delay in 5 s', () => {
    const { clock, page, server, dials } = dialAfterRefusals(5)
    const before = dials()
    for (let n = 0; n < 49; n++) {
      page.emit('wake')
      if (server.last.socket.readyState === 0) server.last.refuse()
      clock.advance(50)
    }
    // One at once, and those after the first wait of the backoff, which begins again: 1.25 s at most.
    expect(dials()).toBe(before + 2)
  })

  test('lets the backoff start again if a dial without delay is not allowed yet', () => {
    const { clock, page, server, client } = dialAfterRefusals(8)
    page.emit('wake')
    server.last.refuse() // dials at once
    page.emit('wake')
    server.last.refuse()
    expect(client.get().attempt).toBe(11)
    expect(client.get().retryAt! - clock.now()).toBeLessThanOrEqual(1250)
  })
})

describe('the backoff after a wake', () => {
  test('starts at the first wait: a user waits in front of the page', () => {
    const { clock, page, server, client, advanceToRetry } = dialAfterRefusals(7)
    server.last.refuse()
    expect(client.get().retryAt! - clock.now()).toBeGreaterThan(30_000)
    clock.jump(600_000)
    page.emit('wake')
    server.last.refuse()
    expect(client.get().retryAt! - clock.now()).toBeLessThanOrEqual(1250)
    advanceToRetry(client)
    server.last.refuse()
    expect(client.get().retryAt! - clock.now()).toBeGreaterThan(1250)
  })

  test('shortens a long wait even where a dial without delay is not allowed, and never lengthens one', () => {
    const { clock, page, server, client } = dialAfterRefusals(7)
    page.emit('wake')
    server.last.refuse() // the next dial starts at once
    for (let n = 0; n < 2; n++) {
      server.last.refuse()
      clock.advance(client.get().retryAt! - clock.now())
    }
    server.last.refuse()
    const before = client.get().retryAt!
    page.emit('wake')
    const after = client.get().retryAt!
    expect(after).toBeLessThan(before)
    expect(after - clock.now()).toBeLessThanOrEqual(1250)
    clock.advance(100)
    page.emit('wake')
    expect(client.get().retryAt).toBe(after)
  })

  test('is never longer than the rest of the wait that it replaces', () => {
    const { clock, page, server, client, advanceToRetry } = dialAfterRefusals(7)
    page.emit('wake')
    server.last.refuse() // the next dial starts at once
    server.last.refuse()
    advanceToRetry(client)
    server.last.refuse()
    const before = client.get().retryAt!
    clock.advance(before - clock.now() - 100)
    page.emit('wake')
    expect(client.get().retryAt).toBe(before)
  })

  test('does not give a client more attempts than maxAttempts', () => {
    const { page, server, open, advanceToRetry, clock } = createTestClient()
    const client = open({ reconnect: { maxAttempts: 3 } })
    server.last.drop()
    for (let n = 0; n < 2; n++) {
      clock.advance(6000)
      if (client.get().retryAt) advanceToRetry(client)
      page.emit('wake')
      server.last.refuse()
    }
    if (client.get().retryAt) advanceToRetry(client)
    server.last.refuse()
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'exhausted' } })
  })
})

describe('coming online during a dial', () => {
  test('shortens the wait after a failure to a random part of a second', () => {
    const { clock, page, server, client, dials } = dialAfterRefusals(5)
    const before = dials()
    page.emit('online')
    expect(dials()).toBe(before)
    server.last.refuse()
    expect(client.get().retryAt! - clock.now()).toBeLessThanOrEqual(1000)
  })

  test('replaces a dial that is 3 s old after a random part of a second, so that clients do not return all at once', () => {
    const { clock, page, client, dials } = dialAfterRefusals(5)
    const before = dials()
    clock.advance(3000)
    clock.setRandom(0.25)
    page.emit('online')
    expect([client.get().retryAt! - clock.now(), dials()]).toEqual([250, before])
    clock.advance(250)
    expect(dials()).toBe(before + 1)
  })

  test('replaces a first dial that is 3 s old at once', () => {
    const { clock, page, server, connect } = createTestClient()
    const client = connect()
    clock.advance(3000)
    page.emit('online')
    expect([client.get().status, server.connections.length]).toEqual(['connecting', 2])
  })
})

test('a wake while shouldReconnect is pending leads to a dial without a wait once it has answered', async () => {
  const { clock, page, server, open } = createTestClient()
  let answer: (decision: boolean) => void = () => {}
  open({ reconnect: { shouldReconnect: () => new Promise<boolean>((resolve) => (answer = resolve)) } })
  server.last.drop()
  page.emit('wake')
  expect(server.connections).toHaveLength(1)
  answer(true)
  await clock.run(0)
  expect(server.connections).toHaveLength(2)
})

test('a timer that fires 5 s late counts as a wake', () => {
  const { clock, server, client } = dialAfterRefusals(7)
  server.last.refuse()
  clock.jump(60_000)
  clock.advance(0)
  server.last.refuse()
  expect(client.get().retryAt! - clock.now()).toBeLessThanOrEqual(1250)
})
