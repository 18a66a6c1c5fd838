/** Functions of the user's that throw: what they throw is told, everybody else still runs, and the connection does not care. */

import { describe, expect, test } from 'vitest'
import type { ClientEvents, WebSocketClient, WebSocketOptions } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

type Type = keyof ClientEvents
const types: Type[] = ['open', 'message', 'close', 'error', 'status', 'retry', 'stop', 'drop', 'latency']
const callback = (type: Type): keyof WebSocketOptions =>
  `on${type[0]!.toUpperCase()}${type.slice(1)}` as keyof WebSocketOptions

const bug = new Error('a bug in the application')
const throws = (): never => {
  throw bug
}

/** A life in which every kind of event occurs. Ends closed by the server, for good. */
const live = (options: WebSocketOptions, prepare: (client: WebSocketClient) => void = () => {}): WebSocketClient => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const client = connect({ ...options, heartbeat: { interval: 1000, timeout: 1000 } })
  prepare(client)
  client.send('nobody there', { queue: false })
  server.last.accept()
  clock.advance(1000)
  server.last.send('pong')
  server.last.send('hello')
  server.last.drop()
  advanceToRetry(client)
  server.last.refuse()
  advanceToRetry(client)
  server.last.accept()
  server.last.send('again')
  server.last.close(1008)
  return client
}

test('the life that the tests below lead has every event in it', () => {
  const seen = new Set<string>()
  live({}, (client) => client.onAny((type) => seen.add(type)))
  expect([...seen].sort()).toEqual([...types].sort())
})

describe.each(types.filter((type) => type !== 'error'))('a %s listener that throws', (type) => {
  test('stops no other, and what it threw is told as an error', () => {
    const [before, after, options, errors]: unknown[][] = [[], [], [], []]
    const client = live(
      { [callback(type)]: (value: unknown) => void options!.push(value), onError: (error) => void errors!.push(error) },
      (made) => {
        made.on(type, (value) => before!.push(value))
        made.on(type, throws)
        made.on(type, (value) => after!.push(value))
      },
    )
    expect(before!.length).toBeGreaterThan(0)
    expect(after).toEqual(before)
    expect(errors).toContain(bug)
    expect(client.get()).toMatchObject({ status: 'closed', received: 2, lastClose: { code: 1008 } })
    consoleErrors.length = 0
  })

  test('as an option stops no listener, and what it threw is told as an error', () => {
    const heardToo: unknown[] = []
    const errors: unknown[] = []
    const client = live({ [callback(type)]: throws }, (made) => {
      made.on(type, (value) => heardToo.push(value))
      made.on('error', (error) => errors.push(error))
    })
    expect(heardToo.length).toBeGreaterThan(0)
    expect(errors).toContain(bug)
    expect(client.get()).toMatchObject({ status: 'closed', received: 2, lastClose: { code: 1008 } })
    consoleErrors.length = 0
  })
})

test('a subscriber that throws stops no other', () => {
  const { server, open } = createTestClient()
  const client = open()
  const errors = recordEvents(client, 'error')
  let told = 0
  const off = client.subscribe(throws)
  client.subscribe(() => void told++)
  server.last.send('hello')
  off()
  expect(told).toBeGreaterThan(0)
  expect(errors).toContain(bug)
  consoleErrors.length = 0
})

test('an onAny listener that throws stops no other listener', () => {
  const { server, open } = createTestClient()
  const client = open()
  const messages = recordEvents(client, 'message')
  const off = client.onAny(throws)
  server.last.send('hello')
  off()
  expect(messages).toEqual(['hello'])
  consoleErrors.length = 0
})

test('where nobody hears errors, what was thrown is said on the console', () => {
  const { server, open } = createTestClient()
  open({ onMessage: throws })
  server.last.send('hello')
  expect(consoleErrors.splice(0)).toEqual([bug])
})

test('where somebody hears errors, the console stays quiet', () => {
  const { server, open } = createTestClient()
  const errors: unknown[] = []
  open({ onMessage: throws, onError: (error) => errors.push(error) })
  server.last.send('hello')
  expect(errors).toEqual([bug])
  expect(consoleErrors).toEqual([])
})

test('errors of the connection are no business of the console, even unheard', () => {
  const { server, connect } = createTestClient()
  const client = connect()
  server.last.refuse()
  expect(client.get().error).toMatchObject({ code: 'DialError' })
  expect(consoleErrors).toEqual([])
})

test('an error listener that throws stops no other, is said on the console, and ends in no circle', () => {
  const { server, connect } = createTestClient()
  const client = connect({ onError: throws })
  const errors = recordEvents(client, 'error')
  server.last.refuse()
  expect(errors).toContainEqual(expect.objectContaining({ code: 'DialError' }))
  expect(client.get().status).toBe('reconnecting')
  expect(consoleErrors.splice(0)).toEqual([bug])
})

test('what is thrown and is no error becomes one', () => {
  const { server, open } = createTestClient()
  const client = open()
  const errors = recordEvents(client, 'error')
  client.on('message', () => {
    // eslint-disable-next-line no-throw-literal
    throw 'just text'
  })
  server.last.send('hello')
  expect(errors).toHaveLength(1)
  expect(errors[0]).toBeInstanceOf(Error)
  expect(errors[0]!.message).toBe('just text')
  consoleErrors.length = 0
})

test('an async listener is not waited for, and its rejection is its own', async () => {
  const { clock, server, open } = createTestClient()
  let ran = false
  open({
    onMessage: async () => {
      await Promise.resolve()
      ran = true
    },
  })
  server.last.send('hello')
  await clock.run(0)
  expect(ran).toBe(true)
})

describe('functions that the client asks', () => {
  test('reconnect.delay that throws is told, and the house policy decides', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ reconnect: { delay: throws } })
    const errors = recordEvents(client, 'error')
    server.last.drop()
    expect(client.get().retryAt).toBe(clock.now() + 750)
    expect(errors).toEqual([bug])
    consoleErrors.length = 0
  })

  test.each([Number.NaN, -1, undefined, null])(
    'reconnect.delay that answers %s leaves it to the house policy',
    (answer) => {
      const { clock, server, open } = createTestClient()
      const client = open({ reconnect: { delay: () => answer as number } })
      server.last.drop()
      expect(client.get().retryAt).toBe(clock.now() + 750)
    },
  )

  test('reconnect.delay beyond what timers keep is cut to that, and does not fire at once', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ reconnect: { delay: () => Infinity } })
    server.last.drop()
    clock.advance(3_600_000)
    expect([server.connections.length, client.get().status]).toEqual([1, 'reconnecting'])
  })

  test('a heartbeat message that throws is told, and the silence still counts', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { message: throws, interval: 1000, timeout: 1000 } })
    const errors = recordEvents(client, 'error')
    clock.advance(1000)
    expect(errors).toEqual([bug])
    expect([client.get().status, server.last.received]).toEqual(['open', []])
    clock.advance(1000)
    expect(client.get().lastClose?.cause).toBe('heartbeat')
    consoleErrors.length = 0
  })

  test('a heartbeat predicate that throws is told, and costs no message', () => {
    const { server, open } = createTestClient()
    const client = open({ heartbeat: { isReply: throws, answer: { to: throws, with: 'x' } } })
    const errors = recordEvents(client, 'error')
    server.last.send('hello')
    expect(errors).toContain(bug)
    expect(client.get()).toMatchObject({ status: 'open', received: 1, lastMessage: 'hello' })
    consoleErrors.length = 0
  })

  test('a socket whose close() throws does not keep the client from going on', () => {
    const { server, open } = createTestClient()
    const client = open()
    const broken = server.last
    broken.socket.close = throws
    client.reconnect()
    expect(client.get().status).toBe('reconnecting')
    server.last.accept()
    expect(client.get().status).toBe('open')
    broken.drop()
    consoleErrors.length = 0
  })
})

test('a listener that opens again what fails at once, for ever, does not hang the page, and is told of it', () => {
  const { connect } = createTestClient()
  let dials = 0
  const errors: Error[] = []
  const client = connect({ reconnect: false, immediate: false, onError: (error) => errors.push(error) }, () => {
    dials++
    throw new Error('no address')
  })
  client.on('stop', () => client.open())
  client.open()
  expect(dials).toBeGreaterThan(100)
  expect(dials).toBeLessThan(2000)
  expect(errors.at(-1)?.message).toMatch(/for ever/)
  client.close()
  expect(client.get().status).toBe('closed')
})
