/** Two hubs with one memory store: streams are shared, and a session moves with its client. */

import { expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { createTestNode, settle } from './support/testNode.ts'

const pair = (options = {}) => {
  const store = memoryStore()
  const scene = createTestNode({ store, ...options })
  return { ...scene, a: scene.node, b: scene.addNode({ store, ...options }) }
}

test('a message that is published on one node reaches the clients of both, in one order', async () => {
  const { openSession, a, b } = pair()
  const here = await openSession({ sub: ['news'] }, a)
  const there = await openSession({ sub: ['news'] }, b)
  await Promise.all([a.publish('news', 1), b.publish('news', 2), a.publish('news', 3)])
  await settle()
  expect(here.socket.framesOf('msg')).toEqual(there.socket.framesOf('msg'))
  expect(here.socket.framesOf('msg').map(({ d }) => d as number)).toEqual([1, 2, 3])
})

test('a broadcast reaches each session and plain client of both nodes once', async () => {
  const { openSession, connect, a, b } = pair()
  const { socket } = await openSession({}, a)
  const plain = connect(b, '')
  await a.broadcast({ n: 1 })
  expect(socket.framesOf('emit')).toEqual([{ t: 'emit', d: { n: 1 } }])
  expect(plain.texts).toEqual(['{"n":1}'])
})

test('a client that is cut from one node resumes on the other, without gaps and duplicates', async () => {
  const { openSession, a, b } = pair()
  const received: unknown[] = []
  for (const node of [a, b]) node.on('message', (message) => void received.push(message))
  const first = await openSession({ sub: ['news'] }, a)
  await a.publish('news', 1)
  first.socket.clientSends({ t: 'send', seq: 1, d: 'one' })
  await settle()
  first.socket.end()
  await b.publish('news', 2)
  const { sid, key, streams } = first.welcome
  const second = await openSession({ sid, key, pos: { news: [streams.news[0], 1] } }, b)
  expect(second.welcome).toMatchObject({ sid, resumed: true, cseq: 1 })
  await a.publish('news', 3)
  second.socket.clientSends({ t: 'send', seq: 1, d: 'one' })
  second.socket.clientSends({ t: 'send', seq: 2, d: 'two' })
  await settle()
  expect(second.socket.framesOf('msg').map(({ off }) => off as number)).toEqual([2, 3])
  expect(received).toEqual(['one', 'two'])
})

test('a resume on another node first closes the older link and waits for its running listener (S2)', async () => {
  const { openSession, connect, a, b } = pair()
  let finish: (() => void) | undefined
  a.on('message', () => new Promise<void>((resolve) => (finish = resolve)))
  const first = await openSession({}, a)
  first.socket.clientSends({ t: 'send', seq: 1, d: 1 })
  await settle()
  const { sid, key } = first.welcome
  const second = connect(b)
  second.clientSends({ t: 'hello', v: 1, sid, key })
  await settle()
  expect(first.socket.closed?.code).toBe(4509)
  expect(second.framesOf('welcome')).toEqual([])
  finish?.()
  await settle()
  expect(second.framesOf('welcome')).toMatchObject([{ resumed: true, cseq: 1 }])
  // Both links are the first of their node, so the node must compare the name as well as the number.
  expect(second.closed).toBeUndefined()
})

test('presence lists the members of both nodes', async () => {
  const { openSession, a, b, clock } = pair({ presence: true, authenticate: ({ token = '' }) => ({ id: token }) })
  const ann = await openSession({ token: 'ann', sub: ['room'] }, a)
  await openSession({ token: 'bob', sub: ['room'] }, b)
  await clock.run(500)
  expect(ann.socket.framesOf('pres').at(-1)).toEqual({ t: 'pres', s: 'room', in: [{ id: 'bob' }] })
  expect(await a.presence('room')).toEqual([{ id: 'ann' }, { id: 'bob' }])
  expect(await b.presence('room')).toEqual(await a.presence('room'))
})

test('when one hub closes, the other hub works on and accepts its clients', async () => {
  const { openSession, a, b, clock } = pair({ presence: true })
  const first = await openSession({ sub: ['news'] }, a)
  const closing = a.close()
  first.socket.end(1001)
  await clock.run(3000)
  await closing
  await b.publish('news', 1)
  const { sid, key, streams } = first.welcome
  const { welcome, socket } = await openSession({ sid, key, pos: { news: [streams.news[0], 0] } }, b)
  expect(welcome['resumed']).toBe(true)
  expect(socket.framesOf('msg')).toHaveLength(1)
})
