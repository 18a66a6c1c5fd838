/** The work for each message does not depend on how many messages are kept. Elements that arrays move or copy are counted, not time. */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { renderingOf } from '../../src/adapter/rendering.ts'
import type { WebSocketClient } from '../../src/index.ts'
import { createTestClient } from '../support/createTestClient.ts'

const METHODS = ['shift', 'unshift', 'splice', 'slice', 'concat', 'filter', Symbol.iterator] as const
const KEPT = 2000
const MESSAGES = 20_000

const originals = METHODS.map((name) => [name, Array.prototype[name]] as const)

let moved = 0
// Not `vi.spyOn`, which keeps the arguments of all calls.
const replace = (name: PropertyKey, value: unknown): unknown =>
  // oxlint-disable-next-line no-extend-native -- restored after each test
  Object.defineProperty(Array.prototype, name, { value, configurable: true, writable: true })
beforeEach(() => {
  for (const [name, original] of originals) {
    replace(name, function (this: unknown[], ...args: never[]) {
      // Short arrays, such as a list of listeners, are not what the test is about.
      if (this.length > 100) moved += this.length
      return (original as (...args: never[]) => unknown).apply(this, args)
    })
  }
})
afterEach(() => {
  for (const [name, original] of originals) replace(name, original)
})

test.each<[string, (client: WebSocketClient) => unknown]>([
  ['without a subscriber', () => {}],
  ['when the status is read after each message', (client) => client.on('message', () => client.get().status)],
  [
    'when a subscriber reads the last message',
    (client) => client.subscribe(() => renderingOf(client).get().lastMessage),
  ],
  ['when each message is answered', (client) => client.on('message', () => client.send('answer'))],
])('a long history costs no more per message than a short one, %s', (_, use) => {
  const { server, open } = createTestClient()
  const client = open({ history: KEPT, pace: 'sync' })
  use(client)
  moved = 0
  for (let n = 0; n < MESSAGES; n++) server.last.send(`${n}`)
  expect(moved).toBeLessThan(3 * MESSAGES)
  expect(client.get().messages).toHaveLength(KEPT)
  expect(client.get().messages.at(-1)).toBe(`${MESSAGES - 1}`)
})

test('a history is copied once for each snapshot whose messages are read', () => {
  const { server, open } = createTestClient()
  const client = open({ history: KEPT })
  for (let n = 0; n < KEPT; n++) server.last.send(`${n}`)
  moved = 0
  for (let times = 0; times < 10; times++) expect(client.get().messages.length).toBe(KEPT)
  expect(moved).toBeLessThanOrEqual(KEPT)
})

test('a slow reader of messages() costs no more per message with a long buffer', async () => {
  const { server, open } = createTestClient()
  const iterator = open().messages({ limit: KEPT })
  moved = 0
  for (let n = 0; n < MESSAGES; n++) server.last.send(`${n}`)
  expect(moved).toBeLessThan(3 * MESSAGES)
  expect((await iterator.next()).value).toBe(`${MESSAGES - KEPT}`)
})

test('a client stores at most twice as many messages as its history', () => {
  const { open, server } = createTestClient()
  open({ history: 200 })
  let longest = 0
  const { push } = Array.prototype
  replace('push', function (this: unknown[], ...items: unknown[]) {
    longest = Math.max(longest, this.length)
    return push.apply(this, items)
  })
  try {
    for (let count = 0; count < 1000; count++) server.last.send('message')
  } finally {
    replace('push', push)
  }
  expect(longest).toBeGreaterThan(200)
  expect(longest).toBeLessThan(400)
})
