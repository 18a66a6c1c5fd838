/** A stream that is joined again, and the events `join` and `leave`: each `join` has one `leave`. */

import { describe, expect, test } from 'vitest'
import type { Connection } from '../src/context/hubEvents.ts'
import type { HubNode } from '../src/hubNode.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { deferred } from './support/deferred.ts'
import { createTestNode, settle } from './support/testNode.ts'

/** Records the events of streams in order. */
const recordEvents = (node: Pick<HubNode, 'on'>): string[] => {
  const events: string[] = []
  node.on('join', (_, stream) => events.push(`join ${stream}`))
  node.on('leave', (_, stream) => events.push(`leave ${stream}`))
  return events
}

describe('a join by the application of a stream that the client follows', () => {
  test('changes nothing, so no message is skipped', async () => {
    const store = memoryStore()
    const { node, openSession } = createTestNode({ store })
    let connection: Connection | undefined
    node.on('connection', (accepted) => void (connection = accepted))
    const { socket } = await openSession({ sub: ['a'] })
    const { read } = store
    const gate = deferred()
    store.read = async (...given) => {
      await gate.promise
      return await read(...given)
    }
    const joined = connection!.join('a')
    await node.publish('a', 'one')
    gate.resolve()
    await joined
    await node.publish('a', 'two')
    await settle()
    expect(socket.framesOf('sub')).toEqual([])
    expect(socket.framesOf('msg').map(({ off }) => off)).toEqual([1, 2])
  })

  test('in a listener of `connection` keeps the position that the client resumes from', async () => {
    const { node, openSession } = createTestNode()
    const events = recordEvents(node)
    node.on('connection', (connection) => connection.join('a'))
    const first = await openSession({ sub: ['a'] })
    first.socket.end(1006)
    await node.publish('a', 'missed')
    const { sid, key, streams } = first.welcome as { sid: string; key: string; streams: Record<string, unknown[]> }
    const { socket, welcome } = await openSession({ sid, key, pos: { a: [streams['a']![0], 0] } })
    await settle()
    expect((welcome['streams'] as Record<string, unknown[]>)['a']![2]).toBe('resumed')
    expect(socket.framesOf('sub')).toEqual([])
    expect(socket.framesOf('msg').map(({ off }) => off)).toEqual([1])
    expect(events).toEqual(['join a', 'leave a', 'join a'])
  })
})

describe('a second `sub` frame', () => {
  test('that is denied ends the stream for the client', async () => {
    let isAllowed = true
    const { node, openSession } = createTestNode({ authorize: () => isAllowed, presence: true })
    const events = recordEvents(node)
    const { socket } = await openSession({ sub: ['a'] })
    isAllowed = false
    socket.clientSends({ t: 'sub', stream: 'a' })
    await settle()
    await node.publish('a', 'secret')
    await settle()
    expect(socket.framesOf('sub')).toEqual([{ t: 'sub', s: 'a', at: ['-', 0, 'lost', 'denied'] }])
    expect(socket.framesOf('msg')).toEqual([])
    expect(await node.presence('a')).toEqual([])
    expect(node.stats().streams).toBe(0)
    expect(events).toEqual(['join a', 'leave a'])
  })

  test('is answered, and joins once', async () => {
    const { node, openSession } = createTestNode()
    const events = recordEvents(node)
    const { socket } = await openSession({ sub: ['a'] })
    socket.clientSends({ t: 'sub', stream: 'a' })
    await settle()
    expect(socket.framesOf('sub')).toHaveLength(1)
    socket.end(1006)
    await settle()
    expect(events).toEqual(['join a', 'leave a'])
  })

  test('needs no free place within the limit of streams', async () => {
    const { openSession } = createTestNode({ limits: { streams: 1 } })
    const { socket } = await openSession({ sub: ['a'] })
    socket.clientSends({ t: 'sub', stream: 'a' })
    await settle()
    expect(socket.framesOf('sub')).toMatchObject([{ s: 'a', at: [expect.any(String), 0, 'fresh'] }])
  })

  test('that fails leaves no member behind', async () => {
    const store = memoryStore()
    const { node, openSession, clock } = createTestNode({ store, presence: true })
    const events = recordEvents(node)
    const { socket } = await openSession({ sub: ['a'] })
    expect(await node.presence('a')).toHaveLength(1)
    store.read = () => Promise.reject(new Error('not read'))
    socket.clientSends({ t: 'sub', stream: 'a' })
    await settle()
    expect(socket.closed).toMatchObject({ code: 1011 })
    socket.end(1011)
    await settle()
    await clock.run(60_000)
    expect(await node.presence('a')).toEqual([])
    expect(node.stats().streams).toBe(0)
    expect(events).toEqual(['join a', 'leave a'])
  })
})

test('the streams of hello are joined after the listeners of `connection`, and listed from their `join` on', async () => {
  const { node, openSession } = createTestNode()
  const lists: [event: string, streams: readonly string[]][] = []
  node.on('connection', (connection) => lists.push(['connection', connection.streams]))
  node.on('resume', (connection) => lists.push(['resume', connection.streams]))
  node.on('join', (connection, stream) => lists.push([stream, connection.streams]))
  const { socket, welcome } = await openSession({ sub: ['a', 'b'] })
  socket.end(1006)
  await openSession({ sid: welcome['sid'], key: welcome['key'], sub: ['a'] })
  expect(lists).toEqual([
    ['connection', []],
    ['a', ['a']],
    ['b', ['a', 'b']],
    ['connection', []],
    ['resume', []],
    ['a', ['a']],
  ])
})

describe('a stream that was not joined', () => {
  test('is not left when the link closes during the join, and is not listed', async () => {
    const store = memoryStore()
    const { node, openSession } = createTestNode({ store })
    const events = recordEvents(node)
    let connection: Connection | undefined
    node.on('connection', (accepted) => void (connection = accepted))
    const { socket } = await openSession({ sub: ['a'] })
    store.read = () => new Promise(() => undefined)
    socket.clientSends({ t: 'sub', stream: 'b' })
    await settle()
    expect(connection!.streams).toEqual(['a'])
    socket.end(1006)
    await settle()
    expect(events).toEqual(['join a', 'leave a'])
  })

  test('is not left when a listener of `connection` closes the link', async () => {
    const { node, openSession } = createTestNode({ presence: true })
    const events = recordEvents(node)
    node.on('connection', (connection) => connection.close(4503))
    await openSession({ sub: ['a'] })
    await settle()
    expect([events, await node.presence('a'), node.stats().streams]).toEqual([[], [], 0])
  })

  test('is not joined afterwards when a listener of `connection` leaves it', async () => {
    const { node, openSession } = createTestNode({ presence: true })
    const events = recordEvents(node)
    node.on('connection', (connection) => connection.leave('a'))
    await openSession({ sub: ['a', 'b'] })
    await settle()
    expect([events, await node.presence('a'), node.stats().streams]).toEqual([['join b'], [], 1])
  })
})

describe('a listener of `join`', () => {
  test.each<[string, (connection: Connection) => unknown]>([
    ['leaves the stream', (connection) => connection.leave('a')],
    ['closes the link', (connection) => connection.close(4503)],
  ])('that %s leaves no member behind', async (_, act) => {
    const { node, openSession, clock } = createTestNode({ presence: true })
    const events = recordEvents(node)
    node.on('join', (connection) => act(connection))
    await openSession({ sub: ['a'] })
    await settle()
    await clock.run(60_000)
    expect([events, await node.presence('a')]).toEqual([['join a', 'leave a'], []])
  })
})
