/** How often subscribers are notified: at once of status changes, and of messages once per frame. */

import { renderingOf } from '../../src/adapter/rendering.ts'
import { describe, expect, test } from 'vitest'
import type { Pace, WebSocketClient } from '../../src/index.ts'
import { createTestClient } from '../support/createTestClient.ts'

const countNotifications = (client: Pick<WebSocketClient, 'subscribe'>): { readonly notified: number } => {
  const count = { notified: 0 }
  client.subscribe(() => void count.notified++)
  return count
}

describe.each<[Pace, number]>([
  ['frame', 16],
  [100, 100],
])('the pace %s', (pace, frame) => {
  test('notifies at once of the first message after a pause, and of the others at the next frame', () => {
    const { clock, server, open } = createTestClient()
    const count = countNotifications(open({ pace }))
    server.last.send('a')
    expect(count.notified).toBe(1)
    server.last.send('b')
    server.last.send('c')
    clock.advance(frame - 1)
    expect(count.notified).toBe(1)
    clock.advance(1)
    expect(count.notified).toBe(2)
  })

  test('notifies at once again after a frame without messages', () => {
    const { clock, server, open } = createTestClient()
    const count = countNotifications(open({ pace }))
    server.last.send('a')
    clock.advance(frame)
    expect([count.notified, clock.pending]).toEqual([1, 0])
    server.last.send('b')
    expect(count.notified).toBe(2)
  })

  test('notifies at most once per frame during a steady stream, and includes its last message', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ pace })
    const count = countNotifications(client)
    for (let ms = 0; ms < frame * 10; ms++) {
      server.last.send(`${ms}`)
      clock.advance(1)
    }
    expect(count.notified).toBeLessThanOrEqual(11)
    clock.advance(frame)
    expect(renderingOf(client).get()).toMatchObject({ received: frame * 10, lastMessage: `${frame * 10 - 1}` })
  })

  test('notifies at once of a status change, together with the messages before it', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ pace })
    const seen: unknown[] = []
    client.subscribe(() => {
      const { status, received } = renderingOf(client).get()
      seen.push([status, received])
    })
    server.last.send('a')
    server.last.send('b')
    server.last.drop()
    expect(seen).toEqual([
      ['open', 1],
      ['reconnecting', 2],
    ])
    clock.advance(frame)
    expect(seen).toHaveLength(2)
  })

  test('leaves no timer after dispose()', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ pace })
    countNotifications(client)
    server.last.send('a')
    server.last.send('b')
    client.dispose()
    expect(clock.pending).toBe(0)
  })

  test('sets no timer without subscribers', () => {
    const { clock, server, open } = createTestClient()
    open({ pace })
    server.last.send('a')
    expect(clock.pending).toBe(0)
  })
})

test('pace sync notifies of each message without a timer', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ pace: 'sync' })
  const seen: unknown[] = []
  client.subscribe(() => seen.push(renderingOf(client).get().lastMessage))
  for (const text of 'abc') server.last.send(text)
  expect(seen).toEqual(['a', 'b', 'c'])
  expect(clock.pending).toBe(0)
})

test('pace 0 notifies once of all messages that arrive in one turn after the first', () => {
  const { clock, server, open } = createTestClient()
  const count = countNotifications(open({ pace: 0 }))
  for (const text of 'abc') server.last.send(text)
  clock.advance(20)
  expect(count.notified).toBe(2)
})

test('pace Infinity notifies only of status changes', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ pace: Infinity })
  const count = countNotifications(client)
  for (let n = 0; n < 100; n++) {
    server.last.send(`${n}`)
    clock.advance(1000)
  }
  expect(count.notified).toBeLessThanOrEqual(1)
  server.last.drop()
  expect(renderingOf(client).get()).toMatchObject({ status: 'reconnecting', received: 100 })
})

test('message listeners receive every message at once, whatever the pace', () => {
  const { server, open } = createTestClient()
  const client = open({ pace: 1000 })
  const messages: unknown[] = []
  client.subscribe(() => {})
  client.on('message', (message) => messages.push(message))
  for (const text of 'abc') server.last.send(text)
  expect(messages).toEqual(['a', 'b', 'c'])
})

test('the rendered snapshot is up to date and no timer is left after the last unsubscribe', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  const unsubscribe = client.subscribe(() => {})
  server.last.send('a')
  server.last.send('b')
  unsubscribe()
  server.last.send('c')
  clock.advance(100)
  expect(renderingOf(client).get()).toMatchObject({ lastMessage: 'c', received: 3 })
  expect(clock.pending).toBe(0)
})

test('subscribers are notified in order until they unsubscribe', () => {
  const { server, open } = createTestClient()
  const client = open({ pace: 'sync' })
  const notified: string[] = []
  const first = client.subscribe(() => notified.push('first'))
  client.subscribe(() => notified.push('second'))
  server.last.send('a')
  first()
  first()
  server.last.send('b')
  expect(notified).toEqual(['first', 'second', 'second'])
})
