/** User functions that throw: the error is reported, all other listeners still run, and the connection continues. */

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

/** Runs a client through every kind of event. At the end the server has closed it for good. */
const runThroughAllEvents = (
  options: WebSocketOptions,
  prepare: (client: WebSocketClient) => void = () => {},
): WebSocketClient => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const client = connect({ ...options, heartbeat: { interval: 1000, timeout: 1000 } })
  prepare(client)
  client.send('not sent', { queue: false })
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

test('the run of the tests below includes every event', () => {
  const seen = new Set<string>()
  runThroughAllEvents({}, (client) => client.onAny((type) => seen.add(type)))
  expect([...seen].sort()).toEqual([...types].sort())
})

describe.each(types.filter((type) => type !== 'error'))('a throwing %s listener', (type) => {
  test('does not stop other listeners, and its error is emitted as an error event', () => {
    const [before, after, options, errors]: unknown[][] = [[], [], [], []]
    const client = runThroughAllEvents(
      { [callback(type)]: (value: unknown) => void options!.push(value), onError: (error) => void errors!.push(error) },
      (client) => {
        client.on(type, (value) => before!.push(value))
        client.on(type, throws)
        client.on(type, (value) => after!.push(value))
      },
    )
    expect(before!.length).toBeGreaterThan(0)
    expect(after).toEqual(before)
    expect(errors).toContain(bug)
    expect(client.get()).toMatchObject({ status: 'closed', received: 2, lastClose: { code: 1008 } })
    consoleErrors.length = 0
  })

  test('in the options does not stop other listeners, and its error is emitted as an error event', () => {
    const values: unknown[] = []
    const errors: unknown[] = []
    const client = runThroughAllEvents({ [callback(type)]: throws }, (client) => {
      client.on(type, (value) => values.push(value))
      client.on('error', (error) => errors.push(error))
    })
    expect(values.length).toBeGreaterThan(0)
    expect(errors).toContain(bug)
    expect(client.get()).toMatchObject({ status: 'closed', received: 2, lastClose: { code: 1008 } })
    consoleErrors.length = 0
  })
})

test('a throwing subscriber does not stop other subscribers, and its error is emitted', () => {
  const { server, open } = createTestClient()
  const client = open()
  const errors = recordEvents(client, 'error')
  let notifications = 0
  const unsubscribe = client.subscribe(throws)
  client.subscribe(() => void notifications++)
  server.last.send('hello')
  unsubscribe()
  expect(notifications).toBeGreaterThan(0)
  expect(errors).toContain(bug)
  consoleErrors.length = 0
})

test('a throwing onAny listener does not stop other listeners', () => {
  const { server, open } = createTestClient()
  const client = open()
  const messages = recordEvents(client, 'message')
  const unsubscribe = client.onAny(throws)
  server.last.send('hello')
  unsubscribe()
  expect(messages).toEqual(['hello'])
  consoleErrors.length = 0
})

test('a thrown error is written to the console, once, if there is no error listener', () => {
  const { server, open } = createTestClient()
  open({ onMessage: throws })
  server.last.send('hello')
  server.last.send('hello')
  expect(consoleErrors.splice(0)).toEqual([bug])
})

test('a thrown error is not written to the console if there is an error listener', () => {
  const { server, open } = createTestClient()
  const errors: unknown[] = []
  open({ onMessage: throws, onError: (error) => errors.push(error) })
  server.last.send('hello')
  expect(errors).toEqual([bug])
  expect(consoleErrors).toEqual([])
})

test('errors of the connection are never written to the console', () => {
  const { server, connect } = createTestClient()
  const client = connect()
  server.last.refuse()
  expect(client.get().error).toMatchObject({ code: 'DialError' })
  expect(consoleErrors).toEqual([])
})

test('a throwing error listener does not stop others, is written to the console, and causes no endless loop', () => {
  const { server, connect } = createTestClient()
  const client = connect({ onError: throws })
  const errors = recordEvents(client, 'error')
  server.last.refuse()
  expect(errors).toContainEqual(expect.objectContaining({ code: 'DialError' }))
  expect(client.get().status).toBe('reconnecting')
  expect(consoleErrors.splice(0)).toEqual([bug])
})

test('a thrown string is emitted as an Error with the string as message', () => {
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

test('an async listener is called and not awaited', async () => {
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

describe('a function in the options', () => {
  test('reconnect.delay that throws is reported, and the default backoff applies', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ reconnect: { delay: throws } })
    const errors = recordEvents(client, 'error')
    server.last.drop()
    expect(client.get().retryAt).toBe(clock.now() + 750)
    expect(errors).toEqual([bug])
    consoleErrors.length = 0
  })

  test.each([Number.NaN, -1, undefined, null])(
    'reconnect.delay that returns %s is replaced by the default backoff',
    (answer) => {
      const { clock, server, open } = createTestClient()
      const client = open({ reconnect: { delay: () => answer as number } })
      server.last.drop()
      expect(client.get().retryAt).toBe(clock.now() + 750)
    },
  )

  test('reconnect.delay that returns more than timers support is capped, and does not fire at once', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ reconnect: { delay: () => Infinity } })
    server.last.drop()
    clock.advance(3_600_000)
    expect([server.connections.length, client.get().status]).toEqual([1, 'reconnecting'])
  })

  test('heartbeat.message that throws is reported, and the silence still counts', () => {
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

  test('heartbeat.isReply and answer.to that throw are reported, and the message is delivered', () => {
    const { server, open } = createTestClient()
    const client = open({ heartbeat: { isReply: throws, answer: { to: throws, with: 'x' } } })
    const errors = recordEvents(client, 'error')
    server.last.send('hello')
    expect(errors).toContain(bug)
    expect(client.get()).toMatchObject({ status: 'open', received: 1, lastMessage: 'hello' })
    consoleErrors.length = 0
  })

  test('WebSocket may create a socket whose close() throws: the client still reconnects', () => {
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

test('a stop listener that calls open() although every dial fails at once does not block the page, and is reported', () => {
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
  expect(errors.at(-1)?.message).toMatch(/endless loop/)
  client.close()
  expect(client.get().status).toBe('closed')
})

test('a socket whose setter of binaryType throws is closed, and the dial has failed', () => {
  const { connect, server } = createTestClient()
  const FailingSocket = new Proxy(server.WebSocket, {
    construct: (Socket, given) =>
      Object.defineProperty(Reflect.construct(Socket, given) as object, 'binaryType', { set: throws }),
  })
  const client = connect({ WebSocket: FailingSocket, binaryType: 'arraybuffer', onError: () => {} })
  expect([client.get().lastClose?.cause, server.alive]).toEqual(['provider', 0])
})
