/** Resuming streams: all missed messages or an announced loss, without gaps and without duplicates. */

import { describe, expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Feed, Store } from '../src/store/store.ts'
import { createTestNode, settle } from './support/testNode.ts'

const offsets = (frames: readonly Record<string, unknown>[]): unknown[] => frames.map(({ off }) => off)

/** A memory store whose reads wait for the test, and whose feeds the test can block. */
const held = (): {
  store: Store
  reads: (() => void)[]
  hold: boolean
  ignoresInput: boolean
  feeds: Feed[]
  doubt: () => void
} => {
  const store = memoryStore()
  const doubts: (() => void)[] = []
  const state = {
    reads: [] as (() => void)[],
    hold: false,
    ignoresInput: false,
    feeds: [] as Feed[],
    doubt: () => doubts.forEach((doubt) => doubt()),
    store: {
      ...store,
      follow: (stream: string, feed: Feed) => {
        state.feeds.push(feed)
        return store.follow(stream, (epoch, message) => {
          if (!state.ignoresInput) feed(epoch, message)
        })
      },
      read: async (...given: Parameters<Store['read']>) => {
        const history = await store.read(...given)
        if (state.hold) await new Promise<void>((resolve) => state.reads.push(resolve))
        return history
      },
      onPossibleGap: (listener: () => void) => {
        doubts.push(listener)
        return () => undefined
      },
    },
  }
  return state
}

describe('R1: replay and live messages', () => {
  test('a message that is published while the history is read arrives after the replay, once', async () => {
    const state = held()
    const { node, connect, openSession } = createTestNode({ store: state.store })
    const first = await openSession({ sub: ['a'] })
    first.socket.end()
    await node.publish('a', 1)
    state.hold = true
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, pos: { a: [first.welcome['streams'].a[0], 0] } })
    await settle()
    await node.publish('a', 2)
    await node.publish('a', 3)
    expect(socket.frames).toEqual([])
    state.hold = false
    for (const read of state.reads) read()
    await settle()
    await node.publish('a', 4)
    expect(socket.frames.map(({ t }) => t as string)).toEqual(['welcome', 'msg', 'msg', 'msg', 'msg'])
    expect(socket.framesOf('welcome')).toMatchObject([{ streams: { a: [expect.any(String), 1, 'resumed'] } }])
    expect(socket.framesOf('msg').map(({ off, re }) => [off, re ?? 0] as const)).toEqual([
      [1, 1],
      [2, 0],
      [3, 0],
      [4, 0],
    ])
  })

  test('a message that is both live and in the history arrives once', async () => {
    const state = held()
    const { node, connect, openSession } = createTestNode({ store: state.store })
    const watcher = await openSession({ sub: ['a'] })
    const epoch = watcher.welcome['streams'].a[0] as string
    const socket = connect()
    const { store } = state
    const { read } = store
    store.read = async (...given) => {
      await node.publish('a', 'meanwhile')
      store.read = read
      return await read(...given)
    }
    socket.clientSends({ t: 'hello', v: 1, pos: { a: [epoch, 0] } })
    await settle()
    expect(offsets(socket.framesOf('msg'))).toEqual([1])
    expect(offsets(watcher.socket.framesOf('msg'))).toEqual([1])
  })

  test('when the buffer for live messages overflows, the history is read again without a gap', async () => {
    const state = held()
    const { node, connect, openSession } = createTestNode({ store: state.store, limits: { replayMessages: 10 } })
    const first = await openSession({ sub: ['a'] })
    first.socket.end()
    state.hold = true
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, pos: { a: [first.welcome['streams'].a[0], 0] } })
    await settle()
    for (let n = 1; n <= 12; n++) await node.publish('a', n)
    state.hold = false
    for (const read of state.reads) read()
    await settle()
    // Twelve messages are above the limit of ten, so the result is `lost` instead of ten messages and a gap.
    expect(socket.framesOf('welcome')).toMatchObject([{ streams: { a: [expect.any(String), 12, 'lost', 'limit'] } }])
    await node.publish('a', 13)
    expect(offsets(socket.framesOf('msg'))).toEqual([13])
  })
})

describe('the result of a resume', () => {
  const missed = async (count: number, store = memoryStore()) => {
    const scene = createTestNode({ store })
    const { socket, welcome } = await scene.openSession({ sub: ['a'] })
    socket.end()
    for (let n = 1; n <= count; n++) await scene.node.publish('a', n)
    return { ...scene, epoch: welcome['streams'].a[0] as string, store }
  }

  test('is fresh without a position, and nothing is replayed', async () => {
    const { openSession, epoch } = await missed(3)
    const { socket, welcome } = await openSession({ sub: ['a'] })
    expect(welcome['streams']).toEqual({ a: [epoch, 3, 'fresh'] })
    expect(socket.framesOf('msg')).toEqual([])
  })

  test('is resumed for a position within the history, with all later messages', async () => {
    const { openSession, epoch } = await missed(300)
    const { socket, welcome } = await openSession({ pos: { a: [epoch, 0] } })
    expect(welcome['streams']).toEqual({ a: [epoch, 300, 'resumed'] })
    expect(offsets(socket.framesOf('msg'))).toEqual(Array.from({ length: 300 }, (_, index) => index + 1))
  })

  test('is resumed for the newest position, without a replay', async () => {
    const { openSession, epoch } = await missed(3)
    const { socket, welcome } = await openSession({ pos: { a: [epoch, 3] } })
    expect(welcome['streams']).toEqual({ a: [epoch, 3, 'resumed'] })
    expect(socket.framesOf('msg')).toEqual([])
  })

  test('is lost (trimmed) for a position before the history, without a partial replay (R2)', async () => {
    const { openSession, epoch, node } = await missed(301)
    const { socket, welcome } = await openSession({ pos: { a: [epoch, 0] } })
    expect(welcome['streams']).toEqual({ a: [epoch, 301, 'lost', 'trimmed'] })
    expect(socket.framesOf('msg')).toEqual([])
    expect(node.stats().losts).toBe(1)
  })

  test('is lost (limit) above the replay limits for messages and bytes over all streams (R2)', async () => {
    const store = memoryStore()
    const { openSession, node } = createTestNode({ store, limits: { replayMessages: 5, replayBytes: 1000 } })
    const { welcome } = await openSession({ sub: ['a', 'b', 'c'] })
    const at = (stream: string) => [welcome['streams'][stream][0], 0]
    for (let n = 0; n < 3; n++) await node.publish('a', n)
    for (let n = 0; n < 3; n++) await node.publish('b', n)
    await node.publish('c', 'x'.repeat(1000))
    const { socket, welcome: again } = await openSession({ pos: { a: at('a'), b: at('b'), c: at('c') } })
    const states = Object.entries(again['streams'] as Record<string, unknown[]>).map(([name, [, , ...state]]) => [
      name,
      ...state,
    ])
    expect(states).toEqual([
      ['a', 'resumed'],
      ['b', 'lost', 'limit'],
      ['c', 'lost', 'limit'],
    ])
    expect(socket.framesOf('msg').map(({ s }) => s as string)).toEqual(['a', 'a', 'a'])
  })

  test('is lost (epoch) for a position of another epoch, whatever its offset is (R3)', async () => {
    const { openSession, epoch } = await missed(3)
    const { socket, welcome } = await openSession({ pos: { a: [`${epoch}x`, 2] } })
    expect(welcome['streams']).toEqual({ a: [epoch, 3, 'lost', 'epoch'] })
    expect(socket.framesOf('msg')).toEqual([])
  })

  test('is lost (ahead) for a position above the newest one (R4)', async () => {
    const { openSession, epoch, node } = await missed(3)
    const { socket, welcome } = await openSession({ pos: { a: [epoch, 4] } })
    expect(welcome['streams']).toEqual({ a: [epoch, 3, 'lost', 'ahead'] })
    await node.publish('a', 4)
    expect(offsets(socket.framesOf('msg'))).toEqual([4])
  })

  test('does not depend on the session: positions can be resumed in a new one', async () => {
    const { openSession, epoch } = await missed(2)
    const { socket, welcome } = await openSession({ sid: 'gone', key: 'gone', pos: { a: [epoch, 1] } })
    expect(welcome['resumed']).toBe(false)
    expect(offsets(socket.framesOf('msg'))).toEqual([2])
  })

  test('is denied for a stream that authorize forbids, and the other streams are joined', async () => {
    const { openSession, node } = createTestNode({ authorize: async (_, stream) => stream !== 'secret' })
    const { socket, welcome } = await openSession({ sub: ['secret', 'open'] })
    expect(welcome['streams']).toEqual({ open: [expect.any(String), 0, 'fresh'], secret: ['-', 0, 'lost', 'denied'] })
    await node.publish('secret', 1)
    await node.publish('open', 2)
    socket.clientSends({ t: 'sub', stream: 'secret' })
    await settle()
    expect(socket.framesOf('sub')).toEqual([{ t: 'sub', s: 'secret', at: ['-', 0, 'lost', 'denied'] }])
    expect(socket.framesOf('msg').map(({ d }) => d as number)).toEqual([2])
  })

  test('is not sent if authorize throws: the link is closed without details', async () => {
    const { connect, errors } = createTestNode({
      authorize: () => {
        throw new Error('the database')
      },
    })
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, sub: ['a'] })
    await settle()
    expect(socket.closed).toEqual({ code: 1011, reason: 'the server has failed' })
    expect(errors.map(({ message }) => message)).toEqual(['authorize: the database'])
  })
})

describe('sub and unsub', () => {
  test('start, resume and leave a stream on an open link', async () => {
    const { openSession, node } = createTestNode()
    const { socket } = await openSession()
    socket.clientSends({ t: 'sub', stream: 'a' })
    await settle()
    await node.publish('a', 1)
    socket.clientSends({ t: 'unsub', stream: 'a' })
    await settle()
    await node.publish('a', 2)
    const [{ at } = {}] = socket.framesOf('sub')
    socket.clientSends({ t: 'sub', stream: 'a', pos: [(at as string[])[0], 1] })
    await settle()
    await node.publish('a', 3)
    expect(socket.framesOf('sub').map(({ at }) => (at as unknown[]).slice(1))).toEqual([
      [0, 'fresh'],
      [2, 'resumed'],
    ])
    expect(socket.framesOf('msg').map(({ off, re }) => [off, re ?? 0] as const)).toEqual([
      [1, 0],
      [2, 1],
      [3, 0],
    ])
    expect(node.stats().streams).toBe(1)
  })

  test('in quick succession leave the stream in the state of the last one', async () => {
    const { openSession, node } = createTestNode()
    const { socket } = await openSession()
    for (const t of ['sub', 'unsub', 'sub', 'sub', 'unsub']) socket.clientSends({ t, stream: 'a' })
    await settle()
    await node.publish('a', 1)
    expect(socket.framesOf('msg')).toEqual([])
    expect(node.stats().streams).toBe(0)
  })

  test('can be done by the application, and each change emits join or leave', async () => {
    const { openSession, node } = createTestNode()
    const log: unknown[] = []
    node.on('join', ({ streams }, stream) => log.push(['join', stream, streams]))
    node.on('leave', (_, stream) => log.push(['leave', stream]))
    node.on('connection', (connection) => void connection.join('lobby'))
    const { socket } = await openSession({ sub: ['a'] })
    await settle()
    expect(socket.framesOf('sub')).toMatchObject([{ s: 'lobby', at: [expect.any(String), 0, 'fresh'] }])
    socket.clientSends({ t: 'unsub', stream: 'a' })
    await settle()
    socket.end()
    expect(log).toEqual([
      ['join', 'a', ['a']],
      ['join', 'lobby', ['a', 'lobby']],
      ['leave', 'a'],
      ['leave', 'lobby'],
    ])
  })
})

describe('a store that fails', () => {
  test.each(['getSession', 'takeSession', 'addSession', 'read', 'follow'] as const)(
    'closes the link with 1011 if %s fails, serves other clients, and the next attempt succeeds',
    async (method) => {
      const store = memoryStore()
      const real = store[method] as () => Promise<never>
      const { openSession, connect, node, errors } = createTestNode({ store })
      const { socket, welcome } = await openSession({ sub: ['a'] })
      const { sid, key, streams } = welcome
      socket.end()
      const other = await openSession({ sub: ['other'] })
      Object.assign(store, { [method]: () => Promise.reject(new Error('down')) })
      const failing = connect()
      const hello = { t: 'hello', v: 1, ...(method !== 'addSession' && { sid, key }), pos: { a: [streams.a[0], 0] } }
      failing.clientSends(hello)
      await settle()
      expect(failing.closed).toEqual({ code: 1011, reason: 'the server has failed' })
      expect(errors.map(({ message }) => message)).toEqual(['down'])
      Object.assign(store, { [method]: real })
      await node.publish('other', 'served')
      await node.publish('a', 'kept')
      expect(other.socket.framesOf('msg')).toMatchObject([{ d: 'served' }])
      failing.end()
      const next = await openSession({ ...hello })
      expect(next.socket.framesOf('msg')).toMatchObject([{ s: 'a', d: 'kept', re: 1 }])
    },
  )

  test('rejects publish, and no client receives the message', async () => {
    const store = memoryStore()
    const { openSession, node } = createTestNode({ store })
    const { socket } = await openSession({ sub: ['a'] })
    const { publish } = store
    store.publish = () => Promise.reject(new Error('down'))
    await expect(node.publish('a', 1)).rejects.toThrow('down')
    store.publish = publish
    await node.publish('a', 2)
    expect(socket.framesOf('msg')).toEqual([{ t: 'msg', s: 'a', off: 1, d: 2 }])
  })
})

describe('a store that loses notifications', () => {
  test('a gap between live messages is filled from the history, in order', async () => {
    const state = held()
    const { openSession, node } = createTestNode({ store: state.store })
    const { socket } = await openSession({ sub: ['a'] })
    await node.publish('a', 1)
    state.ignoresInput = true
    await node.publish('a', 2)
    await node.publish('a', 3)
    state.ignoresInput = false
    await node.publish('a', 4)
    await settle()
    expect(offsets(socket.framesOf('msg'))).toEqual([1, 2, 3, 4])
  })

  test('the lost last message of each stream is sent when the store reports a possible gap', async () => {
    const state = held()
    const { openSession, node } = createTestNode({ store: state.store })
    const { socket } = await openSession({ sub: ['a', 'b'] })
    state.ignoresInput = true
    await node.publish('a', 1)
    await node.publish('b', 2)
    state.doubt()
    await settle()
    expect(socket.framesOf('msg')).toMatchObject([
      { s: 'a', off: 1, d: 1 },
      { s: 'b', off: 1, d: 2 },
    ])
  })

  test('a message that the store delivers twice is sent once', async () => {
    const state = held()
    const { openSession, node } = createTestNode({ store: state.store })
    const { socket, welcome } = await openSession({ sub: ['a'] })
    await node.publish('a', 1)
    const epoch = welcome['streams'].a[0] as string
    state.feeds[0]!(epoch, { offset: 1, data: '1' })
    await node.publish('a', 2)
    state.feeds[0]!(epoch, { offset: 1, data: '1' })
    expect(offsets(socket.framesOf('msg'))).toEqual([1, 2])
  })

  test('a gap that the history cannot fill resets all clients before any later message', async () => {
    const state = held()
    const { openSession, node } = createTestNode({ store: state.store })
    const { socket, welcome } = await openSession({ sub: ['a'] })
    state.ignoresInput = true
    for (let n = 1; n <= 400; n++) await node.publish('a', n)
    state.ignoresInput = false
    await node.publish('a', 401)
    await settle()
    await node.publish('a', 402)
    const epoch = welcome['streams'].a[0] as string
    expect(socket.frames.slice(1)).toEqual([
      { t: 'reset', s: 'a', epoch, off: 401, why: 'trimmed' },
      { t: 'msg', s: 'a', off: 402, d: 402 },
    ])
    expect(node.stats().losts).toBe(1)
  })

  test('a new epoch of the stream resets all clients', async () => {
    const stores = [memoryStore(), memoryStore()]
    let current = 0
    const feeds: Feed[] = []
    const store: Store = {
      ...stores[0]!,
      follow: async (stream, feed) => {
        feeds.push(feed)
        const leave = await Promise.all(stores.map((one) => one.follow(stream, feed)))
        return () => leave.forEach((off) => off())
      },
      read: (...given) => stores[current]!.read(...given),
      publish: (...given) => stores[current]!.publish(...given),
    }
    const { openSession, node } = createTestNode({ store })
    const { socket, welcome } = await openSession({ sub: ['a'] })
    await node.publish('a', 1)
    current = 1
    const { epoch } = await node.publish('a', 'new life')
    await settle()
    await node.publish('a', 'second')
    expect(epoch).not.toBe(welcome['streams'].a[0])
    expect(socket.frames.slice(2)).toEqual([
      { t: 'reset', s: 'a', epoch, off: 1, why: 'epoch' },
      { t: 'msg', s: 'a', off: 2, d: 'second' },
    ])
  })

  test('a failed read of the history is repeated until it succeeds', async () => {
    const state = held()
    const { openSession, node, clock } = createTestNode({ store: state.store })
    const { socket } = await openSession({ sub: ['a'] })
    const { read } = state.store
    state.ignoresInput = true
    await node.publish('a', 1)
    state.ignoresInput = false
    state.store.read = () => Promise.reject(new Error('down'))
    await node.publish('a', 2)
    await clock.run(3000)
    await node.publish('a', 3)
    state.store.read = read
    await clock.run(1000)
    expect(offsets(socket.framesOf('msg'))).toEqual([1, 2, 3])
  })
})
