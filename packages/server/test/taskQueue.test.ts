/** The joins and leaves of a client: one after the other, and not too many. */

import { describe, expect, test } from 'vitest'
import type { Connection } from '../src/context/hubEvents.ts'
import { TaskQueue } from '../src/peers/taskQueue.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { deferred } from './support/deferred.ts'
import { createTestNode, settle } from './support/testNode.ts'
import { collectUnhandledRejections } from './support/unhandledRejections.ts'

test('tasks run one after the other, and no more wait than the limit', async () => {
  const queue = new TaskQueue()
  const running: string[] = []
  const gates = [deferred(), deferred(), deferred()]
  const add = (n: number): boolean =>
    queue.add(async () => {
      running.push(`begin ${n}`)
      await gates[n]!.promise
      running.push(`end ${n}`)
    }, 2)
  expect([add(0), add(1), add(2), add(0)]).toEqual([true, true, true, false])
  await settle()
  expect(running).toEqual(['begin 0'])
  for (const gate of gates) gate.resolve()
  await settle()
  expect(running).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2'])
  expect(add(0)).toBe(true)
})

describe.each(['holdfast.v1.json', ''])('too many joins of the application at once, protocol "%s"', (protocol) => {
  test('reject, and the connection stays open', async () => {
    const gate = deferred()
    const asked: string[] = []
    const drops: string[] = []
    const { node, errors, connect } = createTestNode({
      limits: { streams: 2 },
      authorize: async (_, stream) => {
        asked.push(stream)
        await gate.promise
        return true
      },
    })
    node.on('drop', (_, { reason }) => drops.push(reason))
    let joins: Promise<PromiseSettledResult<void>[]> | undefined
    let connection: Connection | undefined
    node.on('connection', (each) => {
      connection = each
      const names = Array.from({ length: 11 }, (_, n) => `s${n}`)
      joins = Promise.allSettled(names.map((name) => (name === 's10' ? each.leave(name) : each.join(name))))
    })
    const socket = connect(undefined, protocol)
    if (protocol) socket.clientSends({ t: 'hello', v: 1 })
    await settle()
    gate.resolve()
    // One runs and 8 wait.
    expect((await joins!).map(({ status }) => status)).toEqual([
      ...Array.from({ length: 9 }, () => 'fulfilled'),
      'rejected',
      'rejected',
    ])
    expect((await joins!)[9]).toMatchObject({
      reason: { name: 'Error', message: 'join, leave: expected at most 8 that wait for this connection, got one more' },
    })
    // Further streams are above the limit of streams, so `authorize` is not called for them.
    expect(asked).toEqual(['s0', 's1'])
    expect(connection!.streams).toEqual(['s0', 's1'])
    expect([socket.closed, drops, errors, node.stats().floods]).toEqual([undefined, [], [], 0])
  })
})

test('a client joins and leaves while too many joins of the application wait', async () => {
  const gate = deferred()
  const { node, openSession } = createTestNode({
    limits: { streams: 2 },
    authorize: async (_, stream) => {
      if (stream === 's0') await gate.promise
      return true
    },
  })
  node.on('connection', (connection) => {
    for (let n = 0; n < 10; n++) connection.join('s0').catch(() => undefined)
  })
  const { socket } = await openSession()
  socket.clientSends({ t: 'sub', stream: 'own' })
  socket.clientSends({ t: 'unsub', stream: 's0' })
  await settle()
  gate.resolve()
  await settle()
  expect(socket.framesOf('sub').at(-1)).toMatchObject({ s: 'own' })
  expect(socket.closed).toBeUndefined()
})

test('a message listener with too many joins has failed, and does not refuse the message', async () => {
  const { node, errors, openSession } = createTestNode({ limits: { streams: 1 } })
  node.on('message', (_, { connection }) =>
    Promise.all(Array.from({ length: 10 }, () => connection.join('a'))).then(() => undefined),
  )
  const { socket } = await openSession()
  socket.clientSends({ t: 'send', seq: 1, d: 'x' })
  await settle()
  expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('join, leave: expected at most 4')])
  expect(JSON.stringify(socket.frames)).not.toContain('join, leave')
})

test('a client that leaves a stream which it has not joined is not reported', async () => {
  const { node, openSession } = createTestNode()
  const left: string[] = []
  node.on('leave', (_, stream) => left.push(stream))
  const { socket } = await openSession({ sub: ['a'] })
  for (const stream of ['b', 'a', 'a']) socket.clientSends({ t: 'unsub', stream })
  await settle()
  expect(left).toEqual(['a'])
})

test('a join that the store refuses is reported and closes the connection', async () => {
  const store = memoryStore()
  const follow = () => Promise.reject(new Error('not followed'))
  const { openSession, errors } = createTestNode({ store: { ...store, follow } })
  const { socket } = await openSession()
  socket.clientSends({ t: 'sub', stream: 'a' })
  await settle()
  expect([socket.closed?.code, errors.map(({ message }) => message)]).toEqual([1011, ['not followed']])
})

describe('a failing join of the application is reported once', () => {
  const events = ['connection', 'join', 'send', 'request', 'emit'] as const
  const treatments = {
    'is awaited': (joined: Promise<void>) => joined,
    'is not awaited': () => undefined,
    'is handled': (joined: Promise<void>) => joined.catch(() => undefined),
  }
  const cases = Object.entries(treatments).flatMap(([name, treat]) =>
    events.map((event) => [name, event, treat] as const),
  )

  test.each(cases)('if it %s in the listener of: %s', async (_name, event, treat) => {
    const unhandled = collectUnhandledRejections()
    const { node, errors, openSession } = createTestNode({
      authorize: (_, stream) => {
        if (stream === 'b') throw new Error('no answer')
        return true
      },
    })
    const joinB = (connection: Connection): unknown => treat(connection.join('b'))
    if (event === 'connection') node.on(event, joinB)
    else if (event === 'join') node.on(event, joinB)
    else node.on(event === 'request' ? 'request' : 'message', (_, { connection }) => joinB(connection))
    const { socket } = await openSession({ sub: ['a'] })
    if (event === 'emit') socket.clientSends({ t: 'emit', d: 1 })
    else socket.clientSends({ t: 'send', seq: 1, d: 1, ...(event === 'request' && { rq: 1 }) })
    await settle()
    expect([socket.closed?.code, errors.map(({ message }) => message), unhandled]).toEqual([
      1011,
      ['authorize: no answer'],
      [],
    ])
  })

  test('for each connection, if the store rejects with one object for all', async () => {
    const failure = new Error('not followed')
    const { node, errors, openSession } = createTestNode({
      store: { ...memoryStore(), follow: () => Promise.reject(failure) },
    })
    node.on('connection', (connection) => connection.join('a'))
    for (let n = 0; n < 2; n++) await openSession()
    await settle()
    expect(errors).toEqual([failure, failure])
  })

  test('if the store rejects with a string', async () => {
    const { node, errors, openSession } = createTestNode({
      store: { ...memoryStore(), follow: () => Promise.reject('not followed') },
    })
    node.on('connection', (connection) => connection.join('a'))
    await openSession()
    await settle()
    expect(errors).toHaveLength(1)
  })

  test('beside another error that its listener then throws', async () => {
    const { node, errors, openSession } = createTestNode({
      store: { ...memoryStore(), follow: () => Promise.reject(new Error('not followed')) },
    })
    node.on('connection', async (connection) => {
      await connection.join('a').catch(() => {
        throw new Error('not welcome')
      })
    })
    await openSession()
    await settle()
    expect(errors.map(({ message }) => message)).toEqual(['not followed', 'not welcome'])
  })
})

test.each(['connection', 'message'] as const)(
  'a listener that rejects with the error object of the failed join of another client is reported: %s',
  async (event) => {
    const failure = new Error('the store is down')
    const { node, errors, openSession } = createTestNode({
      store: { ...memoryStore(), follow: () => Promise.reject(failure) },
    })
    const fail = (): Promise<never> => Promise.reject(failure)
    const first = await openSession()
    first.socket.clientSends({ t: 'sub', stream: 'a' })
    await settle()
    expect([first.socket.closed?.code, errors]).toEqual([1011, [failure]])
    node.on(event, fail)
    const { socket } = await openSession()
    socket.clientSends({ t: 'emit', d: 1 })
    await settle()
    expect(errors).toEqual([failure, failure])
  },
)
