/** Presence, as the members of a stream and the application see it. */

import { expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { createTestNode, settle } from './support/testNode.ts'

const authenticate = ({ token = '' }: { token: string | undefined }) => ({
  id: token,
  info: { name: token.toUpperCase() },
})
/** The time between two sets of changes of a stream, in ms. */
const INTERVAL = 500
const ann = { id: 'ann', info: { name: 'ANN' } }
const bob = { id: 'bob', info: { name: 'BOB' } }

test('a new client gets the full list of members, the other clients get the changes', async () => {
  const { openSession, node, clock } = createTestNode({ presence: true, authenticate })
  const first = await openSession({ token: 'ann', sub: ['a'] })
  expect(first.socket.framesOf('pres')).toEqual([{ t: 'pres', s: 'a', all: [ann] }])
  const second = await openSession({ token: 'bob', sub: ['a'] })
  await clock.run(INTERVAL)
  expect(second.socket.framesOf('pres')).toEqual([{ t: 'pres', s: 'a', all: [ann, bob] }])
  expect(first.socket.framesOf('pres').slice(1)).toEqual([{ t: 'pres', s: 'a', in: [bob] }])
  expect(await node.presence('a')).toEqual([ann, bob])
  second.socket.clientSends({ t: 'unsub', stream: 'a' })
  await clock.run(INTERVAL)
  expect(first.socket.framesOf('pres').at(-1)).toEqual({ t: 'pres', s: 'a', out: [bob] })
  expect(second.socket.framesOf('pres')).toHaveLength(1)
})

test('a user with two links is listed once, until the second link has left', async () => {
  const { openSession, clock } = createTestNode({ presence: true, authenticate })
  const watcher = await openSession({ token: 'bob', sub: ['a'] })
  const one = await openSession({ token: 'ann', sub: ['a'] })
  const two = await openSession({ token: 'ann', sub: ['a'] })
  one.socket.end(1000)
  await clock.run(INTERVAL)
  expect(watcher.socket.framesOf('pres').slice(1)).toEqual([{ t: 'pres', s: 'a', in: [ann] }])
  two.socket.end(1000)
  await clock.run(INTERVAL)
  expect(watcher.socket.framesOf('pres').slice(2)).toEqual([{ t: 'pres', s: 'a', out: [ann] }])
})

test('a member leaves at once after a clean close, and 10 s after a cut unless it returns', async () => {
  const { openSession, clock, node } = createTestNode({ presence: true, authenticate })
  const watcher = await openSession({ token: 'bob', sub: ['a'] })
  const first = await openSession({ token: 'ann', sub: ['a'] })
  first.socket.end(1006)
  await clock.run(9000)
  const { sid, key, streams } = first.welcome
  const second = await openSession({ token: 'ann', sid, key, pos: { a: [streams.a[0], 0] } })
  await clock.run(5000)
  await settle()
  expect(watcher.socket.framesOf('pres').slice(1)).toEqual([{ t: 'pres', s: 'a', in: [ann] }])
  second.socket.end(1006)
  await clock.run(10_000)
  await settle()
  expect(watcher.socket.framesOf('pres').slice(2)).toEqual([{ t: 'pres', s: 'a', out: [ann] }])
  expect(await node.presence('a')).toEqual([bob])
})

test('presence is off by default, and a function can enable it per stream', async () => {
  const silent = createTestNode({ authenticate })
  const { socket } = await silent.openSession({ token: 'ann', sub: ['a'] })
  expect(socket.framesOf('pres')).toEqual([])
  const some = createTestNode({ authenticate, presence: (stream) => stream === 'a' })
  const chosen = await some.openSession({ token: 'ann', sub: ['a', 'b'] })
  expect(chosen.socket.framesOf('pres').map(({ s }) => s as string)).toEqual(['a'])
})

test('plain clients are listed as members, but get no presence frames', async () => {
  const { openSession, connect, node, clock } = createTestNode({ presence: true })
  node.on('connection', (connection) => {
    if (connection.plain) void connection.join('a')
  })
  const { socket } = await openSession({ sub: ['a'] })
  const plain = connect(undefined, '')
  await clock.run(INTERVAL)
  expect(socket.framesOf('pres').at(-1)).toMatchObject({ in: [{ id: expect.stringContaining('anonymous:') }] })
  expect(plain.texts).toEqual([])
})

test('the members that presence() returns are copies, so that their changes reach no client', async () => {
  const { openSession, node, clock } = createTestNode({ presence: true, authenticate })
  await openSession({ token: 'ann', sub: ['a'] })
  for (const member of await node.presence('a')) Object.assign(member.info as object, { email: 'ann@example.org' })
  const { socket } = await openSession({ token: 'bob', sub: ['a'] })
  await clock.run(INTERVAL)
  expect(socket.framesOf('pres')).toEqual([{ t: 'pres', s: 'a', all: [ann, bob] }])
  expect(await node.presence('a')).toEqual([ann, bob])
})

test('a member that the store does not accept is written again until it does, with one error', async () => {
  const store = memoryStore()
  const { openSession, errors, clock } = createTestNode({ presence: true, authenticate, store })
  const first = await openSession({ token: 'ann', sub: ['a'] })
  const { enter } = store
  store.enter = () => Promise.reject(new Error('full'))
  const second = await openSession({ token: 'bob', sub: ['a'] })
  await clock.run(10_000)
  expect(await store.listPresence('a')).toHaveLength(1)
  store.enter = enter
  await clock.run(2000)
  expect(first.socket.framesOf('pres').at(-1)).toEqual({ t: 'pres', s: 'a', in: [bob] })
  await clock.run(INTERVAL)
  expect(second.socket.framesOf('pres')).toEqual([{ t: 'pres', s: 'a', all: [ann, bob] }])
  expect(errors.map(({ message }) => message)).toEqual(['full'])
})

test('a member that joins again while the store does not accept it is not written after its client has left', async () => {
  const store = memoryStore()
  const { openSession, clock } = createTestNode({ presence: true, authenticate, store })
  const { enter } = store
  store.enter = () => Promise.reject(new Error('full'))
  const { socket } = await openSession({ token: 'ann', sub: ['a'] })
  socket.clientSends({ t: 'sub', stream: 'a' })
  await settle()
  socket.end(1000)
  await settle()
  store.enter = enter
  await clock.run(10_000)
  expect(await store.listPresence('a')).toEqual([])
})

test('a member that the store does not accept is not written any more after its client has left', async () => {
  const store = memoryStore()
  let calls = 0
  store.enter = () => {
    calls++
    return Promise.reject(new Error('full'))
  }
  const { openSession, clock } = createTestNode({ presence: true, authenticate, store })
  const { socket } = await openSession({ token: 'ann', sub: ['a'] })
  await clock.run(2000)
  expect(calls).toBe(2)
  socket.clientSends({ t: 'unsub', stream: 'a' })
  await settle()
  await clock.run(10_000)
  expect(calls).toBe(2)
})

test('a list that could not be read is read again until the store answers, with one error', async () => {
  const store = memoryStore()
  const { openSession, errors, clock } = createTestNode({ presence: true, authenticate, store })
  const first = await openSession({ token: 'ann', sub: ['a'] })
  const { listPresence } = store
  store.listPresence = () => Promise.reject(new Error('down'))
  const second = await openSession({ token: 'bob', sub: ['a'] })
  await clock.run(10 * INTERVAL)
  expect(errors.map(({ message }) => message)).toEqual(['down'])
  store.listPresence = listPresence
  await clock.run(INTERVAL)
  expect(first.socket.framesOf('pres').at(-1)).toEqual({ t: 'pres', s: 'a', in: [bob] })
  expect(second.socket.framesOf('pres')).toEqual([{ t: 'pres', s: 'a', all: [ann, bob] }])
  // The next outage is another error.
  store.listPresence = () => Promise.reject(new Error('down again'))
  await openSession({ token: 'bob', sub: ['a'] })
  await clock.run(INTERVAL)
  expect(errors.map(({ message }) => message)).toEqual(['down', 'down again'])
})

test('a plain client that the hub closes with 1000 leaves at once', async () => {
  const { node, connect } = createTestNode({ presence: true })
  node.on('connection', (connection) => connection.join('a').then(() => connection.close()))
  const socket = connect(undefined, '')
  await settle()
  socket.end(1000)
  await settle()
  expect(await node.presence('a')).toEqual([])
})

/** Users whose `info` is the part of their token after the colon: `ann:away`. */
const withStatus = ({ token = '' }: { token: string | undefined }) => {
  const [id = '', info] = token.split(':')
  return { id, info }
}

test('a fresh token with another info changes the member in each joined stream, and nothing leaves', async () => {
  const { openSession, clock, node } = createTestNode({ presence: true, authenticate: withStatus })
  const left: string[] = []
  node.on('leave', (_, stream) => left.push(stream))
  const watcher = await openSession({ token: 'bob:here', sub: ['a', 'b'] })
  const { socket } = await openSession({ token: 'ann:here', sub: ['a', 'b'] })
  await clock.run(INTERVAL)
  const seen = watcher.socket.framesOf('pres').length
  socket.clientSends({ t: 'auth', token: 'ann:away' })
  await clock.run(INTERVAL)
  const away = { id: 'ann', info: 'away' }
  expect(watcher.socket.framesOf('pres').slice(seen)).toEqual([
    { t: 'pres', s: 'a', in: [away] },
    { t: 'pres', s: 'b', in: [away] },
  ])
  expect(await node.presence('a')).toEqual([{ id: 'bob', info: 'here' }, away])
  expect(left).toEqual([])
})

test('several fresh tokens within the interval are sent as one change', async () => {
  const { openSession, clock } = createTestNode({ presence: true, authenticate: withStatus })
  const watcher = await openSession({ token: 'bob:0', sub: ['a'] })
  const { socket } = await openSession({ token: 'ann:0', sub: ['a'] })
  await clock.run(INTERVAL)
  const seen = watcher.socket.framesOf('pres').length
  for (let change = 1; change <= 5; change++) {
    socket.clientSends({ t: 'auth', token: `ann:${change}` })
    await settle()
  }
  await clock.run(2 * INTERVAL)
  expect(watcher.socket.framesOf('pres').slice(seen)).toEqual([{ t: 'pres', s: 'a', in: [{ id: 'ann', info: '5' }] }])
})

test('a fresh token with the same info writes nothing to the store', async () => {
  const store = memoryStore()
  const { openSession, clock } = createTestNode({ store, presence: true, authenticate: withStatus })
  const { socket } = await openSession({ token: 'ann:here', sub: ['a'] })
  await clock.run(INTERVAL)
  let writes = 0
  const { enter } = store
  store.enter = (...args) => {
    writes++
    return enter(...args)
  }
  socket.clientSends({ t: 'auth', token: 'ann:here' })
  await clock.run(INTERVAL)
  expect(writes).toBe(0)
  socket.clientSends({ t: 'auth', token: 'ann:away' })
  await clock.run(INTERVAL)
  expect(writes).toBe(1)
})

test('a fresh token adds no member to a stream without presence, or one that was left', async () => {
  const presence = (stream: string): boolean => stream !== 'silent'
  const { openSession, clock, node } = createTestNode({ presence, authenticate: withStatus })
  const { socket } = await openSession({ token: 'ann:here', sub: ['silent', 'left'] })
  socket.clientSends({ t: 'unsub', stream: 'left' })
  socket.clientSends({ t: 'auth', token: 'ann:away' })
  await clock.run(INTERVAL)
  expect([await node.presence('silent'), await node.presence('left')]).toEqual([[], []])
})

test('an info that the store has not accepted is replaced by that of a fresh token', async () => {
  const store = memoryStore()
  const { openSession, clock, node, errors } = createTestNode({ store, presence: true, authenticate: withStatus })
  const { enter } = store
  const { socket } = await openSession({ token: 'ann:here', sub: ['a'] })
  store.enter = () => Promise.reject(new Error('down'))
  socket.clientSends({ t: 'auth', token: 'ann:away' })
  await settle()
  store.enter = enter
  socket.clientSends({ t: 'auth', token: 'ann:back' })
  await clock.run(5000)
  expect(await node.presence('a')).toEqual([{ id: 'ann', info: 'back' }])
  expect(errors.map(({ message }) => message)).toEqual(['down'])
})

test('a user with two connections is listed with the info of the newest token', async () => {
  const { openSession, clock, node } = createTestNode({ presence: true, authenticate: withStatus })
  const { socket } = await openSession({ token: 'ann:one', sub: ['a'] })
  await openSession({ token: 'ann:two', sub: ['a'] })
  expect(await node.presence('a')).toEqual([{ id: 'ann', info: 'two' }])
  socket.clientSends({ t: 'auth', token: 'ann:three' })
  await clock.run(INTERVAL)
  expect(await node.presence('a')).toEqual([{ id: 'ann', info: 'three' }])
})
