/** How often subscribers are told: at once of what they must not miss, and of mere messages once a frame. */

import { renderingOf } from '../src/adapter/rendering.ts'
import { describe, expect, test } from 'vitest'
import type { Pace, WebSocketClient } from '../src/index.ts'
import { rig } from './support/rig.ts'

const counting = (client: Pick<WebSocketClient, 'subscribe'>): { readonly told: number } => {
  const count = { told: 0 }
  client.subscribe(() => void count.told++)
  return count
}

describe.each<[Pace, number]>([
  ['frame', 16],
  [100, 100],
])('pace %s', (pace, frame) => {
  test('tells the first message after quiet at once, and gathers the others until the next frame', () => {
    const { clock, server, open } = rig()
    const count = counting(open({ pace }))
    server.last.send('a')
    expect(count.told).toBe(1)
    server.last.send('b')
    server.last.send('c')
    clock.advance(frame - 1)
    expect(count.told).toBe(1)
    clock.advance(1)
    expect(count.told).toBe(2)
  })

  test('is quiet again after a frame without messages', () => {
    const { clock, server, open } = rig()
    const count = counting(open({ pace }))
    server.last.send('a')
    clock.advance(frame)
    expect([count.told, clock.pending]).toEqual([1, 0])
    server.last.send('b')
    expect(count.told).toBe(2)
  })

  test('tells at most once a frame of a steady stream, and of its last message', () => {
    const { clock, server, open } = rig()
    const client = open({ pace })
    const count = counting(client)
    for (let ms = 0; ms < frame * 10; ms++) {
      server.last.send(`${ms}`)
      clock.advance(1)
    }
    expect(count.told).toBeLessThanOrEqual(11)
    clock.advance(frame)
    expect(renderingOf(client).get()).toMatchObject({ received: frame * 10, lastMessage: `${frame * 10 - 1}` })
  })

  test('tells of a status at once, and of the messages before it along with it', () => {
    const { clock, server, open } = rig()
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

  test('ends with dispose(): no timer is left', () => {
    const { clock, server, open } = rig()
    const client = open({ pace })
    counting(client)
    server.last.send('a')
    server.last.send('b')
    client.dispose()
    expect(clock.pending).toBe(0)
  })

  test('sets no timer where nobody subscribes', () => {
    const { clock, server, open } = rig()
    open({ pace })
    server.last.send('a')
    expect(clock.pending).toBe(0)
  })
})

test('pace sync tells of each message, without a timer', () => {
  const { clock, server, open } = rig()
  const client = open({ pace: 'sync' })
  const seen: unknown[] = []
  client.subscribe(() => seen.push(renderingOf(client).get().lastMessage))
  for (const text of 'abc') server.last.send(text)
  expect(seen).toEqual(['a', 'b', 'c'])
  expect(clock.pending).toBe(0)
})

test('pace 0 gathers what comes in one turn', () => {
  const { clock, server, open } = rig()
  const count = counting(open({ pace: 0 }))
  for (const text of 'abc') server.last.send(text)
  clock.advance(20)
  expect(count.told).toBe(2)
})

test('pace Infinity tells of statuses only', () => {
  const { clock, server, open } = rig()
  const client = open({ pace: Infinity })
  const count = counting(client)
  for (let n = 0; n < 100; n++) {
    server.last.send(`${n}`)
    clock.advance(1000)
  }
  expect(count.told).toBeLessThanOrEqual(1)
  server.last.drop()
  expect(renderingOf(client).get()).toMatchObject({ status: 'reconnecting', received: 100 })
})

test('message listeners hear everything at once, whatever the pace', () => {
  const { server, open } = rig()
  const client = open({ pace: 1000 })
  const messages: unknown[] = []
  client.subscribe(() => {})
  client.on('message', (message) => messages.push(message))
  for (const text of 'abc') server.last.send(text)
  expect(messages).toEqual(['a', 'b', 'c'])
})

test('the last who leaves takes nothing along: who comes later sees what is', () => {
  const { clock, server, open } = rig()
  const client = open()
  const off = client.subscribe(() => {})
  server.last.send('a')
  server.last.send('b')
  off()
  server.last.send('c')
  clock.advance(100)
  expect(renderingOf(client).get()).toMatchObject({ lastMessage: 'c', received: 3 })
  expect(clock.pending).toBe(0)
})

test('every subscriber is told, in order, until it leaves', () => {
  const { server, open } = rig()
  const client = open({ pace: 'sync' })
  const told: string[] = []
  const first = client.subscribe(() => told.push('first'))
  client.subscribe(() => told.push('second'))
  server.last.send('a')
  first()
  first()
  server.last.send('b')
  expect(told).toEqual(['first', 'second', 'second'])
})
