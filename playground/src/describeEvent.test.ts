import type { CloseInfo } from '@holdfast/core'
import { expect, it } from 'vitest'
import type { ServerMessage } from '../server/chatProtocol.ts'
import { describeClose } from './describeClose.ts'
import { describeEvent } from './describeEvent.ts'

const close = (given: Partial<CloseInfo>): CloseInfo => ({
  code: 1006,
  reason: '',
  wasClean: false,
  final: false,
  cause: 'network',
  error: undefined,
  ...given,
})

it.each<[Partial<CloseInfo>, string]>([
  [{}, '1006 no close frame, by the network'],
  [{ code: 4000, cause: 'heartbeat' }, '4000 heartbeat timeout: the server did not answer a ping in time'],
  [{ code: 4000, cause: 'server', reason: 'bye' }, '4000 “bye”, by the server'],
  [
    { code: 1012, cause: 'server', reason: '{"in":[2000,3500]}' },
    '1012 service restart: the server asked to reconnect in 2 to 3.5 s',
  ],
  [{ code: 1012, cause: 'server', reason: '{"in":"soon"}' }, '1012 service restart “{"in":"soon"}”, by the server'],
  [{ code: 1012, cause: 'server', reason: 'x{"in":[1,2]}' }, '1012 service restart “x{"in":[1,2]}”, by the server'],
  [{ code: 1001, cause: 'server' }, '1001 going away, by the server'],
  [{ code: 1011, cause: 'server' }, '1011 server error, by the server'],
  [{ cause: 'timeout' }, '1006 no close frame: connecting took too long'],
  [{ cause: 'provider' }, '1006 no close frame: the function that returns the URL failed'],
  [{ code: 4401, cause: 'auth', final: true }, '4401: the server refused the token; no further attempt'],
  [{ code: 1000, cause: 'user', final: true }, '1000 normal, by this page; no further attempt'],
  [{ cause: 'exhausted', final: true }, '1006 no close frame: all attempts are used; no further attempt'],
])('describes the close %j as %s', (given, text) => {
  expect(describeClose(close(given))).toBe(text)
})

it('leaves messages about users out of the log', () => {
  const ada = { id: '1', name: 'Ada' }
  const [person, people, at] = [ada, [ada], 0]
  const messages: ServerMessage[] = [
    { type: 'welcome', id: '1', people },
    { type: 'join', person, people, at },
    { type: 'leave', person, people, at },
    { type: 'rename', before: 'Bob', person, people, at },
  ]
  for (const message of messages) expect(describeEvent('message', message)).toBeUndefined()
  expect(describeEvent('message', { type: 'echo', text: 'a' })).toMatchObject({ type: 'message', text: 'echo' })
})
