/** The exported names, written out: adding one is a decision, and removing one breaks applications. */

import { expect, test } from 'vitest'
import * as adapter from '../../src/adapter/index.ts'
import * as eventSource from '../../src/eventSource/index.ts'
import * as testing from '../../src/testing/index.ts'
import * as core from '../../src/index.ts'
import * as dropIn from '../../src/reconnectingWebSocket/index.ts'
import * as recovery from '../../src/session/index.ts'

test('@holdfast/core exports exactly the documented names', () => {
  expect(Object.keys(core).sort()).toEqual([
    'ConnectTimeoutError',
    'DecodeError',
    'DialError',
    'EncodeError',
    'HeartbeatTimeoutError',
    'HeartbeatUnansweredError',
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

test('@holdfast/core/testing exports exactly the fakes', () => {
  expect(Object.keys(testing).sort()).toEqual([
    'createFakeClock',
    'createFakeEnvironment',
    'createFakeServer',
    'scriptedTransport',
  ])
})

test('@holdfast/core/recovery exports exactly session() and its errors', () => {
  expect(Object.keys(recovery).sort()).toEqual([
    'NoSessionError',
    'NotSentError',
    'RefusedError',
    'UnknownOutcomeError',
    'session',
  ])
})

test('@holdfast/core/reconnecting-websocket exports exactly the classes, their events and the policy', () => {
  expect(Object.keys(dropIn).sort()).toEqual([
    'CloseEvent',
    'ErrorEvent',
    'OneShotWebSocket',
    'ReconnectingWebSocket',
    'WebSocket',
    'default',
    'finalByPolicy',
  ])
})

test('@holdfast/core/event-source exports exactly eventSource()', () => {
  expect(Object.keys(eventSource)).toEqual(['eventSource'])
})

test('@holdfast/core/adapter exports exactly what the framework packages use', () => {
  expect(Object.keys(adapter).sort()).toEqual([
    'callbackNames',
    'createOwnedClient',
    'createTrackedSnapshot',
    'identityOf',
    'isClient',
    'isServer',
    'listen',
    'renderingOf',
    'warnOfIgnoredOptions',
    'withLatest',
    'withoutStreamCallbacks',
  ])
})

test('a client has exactly the documented members', () => {
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
    'opened',
    'reconnect',
    'retain',
    'send',
    'socket',
    'subscribe',
    'url',
  ])
})

test('each error has its own class and a code that survives minification', () => {
  const { OptionError, HoldfastError, ...others } = core
  const classes = Object.entries(others).filter(([name]) => name.endsWith('Error')) as [
    string,
    new (message: string) => core.HoldfastError,
  ][]
  for (const [name, Class] of classes) {
    const error = new Class('what went wrong')
    expect(error).toBeInstanceOf(HoldfastError)
    expect(error).toBeInstanceOf(Error)
    const code = name === 'HeartbeatUnansweredError' ? 'HEARTBEAT_UNANSWERED' : name
    expect([error.code, error.name, error.message]).toEqual([code, code, 'what went wrong'])
  }
  expect(classes).toHaveLength(6)
  const wrong = new OptionError('heartbeat.interval', -1, 'a number from 1')
  expect(wrong).toBeInstanceOf(HoldfastError)
  expect([wrong.code, String(wrong)]).toEqual([
    'OptionError',
    'OptionError: heartbeat.interval: expected a number from 1, got -1',
  ])
})
