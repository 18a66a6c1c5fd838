/** What a client prints if the event `error` has no listener: mistakes of a programmer, once per kind, and no secrets. */

import { describe, expect, test } from 'vitest'
import { type WebSocketOptions, json } from '../../src/index.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

const bug = new Error('a bug in the application')
const throws = (): never => {
  throw bug
}

/** Everything printed so far. */
const printed = (): unknown[] => consoleErrors.splice(0)

describe('a mistake that only a programmer can correct', () => {
  test('is printed once for each kind and client', () => {
    const { server, open } = createTestClient()
    for (let client = 0; client < 2; client++) {
      open({ codec: json(), onMessage: throws })
      for (let n = 0; n < 3; n++) {
        server.last.send('not json')
        server.last.send('{}')
      }
      expect(printed()).toEqual([expect.stringMatching(/^DecodeError: SyntaxError/), bug])
    }
  })

  test.each(['onError', 'on'])('is not printed if the event error has a listener, added with %s', (how) => {
    const { server, open } = createTestClient()
    const errors: unknown[] = []
    const listener = (error: Error): void => void errors.push(error)
    const client = open({ codec: json(), onMessage: throws, ...(how === 'onError' && { onError: listener }) })
    if (how === 'on') client.on('error', listener)
    server.last.send('not json')
    server.last.send('{}')
    expect(errors).toMatchObject([{ code: 'DecodeError' }, bug])
    expect(printed()).toEqual([])
  })

  test.each<[what: string, options: WebSocketOptions]>([
    ['delay', { reconnect: { delay: throws } }],
    ['shouldReconnect', { reconnect: { shouldReconnect: throws } }],
    ['onClose', { onClose: throws }],
  ])('is printed if it is in %s', (_, options) => {
    const { server, open } = createTestClient()
    open(options)
    server.last.drop()
    expect(printed()).toEqual([bug])
  })

  test('is printed without the secrets of the URL and of the subprotocols', () => {
    const { connect, advanceToRetry } = createTestClient()
    const messages = [
      "The URL 'ws://test/?token=SECRET' is invalid.",
      'Invalid URL: ws://test/?token=SECRET',
      "The subprotocol 'SECRET' is invalid.",
    ]
    for (const message of messages) {
      const Strict = function (): void {
        throw new SyntaxError(message)
      }
      const client = connect({ WebSocket: Strict as never, protocols: 'SECRET' }, 'ws://test/?token=SECRET')
      advanceToRetry(client)
      expect(String(client.get().error)).toMatch(/^DialError: could not dial: .*invalid/i)
      const lines = printed()
      expect(lines).toHaveLength(1)
      expect(lines[0]).toBe(String(client.get().error))
      expect(lines[0]).not.toContain('SECRET')
    }
  })
})

test('conditions of the network are not printed', () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const client = connect({ heartbeat: { interval: 1000, timeout: 1000 }, connectTimeout: 5000 })
  server.last.refuse()
  expect(client.get().error).toMatchObject({ code: 'DialError', message: 'could not dial' })
  advanceToRetry(client)
  clock.advance(5000)
  expect(client.get().error).toMatchObject({ code: 'ConnectTimeoutError' })
  advanceToRetry(client)
  server.last.accept()
  clock.advance(2000)
  expect(client.get().error).toMatchObject({ code: 'HeartbeatTimeoutError' })
  expect(printed()).toEqual([])
})

test.each([
  ['its message', 'connect ECONNREFUSED 127.0.0.1:1', new Error('connect ECONNREFUSED 127.0.0.1:1')],
  // Node refuses a connection to both addresses of localhost with an empty message.
  ['its code, if the message is empty', 'ECONNREFUSED', Object.assign(new Error(), { code: 'ECONNREFUSED' })],
])('the reason that the platform gives is in the message of the DialError: %s', (_, reason, cause) => {
  const { server, connect } = createTestClient()
  const client = connect()
  const { socket } = server.last
  socket.onerror!(Object.assign(new Event('error'), { message: cause.message, error: cause }))
  server.last.refuse()
  expect(client.get().error).toMatchObject({ message: `could not dial: ${reason}`, cause })
})

test('a URL in the error of a URL function is not in the message of the DialError', () => {
  const { connect } = createTestClient()
  const client = connect({}, () => {
    throw new Error('no answer from https://login.example/?token=SECRET, try later')
  })
  expect(client.get().error!.message).toBe('the url function failed: no answer from ... try later')
  expect(printed().join()).not.toContain('SECRET')
})
