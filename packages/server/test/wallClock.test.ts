/** Durations do not depend on the wall clock, which can be set while they run. */

import { createFakeClock } from '@holdfast/core/testing'
import { expect, test } from 'vitest'
import { TokenBucket } from '../src/connection/tokenBucket.ts'
import { createTtlMap } from '../src/store/memory/ttlMap.ts'
import { scriptedSocket } from './support/scriptedSocket.ts'
import { createTestNode, request, settle } from './support/testNode.ts'

const HOUR = 3_600_000
/** No ping within a test. */
const SLOW = { interval: 1e12, timeout: 1e12 }

test.each([8 * HOUR, -8 * HOUR])('setting the wall clock by %d ms changes no time to live', (ms) => {
  const clock = createFakeClock()
  const map = createTtlMap<string>(new Map(), clock, 10)
  map.set('key', 'value', 1000)
  clock.adjust(ms)
  clock.advance(999)
  expect(map.get('key')).toBe('value')
  clock.advance(1)
  expect(map.get('key')).toBeUndefined()
})

test.each([8 * HOUR, -8 * HOUR])(
  'setting the wall clock by %d ms neither adds nor removes tokens of a rate limit',
  (ms) => {
    const clock = createFakeClock()
    const bucket = new TokenBucket(clock, 1, 2)
    expect([bucket.take(1), bucket.take(1), bucket.take(1)]).toEqual([true, true, false])
    clock.adjust(ms)
    expect(bucket.take(1)).toBe(false)
    clock.advance(1000)
    expect([bucket.take(1), bucket.take(1)]).toEqual([true, false])
  },
)

test('a token whose clock was set back is valid until the clock shows its time', async () => {
  const { clock, openSession } = createTestNode({
    authenticate: () => ({ id: 'ann', expiresAt: clock.now() + 5000 }),
  })
  const { socket } = await openSession()
  clock.adjust(-3000)
  await clock.run(7999)
  expect(socket.closed).toBeUndefined()
  await clock.run(1)
  await settle()
  expect(socket.closed?.code).toBe(4006)
})

test('the token of a plain client is valid until the clock shows its time, although the clock was set back', async () => {
  const { clock, node } = createTestNode()
  const socket = scriptedSocket('')
  node.accept(socket, request, { id: 'ann', expiresAt: clock.now() + 5000 })
  clock.adjust(-3000)
  await clock.run(7999)
  expect(socket.closed).toBeUndefined()
  await clock.run(1)
  expect(socket.closed?.code).toBe(4006)
  socket.end(4006)
})
test.each(['', undefined])(
  'the token of a client (subprotocol %o) expires at its time, however far away that is',
  async (protocol) => {
    const expiresAt = 60 * 24 * HOUR // longer than the longest timer of Node
    const { node, clock } = createTestNode({ authenticate: () => ({ id: 'ann', expiresAt }), heartbeat: SLOW })
    const socket = scriptedSocket(protocol)
    node.accept(socket, request, { id: 'ann', expiresAt })
    if (protocol === undefined) socket.clientSends({ t: 'hello', v: 1 })
    await settle()
    await clock.run(expiresAt - 2 * HOUR)
    clock.adjust(-HOUR)
    await clock.run(3 * HOUR - 1)
    expect(socket.closed).toBeUndefined()
    await clock.run(1)
    expect(socket.closed).toMatchObject({ code: 4006 })
    socket.end()
  },
)
