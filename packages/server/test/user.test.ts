/** The bounds of what `authenticate` may return. `userAnswers.test.ts` tests how a hub refuses the rest. */

import { expect, test } from 'vitest'
import { anonymous } from '../src/session/authenticate.ts'
import { InvalidUserError, readUser } from '../src/session/user.ts'

const NOW = Date.UTC(2026, 0, 1)

test('an id has up to 256 bytes, and info up to 4 KiB', () => {
  expect(readUser({ id: 'ä'.repeat(128) }, NOW).id).toHaveLength(128)
  expect(() => readUser({ id: 'ä'.repeat(129) }, NOW)).toThrow(InvalidUserError)
  const info = 'ä'.repeat(2047) // two more bytes are the quotes
  expect(readUser({ id: 'ann', info }, NOW).info).toBe(info)
  expect(() => readUser({ id: 'ann', info: `${info}x` }, NOW)).toThrow(
    'info: expected at most 4096 bytes of JSON, got 4097',
  )
})

test('a time of expiry may be long ago or far ahead, or missing, but not in seconds', () => {
  for (const expiresAt of [0, 1, NOW - 1, NOW, 10 * NOW])
    expect(readUser({ id: 'ann', expiresAt }, NOW)).toMatchObject({ expiresAt })
  expect(readUser({ id: 'ann', expiresAt: null }, NOW).expiresAt).toBeUndefined()
  expect(() => readUser({ id: 'ann', expiresAt: NOW / 1000 + 3600 }, NOW)).toThrow('multiply seconds by 1000')
})

test('later changes of the object that was returned change no user', () => {
  class Account {
    id = 7
    info = { colours: ['red'] }
  }
  const account = new Account()
  const user = readUser(account, NOW)
  account.info.colours.push('blue')
  expect(user).toBeInstanceOf(Account)
  expect(user).toMatchObject({ id: '7', info: { colours: ['red'] } })
})

test('anonymous users differ, and the same key has the same user', () => {
  expect(anonymous().id).not.toBe(anonymous().id)
  expect(anonymous('key')).toEqual(anonymous('key'))
})
