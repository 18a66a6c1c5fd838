/** What is left of a connection when it has ended: no timer, no count, no member of a stream. */

import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Connection } from '../src/index.ts'
import { HubError } from '../src/errors.ts'
import { createEmitter } from '../src/context/emitter.ts'
import { scriptedSocket } from './support/scriptedSocket.ts'
import { createTestNode, request, settle } from './support/testNode.ts'

const withExpiry = {
  authenticate: ({ token = 'ann' }: { token?: string | undefined }) => ({ id: token, expiresAt: Date.now() + 1e9 }),
}

const phases: [phase: string, options: object, hasSession: boolean][] = [
  ['before `hello`', {}, false],
  ['with a session', {}, true],
  ['with a session whose token expires', withExpiry, true],
]

describe('a connection that has ended leaves no timer, count or stream', () => {
  test.each(phases)('a connection that ends %s leaves nothing', async (_, options, hasSession) => {
    const { clock, node, connect, openSession } = createTestNode(options)
    const before = clock.pending
    const socket = hasSession ? (await openSession({ sub: ['a'] })).socket : connect()
    expect(clock.pending).toBeGreaterThan(before)
    socket.end(1000)
    await settle()
    expect(clock.pending).toBe(before)
    expect(node.stats()).toMatchObject({ connections: 0, sessions: 0, streams: 0 })
  })

  test.each([
    ['plain', undefined],
    ['plain, with a user that expires', { id: 'ann', expiresAt: 1e15 }],
  ] as const)('a connection that is %s leaves nothing', async (_, user) => {
    const { clock, node } = createTestNode()
    const closed: number[] = []
    node.on('connection', (connection) => void connection.join('a'))
    node.on('close', (_connection, { code }) => closed.push(code))
    const before = clock.pending
    const socket = scriptedSocket('')
    node.accept(socket, request, user)
    await settle()
    expect(node.stats()).toMatchObject({ connections: 1, streams: 1 })
    socket.end(1000)
    await settle()
    expect([clock.pending, closed]).toEqual([before, [1000]])
    expect(node.stats()).toMatchObject({ connections: 0, streams: 0 })
  })

  test('after the node has closed it', async () => {
    const { clock, node, openSession } = createTestNode()
    const before = clock.pending
    let connection: Connection | undefined
    node.on('connection', (given) => {
      connection = given
    })
    const drops: number[] = []
    node.on('drop', (_connection, { code }) => drops.push(code))
    const { socket } = await openSession()
    connection!.close(4000, 'first')
    connection!.close(4001, 'second')
    expect([socket.closed, socket.framesOf('bye')]).toEqual([
      { code: 4000, reason: 'first' },
      [expect.objectContaining({ code: 4000 })],
    ])
    socket.end(4000)
    await settle()
    expect(clock.pending).toBe(before)
  })
})

test.each(['holdfast.v1.json', ''])(
  'a client that the hub closes is in no stream, before it has answered, protocol "%s"',
  async (protocol) => {
    const { node, connect } = createTestNode()
    node.on('connection', (connection) => void connection.join('a'))
    node.on('join', (connection) => connection.close(4000))
    const socket = connect(node, protocol)
    if (protocol) socket.clientSends({ t: 'hello', v: 1 })
    await settle()
    expect(socket.closed?.code).toBe(4000)
    expect(node.stats()).toMatchObject({ connections: 1, streams: 0 })
  },
)

test.each(['holdfast.v1.json', ''])(
  'a client that goes away with 1001 leaves presence at once, protocol "%s"',
  async (protocol) => {
    const { node, connect } = createTestNode({ presence: true })
    node.on('connection', (connection) => void connection.join('a'))
    const socket = connect(node, protocol)
    if (protocol) socket.clientSends({ t: 'hello', v: 1 })
    await settle()
    expect(await node.presence('a')).toHaveLength(1)
    socket.end(1001)
    await settle()
    expect(await node.presence('a')).toEqual([])
  },
)

test('an error of a listener of a plain client is reported, and a refusal is not', async () => {
  const { node, connect, errors } = createTestNode()
  node.on('message', (message) => {
    throw message === 1 ? new Error('a failure') : new HubError('no')
  })
  const socket = connect(node, '')
  for (const message of [1, 2]) socket.clientSends(message)
  await settle()
  expect(errors.map(({ message }) => message)).toEqual(['a failure'])
  expect([node.stats().received, socket.closed]).toEqual([2, undefined])
})

test('a listener of `error` that throws is called once for each error', async () => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(() => written.mockRestore())
  const { node, connect } = createTestNode()
  let calls = 0
  node.on('error', () => {
    calls++
    throw new Error('a failure of the listener')
  })
  node.on('message', () => {
    throw new Error('a failure')
  })
  connect(node, '').clientSends(1)
  await settle()
  expect([calls, written.mock.calls.length]).toEqual([1, 1])
})

test('messages of a plain client that wait behind a bad one are not handled', async () => {
  const { node, connect } = createTestNode()
  const received: unknown[] = []
  let finish = (): void => undefined
  node.on('message', (message) => {
    received.push(message)
    return new Promise<void>((resolve) => (finish = resolve))
  })
  const socket = connect(node, '')
  for (const text of ['1', 'no JSON', '2']) socket.clientSends(text)
  finish()
  await settle()
  expect([received, socket.closed?.code]).toEqual([[1], 4500])
})

test('a second `hello` closes the connection with 4500', async () => {
  const { openSession } = createTestNode()
  const { socket } = await openSession()
  socket.clientSends({ t: 'hello', v: 1 })
  await settle()
  expect(socket.closed?.code).toBe(4500)
})

test('a frame of exactly the longest length is accepted', async () => {
  const { node, connect } = createTestNode({ limits: { frame: 100 } })
  const messages: unknown[] = []
  node.on('message', (message) => messages.push(message))
  const socket = connect(node, '')
  socket.clientSends(JSON.stringify('x'.repeat(98)))
  await settle()
  expect(messages).toEqual(['x'.repeat(98)])
  socket.clientSends(JSON.stringify('x'.repeat(99)))
  expect(socket.closed?.code).toBe(1009)
})

test('a fresh token replaces the expiry of the earlier one', async () => {
  const { openSession, clock } = createTestNode({
    authenticate: ({ token }) => ({ id: 'ann', expiresAt: clock.now() + (token === 'fresh' ? 10_000 : 1000) }),
  })
  const { socket } = await openSession({ token: 'first' })
  socket.clientSends({ t: 'auth', token: 'fresh' })
  await settle()
  await clock.run(1500)
  expect(socket.closed).toBeUndefined()
  await clock.run(10_000)
  expect(socket.closed?.code).toBe(4006)
})

test('a listener that was added twice is removed once by each function', () => {
  const emitter = createEmitter<{ message: [string] }>(() => undefined)
  const calls: string[] = []
  const listener = (text: string): void => void calls.push(text)
  const removals = [emitter.on('message', listener), emitter.on('message', listener)]
  removals[0]!()
  emitter.emit('message', 'one')
  removals[1]!()
  emitter.emit('message', 'two')
  expect(calls).toEqual(['one'])
})

test.each(['', undefined])('a client (subprotocol %o) that the application closes is not a drop', async (protocol) => {
  const { node, connect } = createTestNode()
  const drops: unknown[] = []
  node.on('drop', (_, details) => drops.push(details))
  node.on('connection', (connection) => connection.close(4503, 'banned'))
  const socket = connect(undefined, protocol)
  if (protocol === undefined) socket.clientSends({ t: 'hello', v: 1 })
  await settle()
  expect(socket.closed?.code).toBe(4503)
  expect(drops).toEqual([])
})
