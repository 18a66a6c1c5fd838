/** How frames of the heartbeat are distinguished from messages. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Heartbeat, matches } from '../../src/messaging/heartbeat.ts'
import { createFakeClock } from '../../src/testing/index.ts'

test.each([
  ['pong', 'pong'],
  [{ type: 'pong' }, { type: 'pong' }],
  [{ type: 'pong' }, { type: 'pong', at: 5 }],
  [{ data: { type: 'pong' } }, { data: { type: 'pong', more: 1 }, id: 2 }],
  [{ list: [1, 2] }, { list: [1, 2] }],
  [{ list: [1] }, { list: [1, 2] }],
  [{ gone: undefined }, {}],
  [{ flag: null }, { flag: null }],
  [{}, { anything: 1 }],
  [(message: unknown) => message === 7, 7],
  [() => 'truthy', {}],
])('the pattern %o matches %o', (pattern, message) => {
  expect(matches(pattern, message)).toBe(true)
})

test.each([
  ['pong', 'ping'],
  ['pong', 'pong '],
  ['pong', { type: 'pong' }],
  ['1', 1],
  [{ type: 'pong' }, 'pong'],
  [{ type: 'pong' }, null],
  [{ type: 'pong' }, undefined],
  [{ type: 'pong' }, { type: 'ping' }],
  [{ type: 'pong' }, { type: ['pong'] }],
  [{ data: { type: 'pong' } }, { data: null }],
  [{ data: { type: 'pong' } }, { data: 'pong' }],
  [{ list: [1, 2] }, { list: [1] }],
  [{ flag: null }, {}],
  [{ flag: 0 }, { flag: false }],
  [() => false, 'pong'],
  [() => 0, 'pong'],
])('the pattern %o does not match %o', (pattern, message) => {
  expect(matches(pattern, message)).toBe(false)
})

test('a message matches itself, and itself with more keys', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }),
      fc.jsonValue(),
      (message, more) => {
        expect(matches(message, JSON.parse(JSON.stringify(message)))).toBe(true)
        expect(matches(message, { one: { more }, ...JSON.parse(JSON.stringify(message)) })).toBe(true)
      },
    ),
  )
})

test('of more than 100 unanswered pings 100 are stored', () => {
  const engine = { watch: { replied: () => {} } }
  const host = {
    clock: createFakeClock(),
    options: {},
    engine,
    sendNow: () => {},
    report: () => {},
    latencyMeasured: () => {},
  }
  const heartbeat = new Heartbeat(host as unknown as ConstructorParameters<typeof Heartbeat>[0])
  for (let ping = 0; ping < 150; ping++) heartbeat.ping()
  const replies = Array.from({ length: 150 }, () => heartbeat.handles('pong', 'pong', true))
  expect(replies.filter(Boolean)).toHaveLength(100)
})
