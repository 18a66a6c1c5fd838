/** Hello, welcome, and the way of a message each way. */

import { expect, test } from 'vitest'
import { settle, stage } from './support/testNode.ts'

test('welcome answers hello with a session, its key and the bounds', async () => {
  const { enter } = stage()
  const { welcome } = await enter()
  expect(welcome).toEqual({
    t: 'welcome',
    v: 1,
    sid: expect.stringMatching(/^[\w-]{22}$/),
    key: expect.stringMatching(/^[\w-]{22}$/),
    resumed: false,
    cseq: 0,
    hb: [25_000, 10_000],
    win: { ms: 120_000, n: 300, bytes: 1_048_576 },
    max: 65_536,
    streams: {},
  })
})

test('a message is acknowledged when the listeners are done with it', async () => {
  const { enter, node } = stage()
  let finish: (() => void) | undefined
  const heard: unknown[] = []
  node.on('message', (message, context) => {
    heard.push([message, context.id, context.channel])
    return new Promise<void>((resolve) => (finish = resolve))
  })
  const { socket, welcome } = await enter()
  socket.say({ t: 'send', seq: 1, d: { text: 'hello' }, ch: 'chat' })
  await settle()
  expect(heard).toEqual([[{ text: 'hello' }, `${welcome['sid']}:1`, 'chat']])
  expect(socket.of('ack')).toEqual([])
  finish?.()
  await settle()
  expect(socket.of('ack')).toEqual([{ t: 'ack', seq: 1 }])
})

test('what is published reaches those who follow, with its offset', async () => {
  const { enter, node } = stage()
  const { socket, welcome } = await enter({ sub: ['news'] })
  expect(welcome['streams']).toEqual({ news: [expect.any(String), 0, 'fresh'] })
  const position = await node.publish('news', { n: 1 })
  await node.publish('other', { n: 2 })
  expect(position).toEqual({ epoch: welcome['streams'].news[0], offset: 1 })
  expect(socket.of('msg')).toEqual([{ t: 'msg', s: 'news', off: 1, d: { n: 1 } }])
})

test('a session goes on after a cut, and replays what was missed', async () => {
  const { enter, node } = stage()
  const first = await enter({ sub: ['news'] })
  first.socket.say({ t: 'send', seq: 1, d: 'once' })
  await settle()
  first.socket.end(1006)
  await node.publish('news', 'missed')
  const { sid, key, streams } = first.welcome
  const { socket, welcome } = await enter({ sid, key, pos: { news: [streams.news[0], 0] } })
  expect(welcome).toMatchObject({
    sid,
    key,
    resumed: true,
    cseq: 1,
    streams: { news: [streams.news[0], 1, 'resumed'] },
  })
  expect(socket.of('msg')).toEqual([{ t: 'msg', s: 'news', off: 1, d: 'missed', re: 1 }])
})
