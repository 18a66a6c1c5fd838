/** Sockets that cannot be set up or fail before `welcome`, and clients that are disposed in between. */

import { describe, expect, test, vi } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors } from '../support/createTestClient.ts'
import { PROTOCOL, createFakeHub } from './support/createFakeHub.ts'

/** A hub whose `WebSocket` constructor can be made to throw if it is given the subprotocol of the session, as a strict wrapper does. */
const createStrictHub = () => {
  const hub = createFakeHub()
  const strict = { refuses: false }
  class StrictWebSocket extends (hub.server.WebSocket as typeof WebSocket) {
    constructor(url: string, protocols: string | string[] = []) {
      if (strict.refuses && protocols.includes(PROTOCOL)) throw new SyntaxError('refused')
      super(url, protocols)
    }
  }
  return { ...hub, strict, options: { WebSocket: StrictWebSocket } }
}

describe('a constructor that throws while the offer of the protocol is tried again', () => {
  const connect = () => {
    const hub = createStrictHub()
    const client = hub.connectSession({}, hub.options)
    hub.server.last.refuse() // the next dial is made without the offer, and its success is followed by another offer
    hub.strict.refuses = true
    hub.advanceToRetry(client as never)
    hub.server.last.accept()
    expect(hub.server.connections).toHaveLength(3)
    return { ...hub, client }
  }

  test('the client continues with a plain connection', () => {
    const { client, server } = connect()
    server.last.accept()
    expect([client.get().status, client.send('hello')]).toEqual(['open', 'sent'])
    expect(server.alive).toBe(1)
  })

  test('close() during that dial leaves no socket and no session', async () => {
    const { client, server } = connect()
    client.close()
    expect(server.alive).toBe(0)
    server.last.accept(PROTOCOL)
    server.last.send('{"t":"welcome","sid":"s","key":"k","cseq":0}')
    expect([client.get().status, client.sessionId]).toEqual(['closed', undefined])
  })

  test('events of that socket are ignored after reconnect()', async () => {
    const { client, server, strict, clock, welcome } = connect()
    const stale = server.last
    strict.refuses = false
    client.reconnect()
    clock.advance(2000)
    welcome()
    const delivered = client.deliver('hello')
    stale.accept()
    stale.send('{"plain":true}')
    expect(client.get()).toMatchObject({ status: 'open', received: 0 })
    server.last.send('{"t":"ack","seq":1}')
    expect(await delivered).toEqual({ seq: 1 })
  })
})

test('a constructor that throws once does not make the next dial go without the offer', () => {
  const { connectSession, strict, options, server, advanceToRetry } = createStrictHub()
  strict.refuses = true
  const client = connectSession({}, options)
  expect(client.get().status).toBe('reconnecting')
  strict.refuses = false
  advanceToRetry(client as never)
  expect(server.last.protocols).toContain(PROTOCOL)
  expect(consoleErrors.splice(0)).toEqual(['DialError: could not dial: refused'])
})

test('a socket that fails between its handshake and welcome is reported as a DialError', () => {
  const { connectSession, server } = createFakeHub()
  const client = connectSession()
  const errors = recordEvents(client, 'error')
  server.last.accept(PROTOCOL)
  server.last.drop()
  expect(errors).toMatchObject([{ code: 'DialError' }])
  expect(client.get().error).toMatchObject({ code: 'DialError' })
})

test('no callback of the session runs after dispose()', () => {
  const { connectWelcomed, reconnectWelcomed, server } = createFakeHub()
  const onResumed = vi.fn()
  const onResync = vi.fn()
  const client = connectWelcomed(
    { streams: ['room'], onResumed, onResync },
    {},
    { streams: { room: ['e', 1, 'fresh'] } },
  )
  server.last.drop()
  client.on('open', () => client.dispose())
  reconnectWelcomed(client, { streams: { room: ['f', 5, 'lost', 'epoch'] } })
  expect([onResumed.mock.calls, onResync.mock.calls]).toEqual([[], []])
})

test('a token that is not a function is refused at the call', () => {
  const { connectSession } = createFakeHub()
  expect(() => connectSession({ token: 'secret' as never })).toThrow(/^token: expected a function/)
})
