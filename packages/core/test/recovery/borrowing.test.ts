/** A stream that is followed for somebody who comes and goes, as a component does, and given back. */

import { expect, test } from 'vitest'
import { joinTemporarily, leaveIfTemporary } from '../../src/views/acquireStream.ts'
import { hub } from './support/hub.ts'

const FRESH = { room: ['e', 0, 'fresh'] }

test('a stream that was borrowed is joined, and left when given back', () => {
  const { meet, of } = hub()
  const client = meet()
  joinTemporarily(client, 'room')
  expect(of('sub')).toEqual([{ t: 'sub', stream: 'room' }])
  expect([leaveIfTemporary(client, 'room'), leaveIfTemporary(client, 'room')]).toEqual([true, false])
  expect(of('unsub')).toEqual([{ t: 'unsub', stream: 'room' }])
})

test('a stream of the options is not left by who borrowed it', () => {
  const { meet, of } = hub()
  const client = meet({ streams: ['room'] }, {}, { streams: FRESH })
  joinTemporarily(client, 'room')
  expect([leaveIfTemporary(client, 'room'), of('sub'), of('unsub')]).toEqual([false, [], []])
})

test.each(['before', 'meanwhile'])('a stream that was joined %s is not left by who borrowed it', (when) => {
  const { meet, of } = hub()
  const client = meet()
  if (when === 'before') client.join('room')
  joinTemporarily(client, 'room')
  if (when === 'meanwhile') client.join('room')
  expect([leaveIfTemporary(client, 'room'), of('unsub')]).toEqual([false, []])
  expect([client.leave('room'), client.leave('room')]).toEqual([true, false])
})

test('a stream that the server has joined is not left by who borrowed it', () => {
  const { meet, say, of } = hub()
  const client = meet()
  say({ t: 'sub', s: 'room', at: ['e', 0, 'fresh'] })
  joinTemporarily(client, 'room')
  expect([leaveIfTemporary(client, 'room'), of('unsub')]).toEqual([false, []])
})

test('a stream that was left for good is not borrowed any more', () => {
  const { meet, of } = hub()
  const client = meet()
  joinTemporarily(client, 'room')
  expect(client.leave('room')).toBe(true)
  client.join('room')
  expect([leaveIfTemporary(client, 'room'), of('unsub').length]).toEqual([false, 1])
})

test('a stream that is borrowed without a connection is asked for with the next one, unless given back', () => {
  const { start, greet, heard } = hub()
  const client = start()
  joinTemporarily(client, 'room')
  joinTemporarily(client, 'lobby')
  leaveIfTemporary(client, 'lobby')
  greet({ streams: FRESH })
  expect(heard()[0]).toMatchObject({ t: 'hello', sub: ['room'] })
})
