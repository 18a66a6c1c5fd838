/** `drain` and `close` end within a bounded time, whatever a listener, a callback, the store or a socket does. */

import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { NodeOptions } from '../src/context/hubContext.ts'
import type { HubEvents } from '../src/context/hubEvents.ts'
import { createHub } from '../src/hub.ts'
import type { Store } from '../src/store/store.ts'
import { openSession } from './support/dial.ts'
import { hangingStore } from './support/hangingStore.ts'
import { type TestNode, createTestNode, settle } from './support/testNode.ts'

/** The longest time that `close` may take, in ms. */
const CLOSE_BOUND = 6000

const never = (): Promise<never> => new Promise(() => undefined)
const neverTrue = (): Promise<boolean> => never()

/** Runs the fake clock until the promise has settled. Returns the time that it took, in ms. */
const timeOf = async ({ clock }: TestNode, promise: Promise<unknown>): Promise<number> => {
  let isDone = false
  void promise.finally(() => (isDone = true))
  const startedAt = clock.now()
  await settle()
  while (!isDone && clock.now() - startedAt < 60_000) {
    await clock.run(100)
    await settle()
  }
  return clock.now() - startedAt
}

describe('drain', () => {
  test('stops waiting for a listener that hangs at the deadline, and names the event, the function and the client', async () => {
    const rig = createTestNode()
    rig.node.on('message', async function saveOrder() {
      await never()
    })
    const { socket } = await rig.openSession()
    socket.clientSends({ t: 'send', seq: 1, d: 1 })
    await settle()
    expect(await timeOf(rig, rig.node.drain({ window: 1000, timeout: 3000 }))).toBe(3000)
    expect(rig.errors.map(({ message, name }) => [name, message])).toEqual([
      [
        'UnfinishedError',
        `drain: no longer waits after 3000 ms for the 'message' listener 'saveOrder' for the client ${rig.node.name}:1`,
      ],
    ])
  })

  test('names a listener without a name by its place, and each client on its own', async () => {
    const rig = createTestNode()
    rig.node.on('request', () => undefined)
    rig.node.on('request', () => never())
    for (const _ of [1, 2]) {
      const { socket } = await rig.openSession()
      socket.clientSends({ t: 'send', seq: 1, d: 1, rq: 1 })
    }
    await settle()
    await timeOf(rig, rig.node.drain({ window: 0, timeout: 500 }))
    const nameOf = (number: number): string =>
      `the 'request' listener 'listener 2' for the client ${rig.node.name}:${number}`
    expect(rig.errors[0]?.message).toBe(`drain: no longer waits after 500 ms for ${nameOf(1)}, ${nameOf(2)}`)
  })

  test.each([
    [10, 10, /\d$/],
    [12, 11, /, 2 more$/],
  ])('names at most ten listeners, of %i', async (clients, parts, end) => {
    const rig = createTestNode()
    rig.node.on('message', never)
    for (let client = 0; client < clients; client++) rig.connect(undefined, '').clientSends('1')
    await settle()
    await timeOf(rig, rig.node.drain({ window: 0, timeout: 500 }))
    expect(rig.errors[0]?.message.split(', ')).toHaveLength(parts)
    expect(rig.errors[0]?.message).toMatch(end)
    expect(rig.errors[0]?.message).not.toContain(' 0 more')
  })

  test('names for each client the listener that it waits for', async () => {
    const rig = createTestNode()
    rig.node.on('message', async function saveOrder() {
      await never()
    })
    rig.node.on('request', async function readOrder() {
      await never()
    })
    for (const rq of [0, 1]) {
      const { socket } = await rig.openSession()
      socket.clientSends({ t: 'send', seq: 1, d: 1, rq })
    }
    await settle()
    await timeOf(rig, rig.node.drain({ window: 0, timeout: 500 }))
    expect(rig.errors[0]?.message).toMatch(/'saveOrder' for the client \S+:1, .*'readOrder' for the client \S+:2$/)
  })

  test('has a deadline of 10 s after the window by default', async () => {
    const rig = createTestNode()
    rig.node.on('message', never)
    rig.connect(undefined, '').clientSends('1')
    expect(await timeOf(rig, rig.node.drain({ window: 2000 }))).toBe(12_000)
  })

  test('has a deadline that begins with the call, however long the window is', async () => {
    const rig = createTestNode()
    rig.node.on('message', never)
    for (const _ of [1, 2, 3]) rig.connect(undefined, '').clientSends('1')
    expect(await timeOf(rig, rig.node.drain({ window: 2000, timeout: 5000 }))).toBe(5000)
  })

  test('shortens a window that is longer than the deadline', async () => {
    const rig = createTestNode()
    rig.connect(undefined, '')
    rig.connect(undefined, '')
    expect(await timeOf(rig, rig.node.drain({ window: 5000, timeout: 1000 }))).toBeLessThanOrEqual(1000)
    expect(rig.errors).toEqual([])
  })

  test('rejects an invalid deadline', async () => {
    await expect(createTestNode().node.drain({ timeout: Number.NaN })).rejects.toThrow('timeout: expected ms, got NaN')
  })

  test('reports the store or authorize when a client waits for one of them', async () => {
    const rig = createTestNode({ authorize: neverTrue })
    const { socket } = await rig.openSession()
    socket.clientSends({ t: 'sub', stream: 'news' })
    await settle()
    await timeOf(rig, rig.node.drain({ window: 0, timeout: 500 }))
    expect(rig.errors[0]?.message).toMatch(/ for the store or authorize for the client /)
  })

  test('a drain that close ends reports each listener once', async () => {
    const rig = createTestNode()
    rig.node.on('message', never)
    rig.connect(undefined, '').clientSends('1')
    await settle()
    const draining = rig.node.drain({ window: 60_000 })
    expect(await timeOf(rig, Promise.all([draining, rig.node.close()]))).toBeLessThanOrEqual(CLOSE_BOUND)
    expect(rig.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^close: no longer waits after 2000 ms for the 'message' listener 'never' for the client /),
    ])
  })

  test('close does not repeat the report of a drain', async () => {
    const rig = createTestNode()
    rig.node.on('message', never)
    rig.connect(undefined, '').clientSends('1')
    await settle()
    await timeOf(rig, rig.node.drain({ window: 0, timeout: 500 }))
    await timeOf(rig, rig.node.close())
    expect(rig.errors).toHaveLength(1)
  })
})

/** A node with a session and a plain client, each with a stream, presence and a message that is handled. */
const busyNode = async (options: NodeOptions = {}, prepare?: (rig: TestNode) => void) => {
  const rig = createTestNode({ presence: true, ...options })
  rig.node.on('connection', (connection) => (connection.plain ? connection.join('news') : undefined))
  prepare?.(rig)
  const { socket } = await rig.openSession({ sub: ['news'] })
  const plain = rig.connect(undefined, '')
  await settle()
  return { rig, socket, plain }
}

describe('drain and then close end in time', () => {
  const check = async (rig: TestNode): Promise<void> => {
    expect(await timeOf(rig, rig.node.drain({ window: 100, timeout: 1000 }))).toBeLessThanOrEqual(1000)
    expect(await timeOf(rig, rig.node.close())).toBeLessThanOrEqual(CLOSE_BOUND)
    expect(rig.node.stats()).toMatchObject({ connections: 0, sessions: 0, bufferedBytes: 0 })
  }

  const events = ['connection', 'resume', 'message', 'request', 'close', 'join', 'leave', 'drop', 'error'] as const
  test.each<keyof HubEvents>(events)('when a listener of %s hangs', async (event) => {
    const { rig, socket, plain } = await busyNode({}, ({ node }) => node.on(event, never))
    socket.clientSends({ t: 'send', seq: 1, d: 1 })
    socket.clientSends({ t: 'send', seq: 2, d: 1, rq: 1 })
    plain.clientSends('1')
    rig.connect(undefined, '').clientSends('not JSON')
    await settle()
    await check(rig)
  })

  test.each<[string, NodeOptions]>([
    ['authorize', { authorize: neverTrue }],
    ['authenticate', { authenticate: never }],
  ])('when %s hangs', async (_, options) => {
    const rig = createTestNode(options)
    const socket = rig.connect()
    socket.clientSends({ t: 'hello', v: 1, sub: ['news'] })
    rig.node.on('connection', (connection) => connection.join('news'))
    rig.connect(undefined, '')
    await settle()
    await check(rig)
  })

  const methods: (keyof Store)[] = [
    ...([
      'publish',
      'follow',
      'read',
      'broadcast',
      'addSession',
      'getSession',
      'takeSession',
      'recordApplied',
    ] as const),
    ...(['touchSession', 'endSession', 'claimKey', 'recordKey', 'enter', 'leave', 'listPresence'] as const),
  ]
  test.each(methods)('when %s of the store hangs', async (method) => {
    const { store, hang } = hangingStore()
    const { rig, socket } = await busyNode({ store })
    rig.node.on('message', (message) => rig.node.publish('news', message))
    hang(method)
    socket.clientSends({ t: 'send', seq: 1, d: 1, idem: 'key' })
    socket.clientSends({ t: 'sub', stream: 'other' })
    rig.connect().clientSends({ t: 'hello', v: 1, sid: 'x', key: 'y', sub: ['news'] })
    void rig.node.broadcast(1)
    await settle()
    await check(rig)
  })

  test('when the whole store hangs, and reports what close no longer waits for', async () => {
    const { store, hang } = hangingStore()
    const { rig } = await busyNode({ store })
    hang()
    await check(rig)
    expect(rig.errors.map(({ message }) => message)).toEqual([
      'close: no longer waits after 1000 ms for the store to remove presence',
    ])
  })

  test('when the whole store rejects', async () => {
    const { store, fail } = hangingStore()
    const { rig, socket } = await busyNode({ store })
    fail()
    socket.clientSends({ t: 'send', seq: 1, d: 1 })
    await check(rig)
  })

  test('when a store throws as its listeners are removed', async () => {
    const { store } = hangingStore()
    const { rig } = await busyNode({
      store: {
        ...store,
        onBroadcast: () => () => {
          throw new Error('no such listener')
        },
      },
    })
    await check(rig)
    expect(rig.errors.map(({ message }) => message)).toEqual(['no such listener'])
  })

  test('when a socket never closes', async () => {
    const { rig, socket } = await busyNode()
    socket.terminate = () => undefined
    expect(await timeOf(rig, rig.node.close())).toBeLessThanOrEqual(CLOSE_BOUND)
    expect(rig.errors.map(({ message }) => message)).toEqual(['close: no longer waits after 1000 ms for sockets'])
  })
})

describe('close of a hub with a server of its own', () => {
  test('ends connections that never send a request, and requests whose answer is not read', async () => {
    const hub = createHub({ port: 0, host: '127.0.0.1' })
    await hub.ready
    const silent = connectTcp(hub.port!, '127.0.0.1')
    const half = connectTcp(hub.port!, '127.0.0.1')
    half.write('GET /healthz HTTP/1.1\r\nHost: x')
    const ended = Promise.all([once(silent, 'close'), once(half, 'close')])
    for (const socket of [silent, half]) socket.on('error', () => undefined)
    await Promise.all([once(silent, 'connect'), once(half, 'connect')])
    await openSession(`ws://127.0.0.1:${hub.port}`)
    await hub.close()
    await ended
  })

  test('ends a server that is still looking up its host name', async () => {
    const hub = createHub({ port: 0, host: 'localhost' })
    await hub.close()
    await hub.ready
    await vi.waitFor(() => expect(hub.port).toBeUndefined(), 30_000)
  })

  test('may be called twice, and both calls wait for the server', async () => {
    const hub = createHub({ port: 0, host: '127.0.0.1' })
    await hub.ready
    const { port } = hub
    await Promise.all([hub.close(), hub.close()])
    const probe = httpRequest({ port, host: '127.0.0.1' }).end()
    onTestFinished(() => void probe.destroy())
    expect((await once(probe, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' })
  })
})
