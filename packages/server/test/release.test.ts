/** Everything that the server holds for a client, an upgrade or a listener is released, however it ends. */

import { once } from 'node:events'
import { type IncomingMessage, createServer } from 'node:http'
import { type AddressInfo, type Socket, connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { createFakeClock } from '@holdfast/core/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type HubOptions, createHub } from '../src/hub.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { createTtlMap } from '../src/store/memory/ttlMap.ts'
import type { Store } from '../src/store/store.ts'
import { deferred } from './support/deferred.ts'
import { dial } from './support/dial.ts'
import { createTestNode, settle } from './support/testNode.ts'

const HOST = '127.0.0.1'

const startHub = async (options: HubOptions = {}) => {
  const hub = createHub({ port: 0, host: HOST, ...options })
  onTestFinished(() => hub.close())
  await hub.ready
  return { hub, url: `ws://${HOST}:${hub.port}` }
}

/** A hub on a server of the application. */
const startShared = async (options: HubOptions = {}) => {
  const server = createServer()
  const hub = createHub({ server, ...options })
  onTestFinished(async () => {
    await hub.close()
    server.close()
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  return { hub, server }
}

/** An `authenticate` whose answers the test gives. */
const createAuthenticate = () => {
  const answers: ((user: { id: string }) => void)[] = []
  let asked = (): void => undefined
  const authenticate = (): Promise<{ id: string }> =>
    new Promise((resolve) => {
      answers.push(resolve)
      asked()
    })
  /** Resolves when `authenticate` has been called so many times. */
  const calls = async (count: number): Promise<void> => {
    while (answers.length < count) {
      await new Promise<void>((resolve) => {
        asked = resolve
      })
    }
  }
  return { authenticate, answers, calls }
}

/** Sends the upgrade of a plain client over a TCP socket that the test can reset. */
const upgradeByHand = (port: number, path: string): Socket => {
  const client = connectTcp(port, HOST)
  client.write(
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  )
  return client
}

const dialPlain = (url: string): ReturnType<typeof dial> => dial(url, [])
/** Resolves with the text of the failure of a dial. */
const failureOf = (dialled: Promise<unknown>): Promise<string> =>
  dialled.then(
    () => 'open',
    (error: Error) => error.message,
  )

describe('an upgrade of a plain client', () => {
  test('is not cut after the time for `hello` once it was accepted', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { url } = await startHub()
    const { socket } = await dialPlain(url)
    vi.advanceTimersByTime(11_000)
    const [answer] = await Promise.all([Promise.race([once(socket, 'close'), once(socket, 'pong')]), socket.ping()])
    expect(answer).toHaveLength(1)
  })

  test('that waits for `authenticate` is ended after the time for `hello`', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { authenticate, calls } = createAuthenticate()
    const { url } = await startHub({ authenticate })
    const failure = failureOf(dialPlain(url))
    await calls(1)
    vi.advanceTimersByTime(11_000)
    expect(await failure).not.toBe('open')
  })

  test('releases its place when the connection has closed', async () => {
    const { hub, url } = await startHub({ limits: { connections: 1 } })
    for (let round = 0; round < 3; round++) {
      const closed = new Promise<void>((resolve) => hub.on('close', () => resolve()))
      const { socket } = await dialPlain(url)
      socket.close()
      await closed
    }
    expect(hub.stats()).toMatchObject({ accepted: 3, refused: 0 })
  })

  test('releases its place when it is refused', async () => {
    const { hub, url } = await startHub({ limits: { connections: 1 }, authenticate: () => null })
    for (let round = 0; round < 3; round++) expect(await failureOf(dialPlain(url))).toBe('status 401')
    expect(hub.stats()).toMatchObject({ refusals: { auth: 3, full: 0 } })
  })

  test('that has ended before the answer of the application is not counted as refused', async () => {
    const { authenticate, answers, calls } = createAuthenticate()
    let refuse = (): void => undefined
    const beforeUpgrade = ({ url }: IncomingMessage): boolean | Promise<boolean> =>
      url === '/' || new Promise((resolve) => (refuse = () => resolve(false)))
    const sockets: Duplex[] = []
    const { hub, server } = await startShared({ authenticate, beforeUpgrade })
    server.on('upgrade', (_, socket) => sockets.push(socket))
    for (const path of ['/', '/?slow']) {
      const client = upgradeByHand(hub.port!, path)
      await expect.poll(() => sockets).not.toHaveLength(0)
      if (path === '/') await calls(1)
      const closed = new Promise((resolve) => sockets.pop()!.once('close', resolve))
      client.resetAndDestroy()
      await closed
    }
    refuse()
    answers[0]!(null as never)
    await settle()
    expect(hub.stats()).toMatchObject({ accepted: 0, refused: 0, errors: 0 })
  })

  test('is refused without a call of the application while the hub drains', async () => {
    let calls = 0
    const { hub, url } = await startHub({
      beforeUpgrade: () => {
        calls++
        return true
      },
    })
    await hub.drain({ window: 0 })
    expect(await failureOf(dialPlain(url))).toBe('status 503')
    expect(calls).toBe(0)
  })

  test('takes a place while it waits for `authenticate`', async () => {
    const { authenticate, calls } = createAuthenticate()
    const { url } = await startHub({ authenticate, limits: { connections: 1 } })
    const first = failureOf(dialPlain(url))
    await calls(1)
    expect(await failureOf(dialPlain(url))).toBe('status 503')
    void first
  })

  test.each(['authenticate', 'beforeUpgrade', 'allowedOrigins'])(
    'frees its place when its client has gone, although `%s` hangs',
    async (name) => {
      const asked = deferred()
      const run = (): Promise<never> => {
        asked.resolve()
        return new Promise(() => undefined)
      }
      const { hub } = await startHub({ [name]: run, limits: { connections: 1 } })
      const client = connectTcp(hub.port!, HOST)
      client.write(
        'GET / HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      )
      await asked.promise
      expect(hub.health().reasons).toEqual(['full'])
      client.resetAndDestroy()
      await vi.waitFor(() => expect(hub.health().ready).toBe(true), { interval: 1, timeout: 30_000 })
    },
  )

  test('has one deadline for all functions of the application', async () => {
    const clock = createFakeClock()
    const asked: string[] = []
    const answer = (name: string): Promise<boolean> => {
      asked.push(name)
      // Each answers within the time for `hello`, but not all of them together.
      return new Promise((resolve) => void clock.setTimeout(() => resolve(true), 6000))
    }
    const { hub, url } = await startHub({
      clock,
      allowedOrigins: () => answer('allowedOrigins'),
      beforeUpgrade: () => answer('beforeUpgrade'),
      authenticate: () => answer('authenticate') as never,
    })
    const errors: Error[] = []
    hub.on('error', (error) => errors.push(error))
    const failure = failureOf(dial(url, [], { origin: 'http://a' }))
    await vi.waitFor(() => expect(asked).toHaveLength(1), { interval: 1, timeout: 30_000 })
    await clock.run(6000)
    await vi.waitFor(() => expect(asked).toHaveLength(2), { interval: 1, timeout: 30_000 })
    await clock.run(4000)
    expect(await failure).toBe('status 503')
    expect([asked, errors.map(({ message }) => message)]).toEqual([
      ['allowedOrigins', 'beforeUpgrade'],
      ['beforeUpgrade: no answer within 10000 ms'],
    ])
  })

  test('is ended by close() while it waits for `authenticate`', async () => {
    const { authenticate, calls } = createAuthenticate()
    const { hub, url } = await startHub({ authenticate, limits: { hello: 600_000 } })
    const failure = failureOf(dialPlain(url))
    await calls(1)
    await hub.close()
    expect(await failure).not.toBe('open')
  })

  test('is refused with 503 if the hub began to drain while it waited for `authenticate`', async () => {
    const { authenticate, answers, calls } = createAuthenticate()
    const { hub, url } = await startHub({ authenticate })
    const failure = failureOf(dialPlain(url))
    await calls(1)
    await hub.drain({ window: 0 })
    answers[0]!({ id: 'ann' })
    expect(await failure).toBe('status 503')
  })

  test('a reset socket that waits for `authenticate` ends nothing else', async () => {
    const { authenticate, answers, calls } = createAuthenticate()
    const server = createServer()
    const upgraded = new Promise<Duplex>((resolve) => server.once('upgrade', (_, socket) => resolve(socket)))
    const hub = createHub({ server, authenticate })
    onTestFinished(async () => {
      await hub.close()
      server.close()
    })
    server.listen(0, HOST)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const client = upgradeByHand(port, '/')
    const socket = await upgraded
    await calls(1)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    client.resetAndDestroy()
    await closed
    answers[0]!({ id: 'ann' })
    await settle()
    expect(hub.stats()).toMatchObject({ connections: 0, accepted: 0 })
  })
})

test('close() ends HTTP connections of the own server that are in the middle of a request', async () => {
  const { hub } = await startHub()
  const client = connectTcp(hub.port!, HOST)
  onTestFinished(() => void client.destroy())
  client.on('error', () => undefined)
  await once(client, 'connect')
  await new Promise<void>((resolve) => client.write('GET / HTTP/1.1\r\nHost', () => resolve()))
  await hub.close()
})

/** A memory store that counts its listeners and calls. */
const createCountingStore = (clock = createFakeClock()) => {
  const store = memoryStore({ clock })
  const calls: string[] = []
  let listeners = 0
  const count =
    (subscribe: (listener: never) => () => void) =>
    (listener: never): (() => void) => {
      listeners++
      const unsubscribe = subscribe(listener)
      return () => {
        listeners--
        unsubscribe()
      }
    }
  const counting: Store = {
    ...store,
    onBroadcast: count(store.onBroadcast) as Store['onBroadcast'],
    onDetach: count(store.onDetach) as Store['onDetach'],
    onPresence: count(store.onPresence) as Store['onPresence'],
    onPossibleGap: count(store.onPossibleGap) as Store['onPossibleGap'],
    leave: async (...given) => {
      calls.push('leave')
      await store.leave(...given)
    },
    listPresence: async (stream) => {
      calls.push('list')
      return await store.listPresence(stream)
    },
  }
  return { store: counting, calls, listeners: () => listeners }
}

describe('a node over a store that others use, too', () => {
  test('leaves no listener on the store after close()', async () => {
    const { store, listeners } = createCountingStore()
    const { node } = createTestNode({ store })
    expect(listeners()).toBeGreaterThan(0)
    await node.close()
    expect(listeners()).toBe(0)
  })

  test('reports an outage of that store once, and not its return', async () => {
    let change = (_up: boolean, _error?: Error): void => undefined
    const onStateChange = (listener: typeof change): (() => void) => {
      change = listener
      return () => undefined
    }
    const { errors } = createTestNode({ store: { ...memoryStore(), onStateChange } })
    change(false, new Error('no connection'))
    change(true)
    expect(errors.map(({ message }) => message)).toEqual(['no connection'])
  })

  test('does not close that store', async () => {
    let closes = 0
    const store = { ...memoryStore(), close: async () => void closes++ }
    const { node } = createTestNode({ store })
    await node.close()
    expect(closes).toBe(0)
  })

  test('removes clients in their grace period from presence when it closes, and waits for the store', async () => {
    const { store } = createCountingStore()
    const { node, openSession } = createTestNode({ store, presence: true })
    const { socket } = await openSession({ sub: ['a'] })
    socket.end(1006)
    await settle()
    expect(await store.listPresence('a')).toHaveLength(1)
    const { leave } = store
    let done!: () => void
    store.leave = async (...given) => {
      await new Promise<void>((resolve) => {
        done = resolve
      })
      await leave(...given)
    }
    let isClosed = false
    const closed = node.close().then(() => (isClosed = true))
    await settle()
    expect(isClosed).toBe(false)
    done()
    await closed
    expect(await store.listPresence('a')).toEqual([])
  })

  test('removes a client from presence once only', async () => {
    const { store, calls } = createCountingStore()
    const { node, openSession, clock } = createTestNode({ store, presence: true })
    const { socket } = await openSession({ sub: ['a'] })
    socket.end(1006)
    await clock.run(11_000)
    await settle()
    await node.close()
    expect(calls.filter((call) => call === 'leave')).toHaveLength(1)
  })

  test('asks for no members of a stream that its clients have left', async () => {
    const { store, calls } = createCountingStore()
    const { openSession } = createTestNode({ store, presence: true })
    const { socket } = await openSession({ sub: ['a'] })
    socket.end(1000)
    await settle()
    calls.length = 0
    await store.enter('a', { id: 'other', user: { id: 'ann' } })
    await settle()
    expect(calls).toEqual([])
  })
})

describe('a client', () => {
  test('that leaves a stream has it no longer in its list', async () => {
    const { node, openSession } = createTestNode()
    const lists: (readonly string[])[] = []
    node.on('leave', (connection) => lists.push(connection.streams))
    const { socket } = await openSession({ sub: ['a', 'b'] })
    socket.clientSends({ t: 'unsub', stream: 'a' })
    await settle()
    expect(lists).toEqual([['b']])
  })

  test('that ends while it joins a stream does not join it', async () => {
    const store = memoryStore()
    const { node, openSession } = createTestNode({ store })
    const joined: string[] = []
    node.on('join', (_, stream) => joined.push(stream))
    const { socket } = await openSession({ sub: ['a'] })
    const { follow } = store
    let go!: () => void
    store.follow = async (...given) => {
      await new Promise<void>((resolve) => {
        go = resolve
      })
      return await follow(...given)
    }
    socket.clientSends({ t: 'sub', stream: 'b' })
    await settle()
    socket.end(1006)
    go()
    await settle()
    expect([joined, node.stats().streams]).toEqual([['a'], 0])
  })

  test('that resumes is counted with its replayed messages', async () => {
    const { node, openSession } = createTestNode()
    const { socket, welcome } = await openSession({ sub: ['a'] })
    socket.end(1006)
    await settle()
    for (const message of [1, 2]) await node.publish('a', message)
    const { sid, key, streams } = welcome
    await openSession({ sid, key, pos: { a: [streams.a[0], 0] } })
    await settle()
    expect(node.stats().replayed).toBe(2)
  })
})

describe('the memory store', () => {
  test('calls no listener that was removed', async () => {
    const store = memoryStore({ streams: 1 })
    const calls: string[] = []
    const removals = [
      store.onEvict!(() => void calls.push('evict')),
      store.onBroadcast(() => void calls.push('broadcast')),
      store.onPresence(() => void calls.push('presence')),
      store.onDetach(async () => void calls.push('detach')),
    ]
    const use = async (sessionId: string): Promise<void> => {
      const owner = { node: 'n', link: 1 }
      for (const stream of ['a', 'b']) await store.publish(`${sessionId} ${stream}`, '1')
      await store.broadcast('1')
      await store.enter('a', { id: sessionId, user: { id: 'u' } })
      await store.addSession({ sessionId, keyHash: 'h', user: 'u', last: 0, results: {}, takeovers: 0 }, owner)
      await store.takeSession(sessionId, owner)
    }
    await use('one')
    expect(calls.splice(0)).toEqual(['evict', 'broadcast', 'presence', 'detach'])
    for (const remove of removals) remove()
    await use('two')
    expect(calls).toEqual([])
  })

  test('reports no change of presence if the client that leaves was not there', async () => {
    const store = memoryStore()
    await store.enter('a', { id: '1', user: { id: 'u' } })
    let changes = 0
    store.onPresence(() => void changes++)
    await store.leave('a', '2')
    expect(changes).toBe(0)
  })

  test('does not count the bytes of an evicted stream', async () => {
    const store = memoryStore({ streams: 1, bytes: 100_000 })
    await store.publish('a', `"${'x'.repeat(60_000)}"`)
    await store.publish('b', `"${'x'.repeat(60_000)}"`)
    expect((await store.read('b', 0, { messages: 10, bytes: 100_000 })).messages).toHaveLength(1)
  })

  test('removes the entry that was set least recently when there are too many', () => {
    const clock = createFakeClock()
    const map = createTtlMap<string>(new Map(), clock, 2)
    for (const key of ['a', 'b', 'a', 'c']) map.set(key, key, 1000)
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual(['a', undefined, 'c'])
  })

  test('returns an entry until its time has passed, and not at that time', () => {
    const clock = createFakeClock()
    const entries = createTtlMap<number>(new Map(), clock, 10)
    entries.set('a', 1, 1000)
    clock.advance(999)
    expect(entries.get('a')).toBe(1)
    clock.advance(1)
    expect(entries.get('a')).toBeUndefined()
  })
})
