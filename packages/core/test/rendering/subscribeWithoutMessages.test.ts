/** `subscribe(listener, false)` of the rendering: notifications without those that are caused only by messages. */

import { renderingOf } from '../../src/adapter/rendering.ts'
import { expect, test, vi } from 'vitest'
import { createTestClient } from '../support/createTestClient.ts'

test('a subscriber without messages is notified of status changes only, and messages set no timer', () => {
  const { open, server, clock } = createTestClient()
  const client = open()
  const listener = vi.fn()
  const before = clock.pending
  const unsubscribe = renderingOf(client).subscribe(listener, false)
  server.last.send('1')
  server.last.send('2')
  expect([listener.mock.calls.length, clock.pending]).toEqual([0, before])
  expect(renderingOf(client).get().received).toBe(2)
  client.close()
  expect(listener).toHaveBeenCalled()
  unsubscribe()
})

test('a subscriber with messages is notified at the pace, next to one without messages', () => {
  const { open, server, clock } = createTestClient()
  const client = open()
  const [withMessages, withoutMessages] = [vi.fn(), vi.fn()]
  renderingOf(client).subscribe(withoutMessages, false)
  const unsubscribe = client.subscribe(withMessages)
  server.last.send('1')
  server.last.send('2')
  clock.advance(16)
  expect([withMessages.mock.calls.length, withoutMessages.mock.calls.length]).toEqual([2, 0])
  unsubscribe()
  server.last.send('3')
  clock.advance(1000)
  expect([withMessages.mock.calls.length, withoutMessages.mock.calls.length]).toEqual([2, 0])
})
