/** Going on with streams: all of what was missed or a word that it is lost, with nothing between and nothing twice. */

import { describe, expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Feed, Store } from '../src/store/store.ts'
import { settle, stage } from './support/testNode.ts'

const offsets = (frames: readonly Record<string, unknown>[]): unknown[] => frames.map(({ off }) => off)

/** A memory whose reads wait for the test, and whose feeds it can block. */
const held = (): {
  store: Store
  reads: (() => void)[]
  hold: boolean
  deaf: boolean
  feeds: Feed[]
  doubt: () => void
} => {
  const store = memoryStore()
  const doubts: (() => void)[] = []
  const state = {
    reads: [] as (() => void)[],
    hold: false,
    deaf: false,
    feeds: [] as Feed[],
    doubt: () => doubts.forEach((doubt) => doubt()),
    store: {
      ...store,
      follow: (stream: string, feed: Feed) => {
        state.feeds.push(feed)
        return store.follow(stream, (epoch, message) => {
          if (!state.deaf) feed(epoch, message)
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

describe('R1', () => {
  test('what is published while the history is being read comes after the replay, once', async () => {
    const state = held()
    const { node, connect, enter } = stage({ store: state.store })
    const first = await enter({ sub: ['a'] })
    first.socket.end()
    await node.publish('a', 1)
    state.hold = true
    const socket = connect()
    socket.say({ t: 'hello', v: 1, pos: { a: [first.welcome['streams'].a[0], 0] } })
    await settle()
    await node.publish('a', 2)
    await node.publish('a', 3)
    expect(socket.frames).toEqual([])
    state.hold = false
    for (const read of state.reads) read()
    await settle()
    await node.publish('a', 4)
    expect(socket.frames.map(({ t }) => t as string)).toEqual(['welcome', 'msg', 'msg', 'msg', 'msg'])
    expect(socket.of('welcome')).toMatchObject([{ streams: { a: [expect.any(String), 1, 'resumed'] } }])
    expect(socket.of('msg').map(({ off, re }) => [off, re ?? 0] as const)).toEqual([
      [1, 1],
      [2, 0],
      [3, 0],
      [4, 0],
    ])
  })

  test('what was heard and is in the history as well comes once', async () => {
    const state = held()
    const { node, connect, enter } = stage({ store: state.store })
    const watcher = await enter({ sub: ['a'] })
    const epoch = watcher.welcome['streams'].a[0] as string
    const socket = connect()
    const { store } = state
    const { read } = store
    store.read = async (...given) => {
      await node.publish('a', 'meanwhile')
      store.read = read
      return await read(...given)
    }
    socket.say({ t: 'hello', v: 1, pos: { a: [epoch, 0] } })
    await settle()
    expect(offsets(socket.of('msg'))).toEqual([1])
    expect(offsets(watcher.socket.of('msg'))).toEqual([1])
  })

  test('more meanwhile than is kept back: read again, still without a gap', async () => {
    const state = held()
    const { node, connect, enter } = stage({ store: state.store, limits: { replayMessages: 10 } })
    const first = await enter({ sub: ['a'] })
    first.socket.end()
    state.hold = true
    const socket = connect()
    socket.say({ t: 'hello', v: 1, pos: { a: [first.welcome['streams'].a[0], 0] } })
    await settle()
    for (let n = 1; n <= 12; n++) await node.publish('a', n)
    state.hold = false
    for (const read of state.reads) read()
    await settle()
    // Twelve are beyond the limit of ten: lost, and said so, instead of ten and a gap.
    expect(socket.of('welcome')).toMatchObject([{ streams: { a: [expect.any(String), 12, 'lost', 'limit'] } }])
    await node.publish('a', 13)
    expect(offsets(socket.of('msg'))).toEqual([13])
  })
})

describe('what becomes of a position', () => {
  const missed = async (count: number, store = memoryStore()) => {
    const scene = stage({ store })
    const { socket, welcome } = await scene.enter({ sub: ['a'] })
    socket.end()
    for (let n = 1; n <= count; n++) await scene.node.publish('a', n)
    return { ...scene, epoch: welcome['streams'].a[0] as string, store }
  }

  test('none: fresh, at the top, without a replay', async () => {
    const { enter, epoch } = await missed(3)
    const { socket, welcome } = await enter({ sub: ['a'] })
    expect(welcome['streams']).toEqual({ a: [epoch, 3, 'fresh'] })
    expect(socket.of('msg')).toEqual([])
  })

  test('within the history: resumed, all of it', async () => {
    const { enter, epoch } = await missed(300)
    const { socket, welcome } = await enter({ pos: { a: [epoch, 0] } })
    expect(welcome['streams']).toEqual({ a: [epoch, 300, 'resumed'] })
    expect(offsets(socket.of('msg'))).toEqual(Array.from({ length: 300 }, (_, index) => index + 1))
  })

  test('at the top: resumed, with nothing', async () => {
    const { enter, epoch } = await missed(3)
    const { socket, welcome } = await enter({ pos: { a: [epoch, 3] } })
    expect(welcome['streams']).toEqual({ a: [epoch, 3, 'resumed'] })
    expect(socket.of('msg')).toEqual([])
  })

  test('R2: before the history: lost, trimmed, and not a part of it', async () => {
    const { enter, epoch } = await missed(301)
    const { socket, welcome } = await enter({ pos: { a: [epoch, 0] } })
    expect(welcome['streams']).toEqual({ a: [epoch, 301, 'lost', 'trimmed'] })
    expect(socket.of('msg')).toEqual([])
  })

  test('R2: above the limit of a replay, in messages and in bytes, over all streams', async () => {
    const store = memoryStore()
    const { enter, node } = stage({ store, limits: { replayMessages: 5, replayBytes: 1000 } })
    const { welcome } = await enter({ sub: ['a', 'b', 'c'] })
    const at = (stream: string) => [welcome['streams'][stream][0], 0]
    for (let n = 0; n < 3; n++) await node.publish('a', n)
    for (let n = 0; n < 3; n++) await node.publish('b', n)
    await node.publish('c', 'x'.repeat(1000))
    const { socket, welcome: again } = await enter({ pos: { a: at('a'), b: at('b'), c: at('c') } })
    const states = Object.entries(again['streams'] as Record<string, unknown[]>).map(([name, [, , ...state]]) => [
      name,
      ...state,
    ])
    expect(states).toEqual([
      ['a', 'resumed'],
      ['b', 'lost', 'limit'],
      ['c', 'lost', 'limit'],
    ])
    expect(socket.of('msg').map(({ s }) => s as string)).toEqual(['a', 'a', 'a'])
  })

  test('R3: of another epoch: lost, whatever the numbers say', async () => {
    const { enter, epoch } = await missed(3)
    const { socket, welcome } = await enter({ pos: { a: [`${epoch}x`, 2] } })
    expect(welcome['streams']).toEqual({ a: [epoch, 3, 'lost', 'epoch'] })
    expect(socket.of('msg')).toEqual([])
  })

  test('R4: above the top: lost, ahead', async () => {
    const { enter, epoch, node } = await missed(3)
    const { socket, welcome } = await enter({ pos: { a: [epoch, 4] } })
    expect(welcome['streams']).toEqual({ a: [epoch, 3, 'lost', 'ahead'] })
    await node.publish('a', 4)
    expect(offsets(socket.of('msg'))).toEqual([4])
  })

  test('positions are good without the session, too', async () => {
    const { enter, epoch } = await missed(2)
    const { socket, welcome } = await enter({ sid: 'gone', key: 'gone', pos: { a: [epoch, 1] } })
    expect(welcome['resumed']).toBe(false)
    expect(offsets(socket.of('msg'))).toEqual([2])
  })

  test('what authorize forbids is denied and never heard; the rest is joined', async () => {
    const { enter, node } = stage({ authorize: async (_, stream) => stream !== 'secret' })
    const { socket, welcome } = await enter({ sub: ['secret', 'open'] })
    expect(welcome['streams']).toEqual({ open: [expect.any(String), 0, 'fresh'], secret: ['-', 0, 'lost', 'denied'] })
    await node.publish('secret', 1)
    await node.publish('open', 2)
    socket.say({ t: 'sub', stream: 'secret' })
    await settle()
    expect(socket.of('sub')).toEqual([{ t: 'sub', s: 'secret', at: ['-', 0, 'lost', 'denied'] }])
    expect(socket.of('msg').map(({ d }) => d as number)).toEqual([2])
  })

  test('an authorize that throws ends the link, and gives nothing away', async () => {
    const { connect, errors } = stage({
      authorize: () => {
        throw new Error('the database')
      },
    })
    const socket = connect()
    socket.say({ t: 'hello', v: 1, sub: ['a'] })
    await settle()
    expect(socket.closed).toEqual({ code: 1011, reason: 'the server has failed' })
    expect(errors.map(({ message }) => message)).toEqual(['the database'])
  })
})

describe('sub and unsub', () => {
  test('begin, go on and end a stream while the link lives', async () => {
    const { enter, node } = stage()
    const { socket } = await enter()
    socket.say({ t: 'sub', stream: 'a' })
    await settle()
    await node.publish('a', 1)
    socket.say({ t: 'unsub', stream: 'a' })
    await settle()
    await node.publish('a', 2)
    const [{ at } = {}] = socket.of('sub')
    socket.say({ t: 'sub', stream: 'a', pos: [(at as string[])[0], 1] })
    await settle()
    await node.publish('a', 3)
    expect(socket.of('sub').map(({ at }) => (at as unknown[]).slice(1))).toEqual([
      [0, 'fresh'],
      [2, 'resumed'],
    ])
    expect(socket.of('msg').map(({ off, re }) => [off, re ?? 0] as const)).toEqual([
      [1, 0],
      [2, 1],
      [3, 0],
    ])
    expect(node.stats().streams).toBe(1)
  })

  test('quickly one after the other end as the last one says', async () => {
    const { enter, node } = stage()
    const { socket } = await enter()
    for (const t of ['sub', 'unsub', 'sub', 'sub', 'unsub']) socket.say({ t, stream: 'a' })
    await settle()
    await node.publish('a', 1)
    expect(socket.of('msg')).toEqual([])
    expect(node.stats().streams).toBe(0)
  })

  test('the application joins and leaves for the client, and is told of all', async () => {
    const { enter, node } = stage()
    const log: unknown[] = []
    node.on('join', ({ streams }, stream) => log.push(['join', stream, streams]))
    node.on('leave', (_, stream) => log.push(['leave', stream]))
    node.on('connection', (connection) => void connection.join('lobby'))
    const { socket } = await enter({ sub: ['a'] })
    await settle()
    expect(socket.of('sub')).toMatchObject([{ s: 'lobby', at: [expect.any(String), 0, 'fresh'] }])
    socket.say({ t: 'unsub', stream: 'a' })
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
    'in %s: 1011, others are served, and the next try succeeds',
    async (method) => {
      const store = memoryStore()
      const real = store[method] as () => Promise<never>
      const { enter, connect, node, errors } = stage({ store })
      const { socket, welcome } = await enter({ sub: ['a'] })
      const { sid, key, streams } = welcome
      socket.end()
      const other = await enter({ sub: ['other'] })
      Object.assign(store, { [method]: () => Promise.reject(new Error('down')) })
      const failing = connect()
      const hello = { t: 'hello', v: 1, ...(method !== 'addSession' && { sid, key }), pos: { a: [streams.a[0], 0] } }
      failing.say(hello)
      await settle()
      expect(failing.closed).toEqual({ code: 1011, reason: 'the server has failed' })
      expect(errors.map(({ message }) => message)).toEqual(['down'])
      Object.assign(store, { [method]: real })
      await node.publish('other', 'served')
      await node.publish('a', 'kept')
      expect(other.socket.of('msg')).toMatchObject([{ d: 'served' }])
      failing.end()
      const next = await enter({ ...hello })
      expect(next.socket.of('msg')).toMatchObject([{ s: 'a', d: 'kept', re: 1 }])
    },
  )

  test('in publish: it rejects, and nobody has heard anything', async () => {
    const store = memoryStore()
    const { enter, node } = stage({ store })
    const { socket } = await enter({ sub: ['a'] })
    const { publish } = store
    store.publish = () => Promise.reject(new Error('down'))
    await expect(node.publish('a', 1)).rejects.toThrow('down')
    store.publish = publish
    await node.publish('a', 2)
    expect(socket.of('msg')).toEqual([{ t: 'msg', s: 'a', off: 1, d: 2 }])
  })
})

describe('a store that forgets to tell', () => {
  test('a gap in what is heard is made up for from the history, in order', async () => {
    const state = held()
    const { enter, node } = stage({ store: state.store })
    const { socket } = await enter({ sub: ['a'] })
    await node.publish('a', 1)
    state.deaf = true
    await node.publish('a', 2)
    await node.publish('a', 3)
    state.deaf = false
    await node.publish('a', 4)
    await settle()
    expect(offsets(socket.of('msg'))).toEqual([1, 2, 3, 4])
  })

  test('a last message that was not told comes when the store is in doubt', async () => {
    const state = held()
    const { enter, node } = stage({ store: state.store })
    const { socket } = await enter({ sub: ['a'] })
    state.deaf = true
    await node.publish('a', 1)
    state.doubt()
    await settle()
    expect(offsets(socket.of('msg'))).toEqual([1])
  })

  test('doubled messages are said once', async () => {
    const state = held()
    const { enter, node } = stage({ store: state.store })
    const { socket, welcome } = await enter({ sub: ['a'] })
    await node.publish('a', 1)
    const epoch = welcome['streams'].a[0] as string
    state.feeds[0]!(epoch, { offset: 1, data: '1' })
    await node.publish('a', 2)
    state.feeds[0]!(epoch, { offset: 1, data: '1' })
    expect(offsets(socket.of('msg'))).toEqual([1, 2])
  })

  test('a gap that the history cannot fill is a reset for all, before anything later', async () => {
    const state = held()
    const { enter, node } = stage({ store: state.store })
    const { socket, welcome } = await enter({ sub: ['a'] })
    state.deaf = true
    for (let n = 1; n <= 400; n++) await node.publish('a', n)
    state.deaf = false
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

  test('a new life of the stream is a reset with the new epoch', async () => {
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
    const { enter, node } = stage({ store })
    const { socket, welcome } = await enter({ sub: ['a'] })
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

  test('a history that cannot be read is asked for again until it can', async () => {
    const state = held()
    const { enter, node, clock } = stage({ store: state.store })
    const { socket } = await enter({ sub: ['a'] })
    const { read } = state.store
    state.deaf = true
    await node.publish('a', 1)
    state.deaf = false
    state.store.read = () => Promise.reject(new Error('down'))
    await node.publish('a', 2)
    await clock.run(3000)
    await node.publish('a', 3)
    state.store.read = read
    await clock.run(1000)
    expect(offsets(socket.of('msg'))).toEqual([1, 2, 3])
  })
})
