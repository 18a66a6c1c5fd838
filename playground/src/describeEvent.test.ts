import type { CloseInfo } from '@holdfast/core'
import { expect, it } from 'vitest'
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
  [{ code: 1000, cause: 'user', final: true }, '1000 normal, by this page; no further attempt'],
  [{ cause: 'exhausted', final: true }, '1006 no close frame: all attempts are used; no further attempt'],
])('describes the close %j as %s', (given, text) => {
  expect(describeClose(close(given))).toBe(text)
})

it('leaves messages about users out of the log', () => {
  const ada = { id: '1', name: 'Ada' }
  expect(describeEvent('message', { type: 'welcome', id: '1', people: [ada] })).toBeUndefined()
  expect(describeEvent('message', { type: 'join', person: ada, people: [ada], at: 0 })).toBeUndefined()
  expect(describeEvent('message', { type: 'echo', text: 'a' })).toMatchObject({ type: 'message', text: 'echo' })
})
