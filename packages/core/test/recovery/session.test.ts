import { expect, test } from 'vitest'
import { heard } from '../support/heard.ts'
import { hub } from './support/hub.ts'

test('is open after welcome, and not before (S3)', () => {
  const { start, server, greet, heard: frames } = hub()
  const client = start()
  client.send('first')
  server.last.accept('holdfast.v1.json')
  expect(client.get().status).toBe('connecting')
  expect(frames()).toEqual([{ t: 'hello', v: 1, pos: {}, sub: [] }])
  greet()
  expect(client.get().status).toBe('open')
  expect(client.sid).toBe('s1')
  expect(frames().slice(1)).toEqual([{ t: 'emit', d: 'first' }])
})

test('delivers, and resolves when acknowledged', async () => {
  const { meet, of, say } = hub()
  const client = meet()
  const done = client.deliver({ text: 'hello' }, { idempotencyKey: 'a', channel: 'chat' })
  expect(of('send')).toEqual([{ t: 'send', seq: 1, d: { text: 'hello' }, idem: 'a', ch: 'chat' }])
  say({ t: 'ack', seq: 1 })
  expect(await done).toEqual({ seq: 1 })
})

test('tells the messages of a stream', () => {
  const { meet, say } = hub()
  const client = meet({ streams: ['room'] }, {}, { streams: { room: ['e', 4, 'fresh'] } })
  const streams: unknown[] = []
  client.on('stream', (value) => void streams.push(value))
  const messages = heard(client, 'message')
  say({ t: 'msg', s: 'room', off: 5, d: 'five' })
  say({ t: 'emit', d: 'by the way' })
  expect(messages).toEqual(['five', 'by the way'])
  expect(streams).toEqual([{ stream: 'room', off: 5, message: 'five', replayed: false }])
})
