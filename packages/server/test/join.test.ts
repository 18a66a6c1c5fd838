/** Joining many streams at once: calls run in parallel, and limits and the order of results stay as if they ran one after the other. */

import { assert, array, asyncProperty, nat, record } from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Store } from '../src/store/store.ts'
import { deferred } from './support/deferred.ts'
import { createTestNode, settle } from './support/testNode.ts'

const namesOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i}`)

describe('authorize', () => {
  test('is called for 32 streams at once, and the results keep the order of the request, denied streams last', async () => {
    const calls: string[] = []
    const gate = deferred()
    const { connect } = createTestNode({
      authorize: async (_, stream) => {
        calls.push(stream)
        await gate.promise
        return stream !== 's1'
      },
    })
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, sub: namesOf(40) })
    await settle()
    expect(calls).toEqual(namesOf(32))
    gate.resolve()
    await settle()
    const [welcome] = socket.framesOf('welcome')
    expect(Object.keys(welcome!['streams'] as object)).toEqual([...namesOf(40).filter((name) => name !== 's1'), 's1'])
  })

  test('is not called for streams above the limit, which are denied', async () => {
    const calls: string[] = []
    const { openSession } = createTestNode({
      limits: { streams: 3 },
      authorize: (_, stream) => {
        calls.push(stream)
        return stream !== 's0'
      },
    })
    const { welcome } = await openSession({ sub: namesOf(5) })
    expect(calls).toEqual(['s0', 's1', 's2'])
    const states = Object.entries(welcome['streams'] as Record<string, unknown[]>).map(([name, at]) => [name, at[3]])
    expect(states).toEqual([
      ['s1', undefined],
      ['s2', undefined],
      ['s0', 'denied'],
      ['s3', 'denied'],
      ['s4', 'denied'],
    ])
  })

  test('is called for each join, also by the application and after a reconnect, but not for messages', async () => {
    const calls: string[] = []
    const { openSession, node } = createTestNode({ authorize: (_, stream) => calls.push(stream) > 0 })
    const joined = new Promise((resolve) => node.on('connection', (connection) => resolve(connection.join('b'))))
    const { socket, welcome } = await openSession({ sub: ['a'] })
    await joined
    expect(calls).toEqual(['a', 'b'])
    await node.publish('a', 1)
    socket.clientSends({ t: 'send', seq: 1, d: 1, ch: 'a' })
    await settle()
    expect(calls).toEqual(['a', 'b'])
    socket.end(1006)
    const { sid, key, streams } = welcome as { sid: string; key: string; streams: Record<string, unknown[]> }
    await openSession({ sid, key, pos: { a: [streams['a']![0], 0] } })
    expect(calls.slice(0, 3)).toEqual(['a', 'b', 'a'])
  })

  test('that is still running when the link closes joins nothing, and the store follows nothing', async () => {
    const gate = deferred()
    const store = memoryStore()
    const follow = vi.spyOn(store, 'follow')
    const { connect, node } = createTestNode({
      store,
      authorize: async () => {
        await gate.promise
        return true
      },
    })
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, sub: ['a', 'b'] })
    await settle()
    socket.end()
    gate.resolve()
    await settle()
    expect(node.stats().streams).toBe(0)
    expect(follow).not.toHaveBeenCalled()
  })
})

test('streams that are still being followed when the client goes do not stay followed', async () => {
  const memory = memoryStore()
  const gate = deferred()
  let following = 0
  const store: Store = {
    ...memory,
    follow: async (...given) => {
      await gate.promise
      const unfollow = await memory.follow(...given)
      following++
      return () => {
        following--
        unfollow()
      }
    },
  }
  const { connect, node } = createTestNode({ store })
  const socket = connect()
  socket.clientSends({ t: 'hello', v: 1, sub: ['a', 'b'] })
  await settle()
  socket.end()
  gate.resolve()
  await settle()
  expect({ following, streams: node.stats().streams }).toEqual({ following: 0, streams: 0 })
})

test('a joined stream can be joined again at the limit of streams', async () => {
  const { openSession } = createTestNode({ limits: { streams: 2 } })
  const { socket } = await openSession({ sub: ['a', 'b'] })
  for (const stream of ['a', 'c']) socket.clientSends({ t: 'sub', stream })
  await settle()
  expect(socket.framesOf('sub')).toMatchObject([
    { s: 'a', at: [expect.any(String), 0, 'fresh'] },
    { s: 'c', at: ['-', 0, 'lost', 'denied'] },
  ])
})

describe('the messages of a stream', () => {
  /** A client that has been in ten streams, and a store whose reads of messages are recorded and wait for the gate. */
  const missed = async () => {
    const store = memoryStore()
    const reads: string[] = []
    const gate = deferred()
    const { read } = store
    store.read = async (...given) => {
      const history = await read(...given)
      if (given[2].messages === 0) return history
      reads.push(given[0])
      await gate.promise
      return history
    }
    const rig = createTestNode({ store, limits: { replayMessages: 20 } })
    const names = namesOf(10)
    const { socket, welcome } = await rig.openSession({ sub: names })
    socket.end()
    const pos = Object.fromEntries(names.map((name) => [name, [welcome['streams'][name][0] as string, 0]]))
    /** Joins the streams again. Resolves when the reads wait for the gate. */
    const joinAgain = async () => {
      const again = rig.connect()
      again.clientSends({ t: 'hello', v: 1, pos })
      await settle()
      return again
    }
    return { ...rig, names, reads, gate, pos, joinAgain }
  }

  test('are read only if a client has missed some, and has a position of the current epoch', async () => {
    const { node, reads, gate, pos, joinAgain } = await missed()
    for (const stream of ['s3', 's5']) await node.publish(stream, 1)
    pos['s5'] = ['another epoch', 0]
    const socket = await joinAgain()
    expect(reads).toEqual(['s3'])
    gate.resolve()
    await settle()
    const [welcome] = socket.framesOf('welcome')
    expect(welcome!['streams']).toMatchObject({
      s3: [expect.any(String), 1, 'resumed'],
      s4: [expect.any(String), 0, 'resumed'],
    })
    expect(welcome!['streams'].s5).toEqual([expect.any(String), 1, 'lost', 'epoch'])
  })

  test('are not read any more after the client has gone', async () => {
    const { node, names, reads, gate, joinAgain } = await missed()
    for (const stream of names) await node.publish(stream, 1)
    const socket = await joinAgain()
    expect(reads).toHaveLength(8)
    socket.end()
    gate.resolve()
    await settle()
    expect(reads).toHaveLength(8)
  })

  test('are not read again for a client that has gone, although its buffer has overflowed', async () => {
    const { node, reads, gate, joinAgain } = await missed()
    await node.publish('s0', 1)
    const socket = await joinAgain()
    for (let n = 0; n < 21; n++) await node.publish('s0', n)
    socket.end()
    gate.resolve()
    await settle()
    expect(reads).toEqual(['s0'])
  })
})

test('if one stream cannot be followed, the link is closed and no stream stays followed', async () => {
  const memory = memoryStore()
  let following = 0
  const late = deferred()
  const store: Store = {
    ...memory,
    follow: async (stream, feed) => {
      if (stream === 's1') throw new Error('not followed')
      if (stream === 's2') await late.promise
      const unfollow = await memory.follow(stream, feed)
      following++
      return () => {
        following--
        unfollow()
      }
    },
  }
  const { connect, node, errors } = createTestNode({ store })
  const socket = connect()
  socket.clientSends({ t: 'hello', v: 1, sub: namesOf(4) })
  await settle()
  late.resolve()
  await settle()
  expect(socket.closed).toMatchObject({ code: 1011 })
  expect(errors.map(({ message }) => message)).toEqual(['not followed'])
  expect({ following, streams: node.stats().streams }).toEqual({ following: 0, streams: 0 })
})

describe('the replay limits over many streams', () => {
  const LIMITS = { replayMessages: 60, replayBytes: 5000 }

  const missedStreams = array(record({ count: nat(3), length: nat(700) }), { minLength: 10, maxLength: 40 })

  test('are used in the order of the request, for random streams', async () => {
    const read = async (streams: readonly { count: number; length: number }[]): Promise<void> => {
      const { openSession, connect, node } = createTestNode({ limits: LIMITS })
      const names = namesOf(streams.length)
      const { welcome, socket } = await openSession({ sub: names })
      socket.end()
      let { replayMessages: messages, replayBytes: bytes } = LIMITS
      const expected: Record<string, string> = {}
      for (const [i, { count, length }] of streams.entries()) {
        for (let n = 0; n < count; n++) await node.publish(names[i]!, 'x'.repeat(length))
        const fits = count <= messages && count * (length + 2) <= bytes
        expected[names[i]!] = fits ? 'resumed' : 'limit'
        if (!fits) continue
        messages -= count
        bytes -= count * (length + 2)
      }
      const again = connect()
      const pos = Object.fromEntries(names.map((name) => [name, [welcome['streams'][name][0], 0]]))
      again.clientSends({ t: 'hello', v: 1, pos })
      for (let turn = 0; turn < 50 && again.framesOf('welcome').length === 0; turn++) await settle()
      const states = again.framesOf('welcome')[0]!['streams'] as Record<string, [string, number, string, string?]>
      expect(Object.fromEntries(Object.entries(states).map(([name, at]) => [name, at[3] ?? at[2]]))).toEqual(expected)
      expect(again.framesOf('msg')).toHaveLength(LIMITS.replayMessages - messages)
    }
    await assert(asyncProperty(missedStreams, read), { numRuns: 40 })
  })

  test('bound how many streams are read at once', async () => {
    const memory = memoryStore()
    const waves: number[] = []
    let running = 0
    const store: Store = {
      ...memory,
      read: async (...given) => {
        if (given[2].messages === 0) return memory.read(...given)
        if (running++ === 0) waves.push(0)
        waves[waves.length - 1]!++
        await settle()
        running--
        return memory.read(...given)
      },
    }
    const { openSession, connect, node } = createTestNode({ store, limits: { replayBytes: 100 } })
    const { welcome, socket } = await openSession({ sub: namesOf(40) })
    socket.end()
    for (const stream of namesOf(40)) await node.publish(stream, '12345678')
    const pos = Object.fromEntries(namesOf(40).map((name) => [name, [welcome['streams'][name][0], 0]]))
    const again = connect()
    again.clientSends({ t: 'hello', v: 1, pos })
    while (again.framesOf('welcome').length === 0) await settle()
    // 8 at first. 20 bytes are left then, which suffice for two streams. The others are read when nothing is left.
    expect(waves).toEqual([8, 8, 24])
  })

  test.each([
    ['messages', { replayMessages: 4, replayBytes: 1000 }],
    ['bytes', { replayMessages: 1000, replayBytes: 20 }],
  ])('are used up to the last of their %s, and no further', async (_, limits) => {
    const { openSession, node } = createTestNode({ limits })
    const { welcome, socket } = await openSession({ sub: ['a', 'b', 'c'] })
    socket.end()
    for (const stream of ['a', 'a', 'b', 'b', 'c']) await node.publish(stream, 'abc')
    const pos = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, [welcome['streams'][name][0], 0]]))
    const again = await openSession({ pos })
    const states = Object.values(again.welcome['streams'] as Record<string, unknown[]>).map((at) => at.slice(2))
    expect(states).toEqual([['resumed'], ['resumed'], ['lost', 'limit']])
    expect(again.socket.framesOf('msg')).toHaveLength(4)
  })

  test('are not exceeded by the reads that run at once before the sizes are known', async () => {
    const memory = memoryStore()
    let reads = 0
    const gate = deferred()
    const store: Store = {
      ...memory,
      read: async (...given) => {
        if (given[2].messages > 0) {
          reads++
          await gate.promise
        }
        return memory.read(...given)
      },
    }
    const { openSession, connect, node } = createTestNode({ store })
    const names = namesOf(100)
    const { welcome, socket } = await openSession({ sub: names })
    socket.end()
    for (const name of names) await node.publish(name, 'text')
    const again = connect()
    again.clientSends({
      t: 'hello',
      v: 1,
      pos: Object.fromEntries(names.map((name) => [name, [welcome['streams'][name][0], 0]])),
    })
    await settle()
    expect(reads).toBe(8)
    gate.resolve()
    await settle()
    expect(again.framesOf('msg')).toHaveLength(100)
  })
})
