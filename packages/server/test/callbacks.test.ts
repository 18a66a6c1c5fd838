/** Errors of functions of the application: what is removed from them, because it may be a secret. */

import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { type Call, callbackError } from '../src/context/callbacks.ts'

const request = {
  url: '/chat?token=query%2Dsecret%2D1&x=%zz-broken-1',
  headers: {
    'cookie': 'sid=cookie-secret-2; theme=dark',
    'authorization': 'Bearer auth-secret-3',
    'sec-websocket-protocol': 'holdfast.v1.json, proto-secret-4',
  },
} as unknown as IncomingMessage

const call = (more: Partial<Call<unknown>> = {}): Call<unknown> => ({ name: 'authenticate', run: () => 1, ...more })

test.each([
  'query-secret-1',
  'query%2Dsecret%2D1',
  '%zz-broken-1',
  'cookie-secret-2',
  'auth-secret-3',
  'proto-secret-4',
  'cookie-secret',
  'token-secret-5',
])('%s is removed from an error, and from its stack', (secret) => {
  const error = new Error(`no user for <${secret}> in the dark theme`)
  const { message, stack } = callbackError(call({ request, token: 'token-secret-5' }), error)
  expect(message).toBe('authenticate: no user for <[redacted]> in the dark theme')
  expect(stack).toContain('[redacted]')
  expect(stack).not.toContain(secret)
})

test('an error of a function that sees no request has its cause, and the others have none', () => {
  const error = new Error('no answer')
  expect(callbackError(call(), error).cause).toBe(error)
  expect(callbackError(call({ request }), error).cause).toBeUndefined()
})

test('the text of an error has at most 500 characters, and its stack 4000', () => {
  const error = new Error('x'.repeat(10_000))
  error.stack = 'y'.repeat(10_000)
  const { message, stack } = callbackError(call(), error)
  expect(message).toBe(`authenticate: ${'x'.repeat(500)}`)
  expect(stack).toBe(`CallbackError: authenticate: ${'y'.repeat(4000)}`)
})
