/** Two hubs on one memory: what is published here is heard there, and a session moves with its client. */

import { expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { settle, stage } from './support/testNode.ts'

const pair = (options = {}) => {
  const store = memoryStore()
  const scene = stage({ store, ...options })
  return { ...scene, a: scene.node, b: scene.another({ store, ...options }) }
}

test('published on one, heard on both, in one order', async () => {
  const { enter, a, b } = pair()
  const here = await enter({ sub: ['news'] }, a)
  const there = await enter({ sub: ['news'] }, b)
  await Promise.all([a.publish('news', 1), b.publish('news', 2), a.publish('news', 3)])
  await settle()
  expect(here.socket.of('msg')).toEqual(there.socket.of('msg'))
  expect(here.socket.of('msg').map(({ d }) => d as number)).toEqual([1, 2, 3])
})

test('a broadcast reaches all clients of both, of either kind, once', async () => {
  const { enter, connect, a, b } = pair()
  const { socket } = await enter({}, a)
  const plain = connect(b, '')
  await a.broadcast({ n: 1 })
  expect(socket.of('emit')).toEqual([{ t: 'emit', d: { n: 1 } }])
  expect(plain.texts).toEqual(['{"n":1}'])
})

test('a client cut from one goes on at the other, without a gap and without a double', async () => {
  const { enter, a, b } = pair()
  const heard: unknown[] = []
  for (const node of [a, b]) node.on('message', (message) => void heard.push(message))
  const first = await enter({ sub: ['news'] }, a)
  await a.publish('news', 1)
  first.socket.say({ t: 'send', seq: 1, d: 'one' })
  await settle()
  first.socket.end()
  await b.publish('news', 2)
  const { sid, key, streams } = first.welcome
  const second = await enter({ sid, key, pos: { news: [streams.news[0], 1] } }, b)
  expect(second.welcome).toMatchObject({ sid, resumed: true, cseq: 1 })
  await a.publish('news', 3)
  second.socket.say({ t: 'send', seq: 1, d: 'one' })
  second.socket.say({ t: 'send', seq: 2, d: 'two' })
  await settle()
  expect(second.socket.of('msg').map(({ off }) => off as number)).toEqual([2, 3])
  expect(heard).toEqual(['one', 'two'])
})

test('S2: the link at the other node is closed first, and what it was doing is waited for', async () => {
  const { enter, connect, a, b } = pair()
  let finish: (() => void) | undefined
  a.on('message', () => new Promise<void>((resolve) => (finish = resolve)))
  const first = await enter({}, a)
  first.socket.say({ t: 'send', seq: 1, d: 1 })
  await settle()
  const { sid, key } = first.welcome
  const second = connect(b)
  second.say({ t: 'hello', v: 1, sid, key })
  await settle()
  expect(first.socket.closed?.code).toBe(4509)
  expect(second.of('welcome')).toEqual([])
  finish?.()
  await settle()
  expect(second.of('welcome')).toMatchObject([{ resumed: true, cseq: 1 }])
  // Both are the first link of their node: the number alone says nothing.
  expect(second.closed).toBeUndefined()
})

test('presence is one view', async () => {
  const { enter, a, b } = pair({ presence: true, authenticate: ({ token = '' }) => ({ id: token }) })
  const ann = await enter({ token: 'ann', sub: ['room'] }, a)
  await enter({ token: 'bob', sub: ['room'] }, b)
  expect(ann.socket.of('pres').at(-1)).toEqual({ t: 'pres', s: 'room', in: [{ id: 'bob' }] })
  expect(await a.presence('room')).toEqual([{ id: 'ann' }, { id: 'bob' }])
  expect(await b.presence('room')).toEqual(await a.presence('room'))
})

test('a hub that closes leaves the other one working, and its clients welcome there', async () => {
  const { enter, a, b, clock } = pair({ presence: true })
  const first = await enter({ sub: ['news'] }, a)
  const closing = a.close()
  first.socket.end(1001)
  await clock.run(3000)
  await closing
  await b.publish('news', 1)
  const { sid, key, streams } = first.welcome
  const { welcome, socket } = await enter({ sid, key, pos: { news: [streams.news[0], 0] } }, b)
  expect(welcome['resumed']).toBe(true)
  expect(socket.of('msg')).toHaveLength(1)
})
