/** The option `closeWhenHidden`. */

import { describe, expect, test } from 'vitest'
import { createTestClient } from '../support/createTestClient.ts'

describe('closeWhenHidden', () => {
  test('closes with 1000 after the page was hidden for that time, and dials at once when it is visible', () => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ closeWhenHidden: 60_000 })
    page.emit('hidden')
    clock.advance(59_999)
    expect(client.get().status).toBe('open')
    clock.advance(1)
    expect(server.last.closed).toEqual({ code: 1000, reason: '' })
    expect([client.get().status, clock.pending]).toEqual(['reconnecting', 0])
    page.emit('online')
    clock.advance(3_600_000)
    expect(server.connections).toHaveLength(1)
    page.emit('wake')
    server.last.accept()
    expect([client.get().status, server.connections.length]).toEqual(['open', 2])
  })

  test('does nothing if the page is visible again in time, and counts from the next time', () => {
    const { clock, page, open } = createTestClient()
    const client = open({ closeWhenHidden: 60_000 })
    page.emit('hidden')
    clock.advance(50_000)
    page.emit('wake')
    clock.advance(50_000)
    expect([client.get().status, clock.pending]).toEqual(['open', 0])
    page.emit('hidden')
    clock.advance(59_999)
    page.emit('hidden')
    expect(client.get().status).toBe('open')
    clock.advance(1)
    expect(client.get().status).toBe('reconnecting')
  })

  test('does not close a page that is visible again after it was reported hidden twice', () => {
    const { clock, page, open } = createTestClient()
    const client = open({ closeWhenHidden: 60_000 })
    page.emit('hidden')
    page.emit('hidden')
    page.emit('wake')
    expect([clock.pending, client.get().status]).toEqual([0, 'open'])
  })

  test('ends attempts while the page stays hidden', () => {
    const { clock, server, page, open } = createTestClient()
    open({ closeWhenHidden: 1000 })
    page.emit('hidden')
    server.last.drop()
    clock.advance(1000)
    const { length } = server.connections
    clock.advance(3_600_000)
    expect(server.connections).toHaveLength(length)
  })

  test('counts also for a client that is created in a hidden page', () => {
    const { clock, page, open } = createTestClient()
    const client = open({ closeWhenHidden: 1000, environment: { ...page, hidden: () => true } })
    clock.advance(1000)
    expect(client.get().status).toBe('reconnecting')
  })

  test('counts on when a hidden page wakes, as after the load of a tab in the background', () => {
    const { clock, page, open } = createTestClient()
    const client = open({ closeWhenHidden: 1000, environment: { ...page, hidden: () => true } })
    page.emit('wake')
    clock.advance(1000)
    expect(client.get().status).toBe('reconnecting')
  })

  test('of 0 closes at once, and false or no option never', () => {
    for (const [closeWhenHidden, status] of [
      [0, 'reconnecting'],
      [false, 'open'],
      [undefined, 'open'],
    ] as const) {
      const { clock, page, open } = createTestClient()
      const client = open(closeWhenHidden === undefined ? {} : { closeWhenHidden })
      page.emit('hidden')
      clock.advance(closeWhenHidden === 0 ? 0 : 3_600_000)
      expect(client.get().status).toBe(status)
    }
  })

  test('leaves no timer after close()', () => {
    const { clock, page, server, open } = createTestClient()
    const client = open({ closeWhenHidden: 60_000 })
    page.emit('hidden')
    client.close()
    server.last.finish()
    expect(clock.pending).toBe(0)
  })

  test('keeps messages that are queued until the page is visible', () => {
    const { clock, page, server, open } = createTestClient()
    const client = open({ closeWhenHidden: 1000 })
    page.emit('hidden')
    clock.advance(1000)
    expect(client.send('later')).toBe('queued')
    page.emit('wake')
    server.last.accept()
    expect(server.last.received).toEqual(['later'])
  })
})
