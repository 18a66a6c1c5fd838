/** The names that users import, written out: adding one is a decision, dropping one breaks somebody. */

import { expect, test } from 'vitest'
import * as adapter from '../src/adapter/index.ts'
import * as testing from '../src/testing/index.ts'
import * as core from '../src/index.ts'
import * as recovery from '../src/session/index.ts'

test('@holdfast/core', () => {
  expect(Object.keys(core).sort()).toEqual([
    'ConnectTimeoutError',
    'DecodeError',
    'DialError',
    'EncodeError',
    'HeartbeatTimeoutError',
    'HoldfastError',
    'OptionError',
    'createMessageList',
    'createStreamView',
    'createWebSocket',
    'json',
    'raw',
    'webSocketTransport',
  ])
})

test('@holdfast/core/testing', () => {
  expect(Object.keys(testing).sort()).toEqual([
    'createFakeClock',
    'createFakeEnvironment',
    'createFakeServer',
    'scriptedTransport',
  ])
})

test('@holdfast/core/recovery', () => {
  expect(Object.keys(recovery).sort()).toEqual([
    'NoSessionError',
    'NotSentError',
    'RefusedError',
    'UnknownOutcomeError',
    'session',
  ])
})

test('@holdfast/core/adapter', () => {
  expect(Object.keys(adapter).sort()).toEqual([
    'callbackNames',
    'createOwnedClient',
    'createTrackedSnapshot',
    'identityOf',
    'isClient',
    'listen',
    'renderingOf',
    'withLatest',
    'withoutStreamCallbacks',
  ])
})

test('a client', () => {
  const client = core.createWebSocket(null)
  expect(client[Symbol.dispose]).toBeTypeOf('function')
  expect(Object.keys(client).sort()).toEqual([
    'close',
    'dispose',
    'get',
    'messages',
    'on',
    'onAny',
    'open',
    'reconnect',
    'retain',
    'send',
    'socket',
    'subscribe',
    'url',
  ])
})

test('errors are told apart by class and by a code that survives minification', () => {
  const { OptionError, HoldfastError, ...others } = core
  const classes = Object.entries(others).filter(([name]) => name.endsWith('Error')) as [
    string,
    new (message: string) => core.HoldfastError,
  ][]
  for (const [name, Class] of classes) {
    const error = new Class('what went wrong')
    expect(error).toBeInstanceOf(HoldfastError)
    expect(error).toBeInstanceOf(Error)
    expect([error.code, error.name, error.message]).toEqual([name, name, 'what went wrong'])
  }
  expect(classes).toHaveLength(5)
  const wrong = new OptionError('heartbeat.interval', -1, 'a number from 1')
  expect(wrong).toBeInstanceOf(HoldfastError)
  expect([wrong.code, String(wrong)]).toEqual([
    'OptionError',
    'OptionError: heartbeat.interval: expected a number from 1, got -1',
  ])
})
