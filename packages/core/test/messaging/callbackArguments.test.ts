/** The arguments of callbacks and listeners. */

import { expect, test, vi } from 'vitest'
import { createTestClient } from '../support/createTestClient.ts'

test('a callback and a listener receive the value of the event and no other argument', () => {
  const { open, server } = createTestClient()
  const [onMessage, listener] = [vi.fn(), vi.fn()]
  open({ onMessage }).on('message', listener)
  server.last.send('hello')
  expect(onMessage.mock.calls).toEqual([['hello']])
  expect(listener.mock.calls).toEqual([['hello']])
})
