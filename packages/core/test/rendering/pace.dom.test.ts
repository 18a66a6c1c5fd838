// @vitest-environment jsdom
/** The pace on a page: frames are those of requestAnimationFrame, and a hidden page has none. */

import { renderingOf } from '../../src/adapter/rendering.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTestClient } from '../support/createTestClient.ts'

let frames: Map<number, () => void>
const draw = (): void => {
  const due = [...frames.values()]
  frames.clear()
  for (const callback of due) callback()
}
const hide = (hidden: boolean): void => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden)
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
}

beforeEach(() => {
  frames = new Map()
  let last = 0
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(false)
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.set(++last, callback) && last)
  vi.stubGlobal('cancelAnimationFrame', (id: number) => frames.delete(id))
})
afterEach(() => {
  expect(frames.size, 'frames left').toBe(0)
  vi.unstubAllGlobals()
})

test('subscribers are notified at once of the first message, and once per frame of the others', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  const client = open()
  const seen: unknown[] = []
  client.subscribe(() => seen.push(renderingOf(client).get().received))
  for (let n = 0; n < 10; n++) server.last.send('x')
  expect(seen).toEqual([1])
  clock.advance(999)
  expect(seen).toEqual([1])
  draw()
  expect(seen).toEqual([1, 10])
  draw()
  expect([seen.length, frames.size, clock.pending]).toEqual([2, 0, 0])
})

test('a visible page that draws no frames, such as an off-screen iframe, notifies once per second', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  const client = open()
  const seen: unknown[] = []
  client.subscribe(() => seen.push(renderingOf(client).get().received))
  for (let ms = 0; ms < 3000; ms += 50) {
    server.last.send('x')
    clock.advance(50)
  }
  expect(seen).toEqual([1, 20, 40, 60])
  clock.advance(1000)
  expect([seen.length, frames.size, clock.pending]).toEqual([4, 0, 0])
})

test('a page that draws frames again after a second without one notifies once per frame', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  const client = open()
  const seen: unknown[] = []
  client.subscribe(() => seen.push(renderingOf(client).get().received))
  for (const message of ['a', 'b']) server.last.send(message)
  clock.advance(1000)
  expect([seen, frames.size]).toEqual([[1, 2], 1])
  server.last.send('c')
  draw()
  expect([seen, frames.size]).toEqual([[1, 2, 3], 1])
  draw()
})

test('a page that becomes hidden without an environment notifies within a second', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  const client = open({ environment: false })
  const seen: unknown[] = []
  client.subscribe(() => seen.push(renderingOf(client).get().received))
  for (const message of ['a', 'b']) server.last.send(message)
  hide(true)
  clock.advance(1000)
  expect(seen).toEqual([1, 2])
})

test('hiding the page notifies at once of waiting messages, and later notifications use a timer', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  const client = open()
  const seen: unknown[] = []
  client.subscribe(() => seen.push(renderingOf(client).get().received))
  server.last.send('a')
  server.last.send('b')
  hide(true)
  expect([seen, frames.size]).toEqual([[1, 2], 0])
  server.last.send('c')
  clock.advance(16)
  expect(seen).toEqual([1, 2, 3])
  clock.advance(16)
  expect(clock.pending).toBe(0)
})

test('a page that becomes visible again uses animation frames again', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  const client = open()
  let notifications = 0
  client.subscribe(() => void notifications++)
  hide(true)
  server.last.send('a')
  clock.advance(16)
  hide(false)
  server.last.send('b')
  server.last.send('c')
  expect(frames.size).toBe(1)
  draw()
  expect(notifications).toBe(3)
  draw()
})

test('dispose() cancels the requested animation frame and its timer', () => {
  const { clock, server, open } = createTestClient({ browser: true })
  const client = open()
  client.subscribe(() => {})
  server.last.send('a')
  server.last.send('b')
  client.dispose()
  expect([frames.size, clock.pending]).toEqual([0, 0])
})

test('pace sync and a pace in ms request no animation frame', () => {
  const { server, open } = createTestClient({ browser: true })
  for (const pace of ['sync', 100] as const) {
    open({ pace }).subscribe(() => {})
    server.last.send('a')
    server.last.send('b')
    expect(frames.size).toBe(0)
  }
})
