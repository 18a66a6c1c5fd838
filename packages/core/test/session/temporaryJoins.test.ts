/** Temporary joins: a view joins a stream while it is used, and leaves it only if the user or the server has not joined it too. */

import { expect, test } from 'vitest'
import { joinTemporarily, leaveIfTemporary } from '../../src/views/acquireStream.ts'
import { createFakeHub } from './support/createFakeHub.ts'

const FRESH = { room: ['e', 0, 'fresh'] }

test('a temporary join sends sub, and its leave sends unsub once', () => {
  const { connectWelcomed, framesOfType } = createFakeHub()
  const client = connectWelcomed()
  joinTemporarily(client, 'room')
  expect(framesOfType('sub')).toEqual([{ t: 'sub', stream: 'room' }])
  expect([leaveIfTemporary(client, 'room'), leaveIfTemporary(client, 'room')]).toEqual([true, false])
  expect(framesOfType('unsub')).toEqual([{ t: 'unsub', stream: 'room' }])
})

test('a temporary leave keeps a stream of the options joined', () => {
  const { connectWelcomed, framesOfType } = createFakeHub()
  const client = connectWelcomed({ streams: ['room'] }, {}, { streams: FRESH })
  joinTemporarily(client, 'room')
  expect([leaveIfTemporary(client, 'room'), framesOfType('sub'), framesOfType('unsub')]).toEqual([false, [], []])
})

test.each(['before', 'during'])(
  'a temporary leave keeps a stream that the user joined %s the temporary join',
  (when) => {
    const { connectWelcomed, framesOfType } = createFakeHub()
    const client = connectWelcomed()
    if (when === 'before') client.join('room')
    joinTemporarily(client, 'room')
    if (when === 'during') client.join('room')
    expect([leaveIfTemporary(client, 'room'), framesOfType('unsub')]).toEqual([false, []])
    expect([client.leave('room'), client.leave('room')]).toEqual([true, false])
  },
)

test('a temporary leave keeps a stream that the server has joined', () => {
  const { connectWelcomed, sendFrame, framesOfType } = createFakeHub()
  const client = connectWelcomed()
  sendFrame({ t: 'sub', s: 'room', at: ['e', 0, 'fresh'] })
  joinTemporarily(client, 'room')
  expect([leaveIfTemporary(client, 'room'), framesOfType('unsub')]).toEqual([false, []])
})

test('leave() by the user ends a temporary join for good', () => {
  const { connectWelcomed, framesOfType } = createFakeHub()
  const client = connectWelcomed()
  joinTemporarily(client, 'room')
  expect(client.leave('room')).toBe(true)
  client.join('room')
  expect([leaveIfTemporary(client, 'room'), framesOfType('unsub').length]).toEqual([false, 1])
})

test('a temporary join while connecting is sent in hello, unless it was left before', () => {
  const { connectSession, welcome, receivedFrames } = createFakeHub()
  const client = connectSession()
  joinTemporarily(client, 'room')
  joinTemporarily(client, 'lobby')
  leaveIfTemporary(client, 'lobby')
  welcome({ streams: FRESH })
  expect(receivedFrames()[0]).toMatchObject({ t: 'hello', sub: ['room'] })
})
