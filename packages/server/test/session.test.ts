/** The handshake, and a message in each direction. */

import { expect, test } from 'vitest'
import { createTestNode, settle } from './support/testNode.ts'

test('welcome contains the session, its key and the limits', async () => {
  const { openSession } = createTestNode()
  const { welcome } = await openSession()
  expect(welcome).toEqual({
    t: 'welcome',
    v: 1,
    sid: expect.stringMatching(/^[\w-]{22}$/),
    key: expect.stringMatching(/^[\w-]{22}$/),
    resumed: false,
    cseq: 0,
    hb: [25_000, 10_000],
    win: { ms: 120_000, n: 300, bytes: 1_048_576 },
    max: 1_048_576,
    streams: {},
  })
})

test('a message is acknowledged when its listeners have finished', async () => {
  const { openSession, node } = createTestNode()
  let finish: (() => void) | undefined
  const received: unknown[] = []
  node.on('message', (message, context) => {
    received.push([message, context.id, context.channel])
    return new Promise<void>((resolve) => (finish = resolve))
  })
  const { socket, welcome } = await openSession()
  socket.clientSends({ t: 'send', seq: 1, d: { text: 'hello' }, ch: 'chat' })
  await settle()
  expect(received).toEqual([[{ text: 'hello' }, `${welcome['sid']}:1`, 'chat']])
  expect(socket.framesOf('ack')).toEqual([])
  finish?.()
  await settle()
  expect(socket.framesOf('ack')).toEqual([{ t: 'ack', seq: 1 }])
})

test('a published message reaches the subscribers of the stream, with its offset', async () => {
  const { openSession, node } = createTestNode()
  const { socket, welcome } = await openSession({ sub: ['news'] })
  expect(welcome['streams']).toEqual({ news: [expect.any(String), 0, 'fresh'] })
  const position = await node.publish('news', { n: 1 })
  await node.publish('other', { n: 2 })
  expect(position).toEqual({ epoch: welcome['streams'].news[0], offset: 1 })
  expect(socket.framesOf('msg')).toEqual([{ t: 'msg', s: 'news', off: 1, d: { n: 1 } }])
})

test('a session is resumed after a cut, and missed messages are replayed', async () => {
  const { openSession, node } = createTestNode()
  const first = await openSession({ sub: ['news'] })
  first.socket.clientSends({ t: 'send', seq: 1, d: 'once' })
  await settle()
  first.socket.end(1006)
  await node.publish('news', 'missed')
  const { sid, key, streams } = first.welcome
  const { socket, welcome } = await openSession({ sid, key, pos: { news: [streams.news[0], 0] } })
  expect(welcome).toMatchObject({
    sid,
    key,
    resumed: true,
    cseq: 1,
    streams: { news: [streams.news[0], 1, 'resumed'] },
  })
  expect(socket.framesOf('msg')).toEqual([{ t: 'msg', s: 'news', off: 1, d: 'missed', re: 1 }])
})
