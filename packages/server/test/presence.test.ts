/** Who is in a stream, as its members and the application see it. */

import { expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { settle, stage } from './support/testNode.ts'

const authenticate = ({ token = '' }: { token: string | undefined }) => ({
  id: token,
  info: { name: token.toUpperCase() },
})
const ann = { id: 'ann', info: { name: 'ANN' } }
const bob = { id: 'bob', info: { name: 'BOB' } }

test('newcomers are told the whole, members the differences', async () => {
  const { enter, node } = stage({ presence: true, authenticate })
  const first = await enter({ token: 'ann', sub: ['a'] })
  expect(first.socket.of('pres')).toEqual([{ t: 'pres', s: 'a', all: [ann] }])
  const second = await enter({ token: 'bob', sub: ['a'] })
  expect(second.socket.of('pres')).toEqual([{ t: 'pres', s: 'a', all: [ann, bob] }])
  expect(first.socket.of('pres').slice(1)).toEqual([{ t: 'pres', s: 'a', in: [bob] }])
  expect(await node.presence('a')).toEqual([ann, bob])
  second.socket.say({ t: 'unsub', stream: 'a' })
  await settle()
  expect(first.socket.of('pres').at(-1)).toEqual({ t: 'pres', s: 'a', out: [bob] })
  expect(second.socket.of('pres')).toHaveLength(1)
})

test('a user with two links is there once, and until the second is gone', async () => {
  const { enter } = stage({ presence: true, authenticate })
  const watcher = await enter({ token: 'bob', sub: ['a'] })
  const one = await enter({ token: 'ann', sub: ['a'] })
  const two = await enter({ token: 'ann', sub: ['a'] })
  one.socket.end(1000)
  await settle()
  expect(watcher.socket.of('pres').slice(1)).toEqual([{ t: 'pres', s: 'a', in: [ann] }])
  two.socket.end(1000)
  await settle()
  expect(watcher.socket.of('pres').slice(2)).toEqual([{ t: 'pres', s: 'a', out: [ann] }])
})

test('who says goodbye leaves at once; who is cut, 10 s later, unless he is back', async () => {
  const { enter, clock, node } = stage({ presence: true, authenticate })
  const watcher = await enter({ token: 'bob', sub: ['a'] })
  const first = await enter({ token: 'ann', sub: ['a'] })
  first.socket.end(1006)
  await clock.run(9000)
  const { sid, key, streams } = first.welcome
  const second = await enter({ token: 'ann', sid, key, pos: { a: [streams.a[0], 0] } })
  await clock.run(5000)
  await settle()
  expect(watcher.socket.of('pres').slice(1)).toEqual([{ t: 'pres', s: 'a', in: [ann] }])
  second.socket.end(1006)
  await clock.run(10_000)
  await settle()
  expect(watcher.socket.of('pres').slice(2)).toEqual([{ t: 'pres', s: 'a', out: [ann] }])
  expect(await node.presence('a')).toEqual([bob])
})

test('off by default, and by stream where a function says so', async () => {
  const silent = stage({ authenticate })
  const { socket } = await silent.enter({ token: 'ann', sub: ['a'] })
  expect(socket.of('pres')).toEqual([])
  const some = stage({ authenticate, presence: (stream) => stream === 'a' })
  const chosen = await some.enter({ token: 'ann', sub: ['a', 'b'] })
  expect(chosen.socket.of('pres').map(({ s }) => s as string)).toEqual(['a'])
})

test('plain clients are seen though they are told nothing', async () => {
  const { enter, connect, node } = stage({ presence: true })
  node.on('connection', (connection) => {
    if (connection.plain) void connection.join('a')
  })
  const { socket } = await enter({ sub: ['a'] })
  const plain = connect(undefined, '')
  await settle()
  expect(socket.of('pres').at(-1)).toMatchObject({ in: [{ id: expect.stringContaining('anonymous:') }] })
  expect(plain.texts).toEqual([])
})

test('a store that fails is an error for the operator, and the next change mends the view', async () => {
  const store = memoryStore()
  const { enter, errors } = stage({ presence: true, authenticate, store })
  const first = await enter({ token: 'ann', sub: ['a'] })
  const { listPresence } = store
  store.listPresence = () => Promise.reject(new Error('down'))
  await enter({ token: 'bob', sub: ['a'] })
  expect(errors.length).toBeGreaterThan(0)
  store.listPresence = listPresence
  await enter({ token: 'bob', sub: ['a'] })
  expect(first.socket.of('pres').at(-1)).toEqual({ t: 'pres', s: 'a', in: [bob] })
})
