/** Each close with 1011 has exactly one `error`, which names what has failed or was not answered in time. */

import { describe, expect, test } from 'vitest'
import type { NodeOptions } from '../src/context/hubContext.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Store } from '../src/store/store.ts'
import { hangingStore } from './support/hangingStore.ts'
import { createTestNode, settle } from './support/testNode.ts'
import { collectUnhandledRejections } from './support/unhandledRejections.ts'

const HELLO = 10_000
/** Long enough for the deadlines of all functions, also of those that are called at the end of the handshake. */
const LONG = 4 * HELLO

const never = <Value>(): Promise<Value> => new Promise(() => undefined)
const late = <Value>(clock: { setTimeout(callback: () => void, ms: number): unknown }, value: Value, ms: number) =>
  new Promise<Value>((resolve) => void clock.setTimeout(() => resolve(value), ms))

const messagesOf = (errors: readonly Error[]): string[] => errors.map(({ message }) => message)

describe('a hello that is not answered in time is closed with 1011 and reported once:', () => {
  test.each<Exclude<keyof Store, 'kept' | 'up'>>(['addSession', 'follow', 'read'])(
    'the store does not answer %s',
    async (method) => {
      const { store, hang } = hangingStore()
      const { connect, clock, errors } = createTestNode({ store })
      hang(method)
      const socket = connect()
      socket.clientSends({ t: 'hello', v: 1, sub: ['a'] })
      await clock.run(HELLO)
      expect(socket.closed).toMatchObject({ code: 1011 })
      socket.end(1011)
      await clock.run(LONG)
      expect(messagesOf(errors)).toEqual([`hello: no longer waits after ${HELLO} ms for the store`])
    },
  )

  test.each<'getSession' | 'takeSession'>(['getSession', 'takeSession'])(
    'the store does not answer %s, which a resume needs',
    async (method) => {
      const { store, hang } = hangingStore()
      const { connect, openSession, clock, errors } = createTestNode({ store })
      const { welcome } = await openSession()
      hang(method)
      const socket = connect()
      socket.clientSends({ t: 'hello', v: 1, sid: welcome['sid'], key: welcome['key'] })
      await clock.run(HELLO)
      expect(socket.closed).toMatchObject({ code: 1011 })
      await clock.run(LONG)
      expect(messagesOf(errors)).toEqual([`hello: no longer waits after ${HELLO} ms for the store`])
    },
  )

  test('a store that fails after the deadline is not reported again', async () => {
    const memory = memoryStore()
    const rig = createTestNode()
    const addSession: Store['addSession'] = async () => {
      await late(rig.clock, undefined, HELLO + 1000)
      throw new Error('no store')
    }
    const node = rig.addNode({ store: { ...memory, addSession } })
    const socket = rig.connect(node)
    socket.clientSends({ t: 'hello', v: 1 })
    await rig.clock.run(LONG)
    expect(socket.closed).toMatchObject({ code: 1011 })
    expect(messagesOf(rig.errors)).toEqual([`hello: no longer waits after ${HELLO} ms for the store`])
  })

  test('a listener of the older link hangs', async () => {
    const { node, connect, openSession, clock, errors } = createTestNode()
    node.on('message', function slowListener() {
      return never()
    })
    const { socket: older, welcome } = await openSession()
    older.clientSends({ t: 'send', seq: 1, d: 1 })
    await settle()
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, sid: welcome['sid'], key: welcome['key'] })
    await clock.run(HELLO)
    expect(socket.closed).toMatchObject({ code: 1011 })
    const task = `the 'message' listener 'slowListener' for the client ${node.name}:1`
    expect(messagesOf(errors)).toEqual([`hello: no longer waits after ${HELLO} ms for ${task}`])
  })

  test.each<[name: string, options: NodeOptions]>([
    ['authenticate', { authenticate: never }],
    ['authorize', { authorize: never }],
  ])('%s does not answer', async (name, options) => {
    const { connect, clock, errors } = createTestNode(options)
    const socket = connect()
    // The deadline of the function itself would be later.
    await clock.run(HELLO / 2)
    socket.clientSends({ t: 'hello', v: 1, sub: ['a', 'b'] })
    await clock.run(HELLO / 2)
    expect(socket.closed).toMatchObject({ code: 1011 })
    await clock.run(LONG)
    expect(messagesOf(errors)).toEqual([`${name}: no answer within ${HELLO} ms`])
  })

  test.each(['authenticate', 'authorize'] as const)('%s answers after the deadline of hello', async (name) => {
    const rig = createTestNode()
    const node = rig.addNode({
      [name]: () => late(rig.clock, name === 'authenticate' ? { id: 'ann' } : true, HELLO - 1000),
    })
    const socket = rig.connect(node)
    await rig.clock.run(5000)
    socket.clientSends({ t: 'hello', v: 1, sub: ['a'] })
    await rig.clock.run(LONG)
    expect(socket.closed).toMatchObject({ code: 1011 })
    expect(socket.framesOf('welcome')).toEqual([])
    expect(messagesOf(rig.errors)).toEqual([`${name}: no answer within ${HELLO} ms`])
  })
})

describe('a session that is closed with 1011 later is reported once:', () => {
  test('several frames fail', async () => {
    const { store, fail } = hangingStore()
    const { openSession, errors } = createTestNode({ store })
    const { socket } = await openSession()
    fail()
    socket.clientSends({ t: 'sub', stream: 'a' })
    socket.clientSends({ t: 'send', seq: 1, d: 1, idem: 'k' })
    await settle()
    expect(socket.closed).toMatchObject({ code: 1011 })
    expect(messagesOf(errors)).toEqual(['follow has failed'])
  })

  test('several joins of the application fail', async () => {
    const { store, fail } = hangingStore()
    const { node, openSession, errors } = createTestNode({ store })
    const joins: Promise<void>[] = []
    node.on('connection', (connection) => {
      fail()
      joins.push(connection.join('a'), connection.join('b'))
    })
    const { socket } = await openSession()
    await Promise.allSettled(joins)
    expect(socket.closed).toMatchObject({ code: 1011 })
    expect(messagesOf(errors)).toEqual(['follow has failed'])
  })

  test.each(['holdfast.v1.json', ''])(
    'joins fail that the application does not await, and the process goes on, protocol "%s"',
    async (protocol) => {
      const unhandled = collectUnhandledRejections()
      const { store, fail } = hangingStore()
      const { node, connect, errors } = createTestNode({ store })
      node.on('connection', (connection) => {
        fail()
        void connection.join('a')
        void connection.leave('a')
        void connection.join('b')
      })
      const socket = connect(undefined, protocol)
      if (protocol) socket.clientSends({ t: 'hello', v: 1 })
      await settle()
      expect(socket.closed).toMatchObject({ code: 1011 })
      expect(messagesOf(errors)).toEqual(['follow has failed'])
      expect(unhandled).toEqual([])
    },
  )

  test('authenticate fails for a fresh token', async () => {
    let isDown = false
    const authenticate = (): { id: string } => {
      if (isDown) throw new Error('no database')
      return { id: 'ann' }
    }
    const { openSession, errors } = createTestNode({ authenticate })
    const { socket } = await openSession()
    isDown = true
    socket.clientSends({ t: 'auth', token: 'next' })
    await settle()
    expect(socket.closed).toMatchObject({ code: 1011 })
    expect(messagesOf(errors)).toEqual(['authenticate: no database'])
  })
})

test('a client that is gone before the deadline of its hello is not reported', async () => {
  const { store, hang } = hangingStore()
  const { connect, clock, errors } = createTestNode({ store })
  hang('addSession')
  const socket = connect()
  socket.clientSends({ t: 'hello', v: 1 })
  await settle()
  socket.end(1006)
  await clock.run(LONG)
  expect(errors).toEqual([])
})
