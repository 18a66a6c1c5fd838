import { describe, expect, test } from 'vitest'
import { json, raw } from '../../src/index.ts'
import { NoSessionError, UnknownOutcomeError, session } from '../../src/session/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { PROTOCOL, createFakeHub } from './support/createFakeHub.ts'

describe('a server that selects another protocol or none', () => {
  test('the client is open at once and exchanges plain messages', () => {
    const { connectSession, server } = createFakeHub()
    const client = connectSession({}, { protocols: 'chat' })
    const messages = recordEvents(client, 'message')
    client.send({ a: 1 })
    server.last.accept('chat')
    expect(client.get().status).toBe('open')
    expect(server.last.received).toEqual(['{"a":1}'])
    server.last.send('{"t":"msg","s":"room","off":1,"d":2}')
    expect(messages).toEqual([{ t: 'msg', s: 'room', off: 1, d: 2 }])
    expect(client.sessionId).toBeUndefined()
  })

  test('the client can send binary messages', () => {
    const hub = createFakeHub()
    const client = hub.connect({ codec: raw(), session: session() })
    hub.server.last.accept()
    expect(client.send(new Uint8Array(2))).toBe('sent')
  })

  test('deliver and request reject, also for messages that already wait', async () => {
    const { connectSession, server } = createFakeHub()
    const client = connectSession()
    const early = client.deliver('a')
    server.last.accept()
    await expect(early).rejects.toBeInstanceOf(NoSessionError)
    await expect(client.deliver('b')).rejects.toMatchObject({ code: 'NoSessionError' })
    await expect(client.request('c')).rejects.toBeInstanceOf(NoSessionError)
    client.join('room')
    client.leave('room')
    expect(server.last.received).toEqual([])
  })

  test('messages that were sent in an earlier session reject as unknown', async () => {
    const { connectWelcomed, server, advanceToRetry } = createFakeHub()
    const client = connectWelcomed()
    const done = client.deliver('a')
    server.last.drop()
    advanceToRetry(client as never)
    server.last.accept()
    await expect(done).rejects.toBeInstanceOf(UnknownOutcomeError)
  })

  test('the heartbeat option applies, as without a session', () => {
    const { connectWelcomed, server, advanceToRetry, clock } = createFakeHub()
    const client = connectWelcomed({}, { heartbeat: { interval: 1000, timeout: 500 } })
    server.last.drop()
    advanceToRetry(client as never)
    server.last.accept()
    clock.advance(1000)
    expect(server.last.received).toEqual(['ping'])
    server.last.send('pong')
    expect(client.get()).toMatchObject({ status: 'open', received: 0, latency: 0 })
  })

  test('no heartbeat is sent without the option', () => {
    const { connectWelcomed, server, advanceToRetry, clock } = createFakeHub()
    const client = connectWelcomed()
    server.last.drop()
    advanceToRetry(client as never)
    server.last.accept()
    clock.advance(100_000)
    server.last.send('"pong"')
    expect([client.get().status, server.last.received, client.get().lastMessage]).toEqual(['open', [], 'pong'])
  })

  test('session close codes such as 4501 have no special meaning', () => {
    const { connectSession, server } = createFakeHub()
    const client = connectSession()
    server.last.accept()
    server.last.close(4501)
    expect(client.get().lastClose).toMatchObject({ code: 4501, cause: 'server', final: true })
  })

  test('hiding the page closes the connection with 1000, as without a session', () => {
    const { connectSession, server, page } = createFakeHub()
    connectSession()
    server.last.accept()
    page.emit('hide')
    expect(server.last.closed).toMatchObject({ code: 1000 })
  })
})

describe('a platform that fails the dial if no offered protocol is selected', () => {
  const offersProtocol = (server: ReturnType<typeof createFakeHub>['server']): boolean[] =>
    server.connections.map(({ protocols }) => protocols.includes(PROTOCOL))

  test('a plain server is detected by one dial without the offer and one with it, and later dials make no offer', () => {
    const { connectSession, server, advanceToRetry } = createFakeHub()
    const client = connectSession({}, { protocols: 'chat' })
    const errors = recordEvents(client, 'error')
    server.last.refuse()
    advanceToRetry(client as never)
    expect(server.last.protocols).toEqual(['chat'])
    const [, probe] = server.connections
    server.last.accept('chat')
    expect(probe!.closed).toBeDefined()
    expect(client.get().status).toBe('reconnecting')
    server.last.refuse()
    server.last.accept('chat')
    expect(client.get().status).toBe('open')
    expect(offersProtocol(server)).toEqual([true, false, true, false])
    expect(errors).toHaveLength(1)
    probe!.finish()
    server.last.drop()
    advanceToRetry(client as never)
    expect(offersProtocol(server).at(-1)).toBe(false)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('a server is not taken for plain if the second dial with the offer succeeds', () => {
    const { connectSession, server, advanceToRetry, welcome } = createFakeHub()
    const client = connectSession()
    server.last.refuse()
    advanceToRetry(client as never)
    server.last.accept()
    welcome()
    expect(client.get().status).toBe('open')
    expect(client.sessionId).toBe('s1')
    server.connections[1]!.finish()
  })

  test('a server that is down is not taken for plain: every other dial makes the offer', () => {
    const { connectSession, server, advanceToRetry } = createFakeHub()
    const client = connectSession()
    for (let dial = 0; dial < 4; dial++) {
      server.last.refuse()
      advanceToRetry(client as never)
    }
    expect(offersProtocol(server)).toEqual([true, false, true, false, true])
  })

  test('a server that goes down during the detection is not taken for plain', () => {
    const { connectSession, server, advanceToRetry } = createFakeHub()
    const client = connectSession()
    server.last.refuse()
    advanceToRetry(client as never)
    const probe = server.last
    server.last.accept()
    server.last.refuse()
    server.last.refuse()
    advanceToRetry(client as never)
    expect(offersProtocol(server)).toEqual([true, false, true, false, true])
    probe.finish()
  })

  test('a server that has sent welcome is never taken for plain', () => {
    const { connectWelcomed, server, advanceToRetry } = createFakeHub()
    const client = connectWelcomed()
    server.last.drop()
    for (let dial = 0; dial < 3; dial++) {
      advanceToRetry(client as never)
      server.last.refuse()
    }
    expect(offersProtocol(server)).toEqual([true, true, true, true])
  })

  test.each(['reconnect', 'close and open'])('a plain server is detected again after %s', (how) => {
    const { connectSession, server, advanceToRetry, clock } = createFakeHub()
    const client = connectSession()
    server.last.refuse()
    advanceToRetry(client as never)
    server.last.accept()
    server.connections[1]!.finish()
    server.last.refuse()
    server.last.accept()
    clock.advance(6000)
    if (how === 'reconnect') client.reconnect()
    else {
      client.close()
      server.last.finish()
      client.open()
    }
    expect(offersProtocol(server).at(-1)).toBe(true)
    server.connections[3]!.finish()
  })

  test('all dials of the detection share one connectTimeout', () => {
    const { connectSession, server, advanceToRetry, clock } = createFakeHub()
    const client = connectSession()
    server.last.refuse()
    advanceToRetry(client as never)
    clock.advance(6000)
    server.last.accept()
    server.connections[1]!.finish()
    clock.advance(4000)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'timeout' } })
  })
})

test('a JSON codec decodes text without a session', () => {
  expect(json().decode('{"a":1}')).toEqual({ a: 1 })
})

test('after close(), a refused dial does not end the offer to a server that has sent `welcome`', () => {
  const { connectWelcomed, server, advanceToRetry } = createFakeHub()
  const client = connectWelcomed()
  client.close()
  server.last.finish()
  client.open()
  server.last.drop()
  advanceToRetry(client)
  expect(server.last.protocols).toEqual([PROTOCOL])
})
