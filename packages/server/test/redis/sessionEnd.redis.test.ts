/** The event `sessionEnd` on nodes that share a Redis: the node of the last connection emits it. */
import { createClient } from 'redis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type RedisStore, redisStore } from '../../src/store/redis/redisStore.ts'
import type { HubNode } from '../../src/hubNode.ts'
import type { ScriptedSocket } from '../support/scriptedSocket.ts'
import { createTestNode } from '../support/testNode.ts'
import { startRedis } from './startRedis.ts'

/** Only against a hang, in ms. */
const GUARD = 30_000

const authenticate = () => ({ id: 'ann' })

/** @param window how long Redis keeps a session, in ms of the real clock */
const startNodes = async (window: number) => {
  const redis = await startRedis()
  onTestFinished(() => redis.end())
  const rig = createTestNode()
  const addNode = async () => {
    const store = redisStore(createClient({ url: redis.url }), { window })
    onTestFinished(() => store.close())
    await store.ready
    const node = rig.addNode({ authenticate, store })
    const ended: string[] = []
    node.on('sessionEnd', ({ sessionId, reason }) => ended.push(`${sessionId} ${reason}`))
    return { node, store, ended }
  }
  /** Sends `hello` and resolves with the frame `welcome`, which needs answers of Redis. */
  const openSession = async (node: HubNode, hello: object = {}) => {
    const socket = rig.connect(node)
    socket.clientSends({ t: 'hello', v: 1, ...hello })
    return { socket, welcome: await welcomeOf(socket) }
  }
  return { ...rig, openSession, one: await addNode(), other: await addNode() }
}

const welcomeOf = (socket: ScriptedSocket): Promise<{ sid: string; key: string; resumed: boolean }> =>
  vi.waitFor(() => {
    const [welcome] = socket.framesOf('welcome')
    if (!welcome) throw new Error('no welcome yet')
    return welcome as { sid: string; key: string; resumed: boolean }
  }, GUARD)

/** Resolves when Redis has answered all earlier commands of the store. */
const answered = async (store: RedisStore): Promise<void> => void (await store.getSession('none'))

test('a session that moves to another node and ends there is reported by that node only', async () => {
  const { clock, one, other, openSession } = await startNodes(60_000)
  const { socket, welcome } = await openSession(one.node)
  socket.end()
  const { socket: second, welcome: resumed } = await openSession(other.node, { sid: welcome.sid, key: welcome.key })
  expect(resumed.resumed).toBe(true)
  second.end(1000)
  await vi.waitFor(() => expect(other.ended).toEqual([`${welcome.sid} closed`]), GUARD)
  // In steps that are shorter than the deadline of a lookup, because Redis answers in the time of the real clock.
  for (let elapsed = 0; elapsed < 70_000; elapsed += 2000) {
    await clock.run(2000)
    await answered(one.store)
    await answered(other.store)
  }
  expect([one.ended, other.ended]).toEqual([[], [`${welcome.sid} closed`]])
})

test('a session that expires in Redis is reported by the node of its last connection', async () => {
  const { clock, one, other, openSession } = await startNodes(200)
  const { socket, welcome } = await openSession(one.node)
  socket.end()
  await answered(one.store)
  await vi.waitFor(async () => expect(await one.store.getSession(welcome.sid)).toBeUndefined(), GUARD)
  await clock.run(10_000)
  await vi.waitFor(() => expect(one.ended).toEqual([`${welcome.sid} expired`]), GUARD)
  expect(other.ended).toEqual([])
})
