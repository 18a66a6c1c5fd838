import { describe, expect, test } from 'vitest'
import { json, raw } from '../../src/index.ts'
import { NoSessionError, UnknownOutcomeError, session } from '../../src/session/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { PROTOCOL, hub } from './support/hub.ts'

describe('a server that chooses another protocol, or none', () => {
  test('is spoken to plainly, both ways, and open at once', () => {
    const { start, server } = hub()
    const client = start({}, { protocols: 'chat' })
    const messages = recordEvents(client, 'message')
    client.send({ a: 1 })
    server.last.accept('chat')
    expect(client.get().status).toBe('open')
    expect(server.last.received).toEqual(['{"a":1}'])
    server.last.send('{"t":"msg","s":"room","off":1,"d":2}')
    expect(messages).toEqual([{ t: 'msg', s: 'room', off: 1, d: 2 }])
    expect(client.sessionId).toBeUndefined()
  })

  test('takes binary', () => {
    const made = hub()
    const client = made.connect({ codec: raw(), session: session() })
    made.server.last.accept()
    expect(client.send(new Uint8Array(2))).toBe('sent')
  })

  test('delivers nothing: what waits and what comes is rejected', async () => {
    const { start, server } = hub()
    const client = start()
    const early = client.deliver('a')
    server.last.accept()
    await expect(early).rejects.toBeInstanceOf(NoSessionError)
    await expect(client.deliver('b')).rejects.toMatchObject({ code: 'NoSessionError' })
    await expect(client.request('c')).rejects.toBeInstanceOf(NoSessionError)
    client.join('room')
    client.leave('room')
    expect(server.last.received).toEqual([])
  })

  test('after a session leaves what was sent unknown', async () => {
    const { meet, server, advanceToRetry } = hub()
    const client = meet()
    const done = client.deliver('a')
    server.last.drop()
    advanceToRetry(client as never)
    server.last.accept()
    await expect(done).rejects.toBeInstanceOf(UnknownOutcomeError)
  })

  test('has the user’s heartbeat, as without a session', () => {
    const { meet, server, advanceToRetry, clock } = hub()
    const client = meet({}, { heartbeat: { interval: 1000, timeout: 500 } })
    server.last.drop()
    advanceToRetry(client as never)
    server.last.accept()
    clock.advance(1000)
    expect(server.last.received).toEqual(['ping'])
    server.last.send('pong')
    expect(client.get()).toMatchObject({ status: 'open', received: 0, latency: 0 })
  })

  test('has no heartbeat where none was asked for', () => {
    const { meet, server, advanceToRetry, clock } = hub()
    const client = meet()
    server.last.drop()
    advanceToRetry(client as never)
    server.last.accept()
    clock.advance(100_000)
    server.last.send('"pong"')
    expect([client.get().status, server.last.received, client.get().lastMessage]).toEqual(['open', [], 'pong'])
  })

  test('ends with its codes as they are', () => {
    const { start, server } = hub()
    const client = start()
    server.last.accept()
    server.last.close(4501)
    expect(client.get().lastClose).toMatchObject({ code: 4501, cause: 'server', final: true })
  })

  test('is left with 1000 by the page’s rest, as without a session', () => {
    const { start, server, page } = hub()
    start()
    server.last.accept()
    page.emit('hide')
    expect(server.last.closed).toMatchObject({ code: 1000 })
  })
})

describe('a platform that fails the dial where no protocol was chosen', () => {
  const offers = (server: ReturnType<typeof hub>['server']): boolean[] =>
    server.connections.map(({ protocols }) => protocols.includes(PROTOCOL))

  test('is found out: once without the offer, once more with it, then plain from then on', () => {
    const { start, server, advanceToRetry } = hub()
    const client = start({}, { protocols: 'chat' })
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
    expect(offers(server)).toEqual([true, false, true, false])
    expect(errors).toHaveLength(1)
    probe!.finish()
    server.last.drop()
    advanceToRetry(client as never)
    expect(offers(server).at(-1)).toBe(false)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('is believed to speak it where the offer succeeds the second time: it had only been down', () => {
    const { start, server, advanceToRetry, greet } = hub()
    const client = start()
    server.last.refuse()
    advanceToRetry(client as never)
    server.last.accept()
    greet()
    expect(client.get().status).toBe('open')
    expect(client.sessionId).toBe('s1')
    server.connections[1]!.finish()
  })

  test('is not doubted while it is down: every other dial is with the offer, one at a time', () => {
    const { start, server, advanceToRetry } = hub()
    const client = start()
    for (let dial = 0; dial < 4; dial++) {
      server.last.refuse()
      advanceToRetry(client as never)
    }
    expect(offers(server)).toEqual([true, false, true, false, true])
  })

  test('is not condemned by a server that goes down in the middle of the question', () => {
    const { start, server, advanceToRetry } = hub()
    const client = start()
    server.last.refuse()
    advanceToRetry(client as never)
    const probe = server.last
    server.last.accept()
    server.last.refuse()
    server.last.refuse()
    advanceToRetry(client as never)
    expect(offers(server)).toEqual([true, false, true, false, true])
    probe.finish()
  })

  test('is not asked once the server has ever welcomed us', () => {
    const { meet, server, advanceToRetry } = hub()
    const client = meet()
    server.last.drop()
    for (let dial = 0; dial < 3; dial++) {
      advanceToRetry(client as never)
      server.last.refuse()
    }
    expect(offers(server)).toEqual([true, true, true, true])
  })

  test.each(['reconnect', 'close and open'])('is asked again after %s', (how) => {
    const { start, server, advanceToRetry, clock } = hub()
    const client = start()
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
    expect(offers(server).at(-1)).toBe(true)
    server.connections[3]!.finish()
  })

  test('is bounded by connectTimeout, all its dials together', () => {
    const { start, server, advanceToRetry, clock } = hub()
    const client = start()
    server.last.refuse()
    advanceToRetry(client as never)
    clock.advance(6000)
    server.last.accept()
    server.connections[1]!.finish()
    clock.advance(4000)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'timeout' } })
  })
})

test('a JSON codec without a session is as it was', () => {
  expect(json().decode('{"a":1}')).toEqual({ a: 1 })
})
