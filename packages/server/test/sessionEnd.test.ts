/** The event `sessionEnd`: for each session that has ended finally, once, and for no session that can still be resumed. */

import { createFakeClock } from '@holdfast/core/testing'
import { describe, expect, test } from 'vitest'
import { createHubContext } from '../src/context/hubContext.ts'
import type { EndedSession } from '../src/context/hubEvents.ts'
import type { HubNode } from '../src/hubNode.ts'
import { createSessionEnds } from '../src/peers/sessionEnds.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Store } from '../src/store/store.ts'
import { deferred } from './support/deferred.ts'
import { type TestNode, createTestNode, settle } from './support/testNode.ts'

/** The time that the store keeps a session, and the margin of the event. */
const WINDOW = 120_000
const MARGIN = 1000

const authenticate = () => ({ id: 'ann' })

/** Records the ended sessions of a node as `sessionId reason`. */
const record = (node: HubNode): string[] => {
  const ended: string[] = []
  node.on('sessionEnd', ({ sessionId, reason, user }: EndedSession) => ended.push(`${sessionId} ${reason} ${user.id}`))
  return ended
}

/** Runs the clock while the open connections answer pings. */
const pass = async ({ clock }: TestNode, ms: number, alive: readonly { pong(): void }[] = []): Promise<void> => {
  for (let left = ms; left > 0; left -= 1000) {
    await clock.run(Math.min(left, 1000))
    for (const socket of alive) socket.pong()
  }
  await settle()
}

test('a close with 1000 emits sessionEnd at once', async () => {
  const rig = createTestNode({ authenticate })
  const ended = record(rig.node)
  const { socket, welcome } = await rig.openSession()
  socket.end(1000)
  await settle()
  expect(ended).toEqual([`${welcome['sid']} closed ann`])
  expect(rig.node.stats().endedSessions).toBe(1)
  await pass(rig, WINDOW + 2 * MARGIN)
  expect(ended).toHaveLength(1)
})

test.each([1001, 1006, 4500])(
  'a connection that ends with %i emits sessionEnd when the session has expired',
  async (code) => {
    const rig = createTestNode({ authenticate })
    const ended = record(rig.node)
    const { socket, welcome } = await rig.openSession()
    socket.end(code)
    await pass(rig, WINDOW)
    expect(ended).toEqual([])
    await pass(rig, MARGIN)
    expect(ended).toEqual([`${welcome['sid']} expired ann`])
  },
)

test('a session that is resumed on the same node has not ended, and its next end is reported once', async () => {
  const rig = createTestNode({ authenticate })
  const ended = record(rig.node)
  const { socket, welcome } = await rig.openSession()
  socket.end()
  await pass(rig, WINDOW - 1000)
  const { socket: second } = await rig.openSession({ sid: welcome['sid'], key: welcome['key'] })
  await pass(rig, 2 * WINDOW, [second])
  expect(ended).toEqual([])
  second.end()
  await pass(rig, WINDOW + MARGIN)
  expect(ended).toEqual([`${welcome['sid']} expired ann`])
})

test('the node of the last connection emits sessionEnd, and not the node before it', async () => {
  const rig = createTestNode()
  const store = memoryStore({ clock: rig.clock })
  const [one, other] = [rig.addNode({ authenticate, store }), rig.addNode({ authenticate, store })]
  const [endedAtOne, endedAtOther] = [record(one), record(other)]
  const { socket, welcome } = await rig.openSession({}, one)
  socket.end()
  await pass(rig, 1000)
  const { socket: second } = await rig.openSession({ sid: welcome['sid'], key: welcome['key'] }, other)
  second.end(1000)
  await pass(rig, 2 * WINDOW)
  expect([endedAtOne, endedAtOther]).toEqual([[], [`${welcome['sid']} closed ann`]])
})

test.each<[code: number, wait: number, reason: string]>([
  [1006, WINDOW + 2 * MARGIN, 'expired'],
  [1000, 0, 'closed'],
])('a session is reported if its client resumes it and ends with %i before welcome', async (code, wait, reason) => {
  let isBusy = false
  const authorize = () => !isBusy || new Promise<boolean>(() => undefined)
  const rig = createTestNode({ authenticate, authorize })
  const ended = record(rig.node)
  const { socket, welcome } = await rig.openSession()
  socket.end()
  await settle()
  isBusy = true
  const second = rig.connect()
  second.clientSends({ t: 'hello', v: 1, sid: welcome['sid'], key: welcome['key'], sub: ['a'] })
  await settle()
  second.end(code)
  await pass(rig, wait)
  expect(ended).toEqual([`${welcome['sid']} ${reason} ann`])
})

test('a session is reported if its client ends while the hub takes it over', async () => {
  const rig = createTestNode()
  const memory = memoryStore({ clock: rig.clock })
  const [taken, answer] = [deferred<void>(), deferred<void>()]
  const takeSession: Store['takeSession'] = async (...args) => {
    const session = await memory.takeSession(...args)
    taken.resolve()
    await answer.promise
    return session
  }
  const node = rig.addNode({ authenticate, store: { ...memory, takeSession } })
  const ended = record(node)
  const { socket, welcome } = await rig.openSession({}, node)
  socket.end()
  await settle()
  const second = rig.connect(node)
  second.clientSends({ t: 'hello', v: 1, sid: welcome['sid'], key: welcome['key'] })
  await taken.promise
  second.end()
  await settle()
  answer.resolve()
  await pass(rig, WINDOW + 2 * MARGIN)
  expect(ended).toEqual([`${welcome['sid']} expired ann`])
})

test('a new session whose client ends before welcome is not reported', async () => {
  const rig = createTestNode({ authenticate, authorize: () => new Promise<boolean>(() => undefined) })
  const ended = record(rig.node)
  const socket = rig.connect()
  socket.clientSends({ t: 'hello', v: 1, sub: ['a'] })
  await settle()
  socket.end()
  await pass(rig, WINDOW + 2 * MARGIN)
  expect(ended).toEqual([])
})

test('a link that is replaced does not emit sessionEnd', async () => {
  const rig = createTestNode({ authenticate })
  const ended = record(rig.node)
  const { socket, welcome } = await rig.openSession()
  const { socket: second } = await rig.openSession({ sid: welcome['sid'], key: welcome['key'] })
  socket.end(4509)
  await pass(rig, 2 * WINDOW, [second])
  expect(ended).toEqual([])
})

test('an outage of the store at the time of the check delays sessionEnd', async () => {
  const rig = createTestNode()
  const memory = memoryStore({ clock: rig.clock })
  let isUp = true
  const store: Store = {
    ...memory,
    getSession: async (sessionId) => {
      if (!isUp) throw new Error('the store is unavailable')
      return memory.getSession(sessionId)
    },
  }
  const node = rig.addNode({ authenticate, store })
  const ended = record(node)
  const { socket } = await rig.openSession({}, node)
  socket.end()
  isUp = false
  await pass(rig, WINDOW + MARGIN)
  expect(ended).toEqual([])
  isUp = true
  await pass(rig, WINDOW + MARGIN)
  expect(ended).toHaveLength(1)
  expect(rig.errors).toEqual([])
})

test('sessions without a listener of sessionEnd set no timer', async () => {
  const rig = createTestNode({ authenticate })
  const { socket } = await rig.openSession()
  socket.end()
  await settle()
  expect(rig.clock.pending).toBe(0)
})

test('many sessions that wait for their end share one timer', async () => {
  const rig = createTestNode()
  const ended = record(rig.node)
  for (let session = 0; session < 20; session++) {
    const { socket } = await rig.openSession()
    socket.end()
    await settle()
    expect(rig.clock.pending).toBe(1)
    await rig.clock.run(100)
  }
  await pass(rig, WINDOW + MARGIN)
  expect(ended).toHaveLength(20)
  expect(rig.clock.pending).toBe(0)
})

describe('the sessions that wait for their end', () => {
  const user = { id: 'ann' }

  /** The ends of sessions on a store that keeps none. */
  const createEnds = () => {
    const clock = createFakeClock()
    const context = createHubContext({ clock })
    const ended: string[] = []
    context.events.on('sessionEnd', ({ sessionId }) => ended.push(sessionId))
    return { clock, ends: createSessionEnds(context), ended }
  }

  test('are at most 100 000, and the one that waits longest is left out', async () => {
    const { clock, ends, ended } = createEnds()
    for (let n = 0; n <= 100_000; n++) ends.release({ sessionId: `s${n}`, user, takeovers: 0 })
    await clock.run(WINDOW + MARGIN)
    await settle()
    expect([ended.length, ended[0]]).toEqual([100_000, 's1'])
  })

  test('do not wait longer because of a session that ends a second time', async () => {
    const { clock, ends, ended } = createEnds()
    for (const sessionId of ['a', 'b']) ends.release({ sessionId, user, takeovers: 0 })
    await clock.run(1000)
    ends.release({ sessionId: 'a', user, takeovers: 0 })
    await clock.run(WINDOW)
    expect(ended).toEqual(['b'])
    await clock.run(MARGIN)
    expect(ended).toEqual(['b', 'a'])
  })
})
