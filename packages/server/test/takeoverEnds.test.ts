/** The event `sessionEnd` of sessions whose takeover fails: once for each session, whatever fails, and on which node. */

import { describe, expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Store } from '../src/store/store.ts'
import { deferred } from './support/deferred.ts'
import { type TestNode, createTestNode, settle } from './support/testNode.ts'

const WINDOW = 120_000
/** Long enough for each expiry and each lookup of a session. */
const LONG = 3 * WINDOW

const authenticate = () => ({ id: 'ann' })

type TakeSession = Store['takeSession']

/** How a takeover fails. `real` takes the session in the store. */
const failures: readonly (readonly [name: string, take: (real: TakeSession) => TakeSession])[] = [
  ['rejects before the older link is detached', () => () => Promise.reject(new Error('no store'))],
  ['is not answered, and the older link stays', () => () => new Promise(() => undefined)],
  [
    'rejects although the store has made it',
    (real) =>
      async (...args) => {
        await real(...args)
        throw new Error('no answer')
      },
  ],
  [
    'is not answered although the store has made it',
    (real) =>
      async (...args) => {
        await real(...args)
        return await new Promise(() => undefined)
      },
  ],
]

/** Two nodes on one store. `take` replaces the takeover at the store. */
const createWorld = () => {
  const rig = createTestNode()
  const memory = memoryStore({ clock: rig.clock })
  /** Detaches the older link and fails then, as when Redis is lost in between. */
  const detachOnly: ((sessionId: string, link: number, node: string) => Promise<void>)[] = []
  const state: { take: TakeSession; store: Store } = { take: memory.takeSession, store: memory }
  const store: Store = {
    ...memory,
    onDetach: (detach) => {
      detachOnly.push(detach)
      return memory.onDetach(detach)
    },
    takeSession: (...args) => state.take(...args),
  }
  const ended: string[] = []
  const addNode = (name: string) => {
    const node = rig.addNode({ authenticate, store })
    node.on('sessionEnd', ({ sessionId, reason }) => ended.push(`${name} ${sessionId} ${reason}`))
    return node
  }
  return { ...rig, memory, state, store, ended, one: addNode('one'), other: addNode('other'), detachOnly }
}

type World = ReturnType<typeof createWorld>

const pass = async ({ clock }: TestNode, ms: number, alive: readonly { pong(): void }[] = []): Promise<void> => {
  for (let left = ms; left > 0; left -= 1000) {
    await clock.run(Math.min(left, 1000))
    for (const socket of alive) socket.pong()
  }
  await settle()
}

/** Detaches the older link of the first node, then does not answer, or rejects. */
const detachThen =
  (world: World, fail: () => Promise<never>): TakeSession =>
  async (sessionId) => {
    await Promise.all(world.detachOnly.map((detach) => detach(sessionId, 1, world.one.name)))
    return await fail()
  }

/** Sends a `hello` that resumes the session, and lets its deadline pass. */
const resume = async (world: World, node: 'one' | 'other', { sid, key }: Record<string, unknown>) => {
  const socket = world.connect(world[node])
  socket.clientSends({ t: 'hello', v: 1, sid, key })
  await settle()
  return socket
}

const nodes = ['one', 'other'] as const
const hangs = [
  ['rejects', () => Promise.reject(new Error('no store'))],
  ['is not answered', () => new Promise<never>(() => undefined)],
] as const
const olderLinks = ['open', 'cut'] as const

describe('a session whose older link was detached, and whose takeover then fails', () => {
  const cases = nodes.flatMap((node) =>
    olderLinks.flatMap((link) => hangs.map((hang) => [node, link, ...hang] as const)),
  )

  test.each(cases)('is reported once, on node %s, with an older link that is %s: %s', async (node, link, _, fail) => {
    const world = createWorld()
    const { socket, welcome } = await world.openSession({}, world.one)
    if (link === 'cut') socket.end(1006)
    await settle()
    world.state.take = detachThen(world, fail)
    const second = await resume(world, node, welcome)
    await pass(world, 11_000)
    expect(second.closed).toMatchObject({ code: 1011 })
    expect(world.errors).toHaveLength(1)
    second.end(1011)
    socket.end(4509)
    await pass(world, LONG)
    expect(world.ended).toEqual([`one ${welcome['sid']} expired`])
  })

  test.each(cases)(
    'has not ended if it is resumed later, on node %s, with an older link that is %s: %s',
    async (node, link, _, fail) => {
      const world = createWorld()
      const { socket, welcome } = await world.openSession({}, world.one)
      if (link === 'cut') socket.end(1006)
      await settle()
      world.state.take = detachThen(world, fail)
      const second = await resume(world, node, welcome)
      await pass(world, 11_000)
      second.end(1011)
      socket.end(4509)
      world.state.take = world.memory.takeSession
      const third = await resume(world, node, welcome)
      expect(third.framesOf('welcome')).toMatchObject([{ resumed: true }])
      await pass(world, LONG, [third])
      expect(world.ended).toEqual([])
      third.end(1000)
      await pass(world, LONG)
      expect(world.ended).toEqual([`${node} ${welcome['sid']} closed`])
    },
  )
})

describe('a session whose takeover', () => {
  const cases = failures.flatMap(([name, take]) => nodes.map((node) => [name, node, take] as const))

  test.each(cases)('%s, on node %s, is reported once', async (_, node, take) => {
    const world = createWorld()
    const { socket, welcome } = await world.openSession({}, world.one)
    world.state.take = take(world.memory.takeSession)
    const second = await resume(world, node, welcome)
    await pass(world, 11_000, [socket])
    expect(second.closed).toMatchObject({ code: 1011 })
    second.end(1011)
    socket.end(socket.closed?.code ?? 1006)
    await pass(world, LONG)
    expect(world.ended.map((text) => text.slice(text.indexOf(' ')))).toEqual([` ${welcome['sid']} expired`])
  })

  test.each(nodes)('succeeds on node %s and ends at once with 1000, is reported once', async (node) => {
    const world = createWorld()
    const { welcome } = await world.openSession({}, world.one)
    const second = await resume(world, node, welcome)
    second.end(1000)
    await pass(world, LONG)
    expect(world.ended).toEqual([`${node} ${welcome['sid']} closed`])
  })

  test.each(nodes)('succeeds on node %s after its deadline is reported once', async (node) => {
    const world = createWorld()
    const { socket, welcome } = await world.openSession({}, world.one)
    const answer = deferred<void>()
    world.state.take = async (...args) => {
      await answer.promise
      return await world.memory.takeSession(...args)
    }
    const second = await resume(world, node, welcome)
    await pass(world, 11_000, [socket])
    second.end(1011)
    answer.resolve()
    await settle()
    expect(socket.closed).toMatchObject({ code: 4509 })
    socket.end(4509)
    await pass(world, LONG)
    expect(world.ended).toEqual([`${node} ${welcome['sid']} expired`])
  })

  test('is interrupted by another takeover that fails is reported once', async () => {
    const world = createWorld()
    const { welcome } = await world.openSession({}, world.one)
    const answer = deferred<void>()
    world.state.take = async (...args) => {
      const session = await world.memory.takeSession(...args)
      await answer.promise
      return session
    }
    const second = await resume(world, 'other', welcome)
    // The store has made the second link the owner, and it is detached before the node has the answer.
    world.state.take = async (sessionId) => {
      await Promise.all(world.detachOnly.map((detach) => detach(sessionId, 1, world.other.name)))
      throw new Error('no store')
    }
    const third = await resume(world, 'one', welcome)
    answer.resolve()
    await settle()
    for (const socket of [second, third]) socket.end(1011)
    await pass(world, LONG)
    expect(world.ended).toEqual([`other ${welcome['sid']} expired`])
  })
})

test('a session that is drained during a failed takeover is reported once by a node that stays', async () => {
  const world = createWorld()
  const { socket, welcome } = await world.openSession({}, world.one)
  world.state.take = detachThen(world, () => Promise.reject(new Error('no store')))
  const second = await resume(world, 'other', welcome)
  second.end(1011)
  socket.end(4509)
  const drained = world.one.drain({ window: 0 })
  await settle()
  await drained
  await pass(world, LONG)
  expect(world.ended).toEqual([`one ${welcome['sid']} expired`])
})

test.each(nodes)('a session that must not be resumed is reported when a link of node %s asks for it', async (node) => {
  const world = createWorld()
  const applied = deferred<void>()
  world.one.on('message', () => applied.promise)
  const { socket, welcome } = await world.openSession({}, world.one)
  const store = world.store as { recordApplied: Store['recordApplied'] }
  store.recordApplied = () => Promise.reject(new Error('not recorded'))
  socket.clientSends({ t: 'send', seq: 1, d: 1 })
  await settle()
  applied.resolve()
  await pass(world, 299_000, [socket])
  const second = await resume(world, node, welcome)
  // The older link gives up after 300 s, and ends its session. The newer link gets another one.
  await pass(world, 5000, [second])
  expect(second.framesOf('welcome')).toMatchObject([{ resumed: false }])
  socket.end(4509)
  await pass(world, LONG, [second])
  expect(world.ended).toEqual([`one ${welcome['sid']} expired`])
})

test('a store that does not answer the end of a session delays sessionEnd, and does not prevent it', async () => {
  const world = createWorld()
  const store = world.store as { endSession: Store['endSession'] }
  const { endSession } = store
  store.endSession = () => new Promise(() => undefined)
  const { socket, welcome } = await world.openSession({}, world.one)
  socket.end(1000)
  await pass(world, 1000)
  store.endSession = endSession
  await pass(world, 20_000)
  expect(world.ended).toEqual([`one ${welcome['sid']} closed`])
  expect(world.errors.map(({ message }) => message)).toEqual(['the store has not answered a write within 10000 ms'])
})

test('a lookup that the store does not answer is repeated', async () => {
  const world = createWorld()
  const store = world.store as { getSession: Store['getSession'] }
  const { getSession } = store
  const { socket, welcome } = await world.openSession({}, world.one)
  store.getSession = () => new Promise(() => undefined)
  socket.end(1000)
  await pass(world, 5000)
  store.getSession = getSession
  await pass(world, LONG)
  expect(world.ended).toEqual([`one ${welcome['sid']} closed`])
})
