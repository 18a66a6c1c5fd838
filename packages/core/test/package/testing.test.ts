/** The fakes of `@holdfast/core/testing`: they must behave like the clock, server and page that they replace. */

import { describe, expect, test } from 'vitest'
import { createWebSocket } from '../../src/index.ts'
import { createFakeClock, createFakeServer, createFakeEnvironment } from '../../src/testing/index.ts'

describe('createFakeClock', () => {
  test('fires timers in the order of their times and then of their creation, each at its time', () => {
    const clock = createFakeClock(1000)
    const fired: unknown[] = []
    for (const [name, delay] of [
      ['late', 30],
      ['first', 10],
      ['second', 10],
      ['at once', 0],
      ['past', -5],
    ] as const) {
      clock.setTimeout(() => fired.push([name, clock.now()]), delay)
    }
    clock.advance(29)
    expect(fired).toEqual([
      ['at once', 1000],
      ['past', 1000],
      ['first', 1010],
      ['second', 1010],
    ])
    expect([clock.now(), clock.pending]).toEqual([1029, 1])
  })

  test('fires timers that are set meanwhile if their time has come, and no cleared timers', () => {
    const clock = createFakeClock()
    const fired: number[] = []
    const cleared = clock.setTimeout(() => fired.push(-1), 20)
    clock.setTimeout(() => {
      clock.clearTimeout(cleared)
      clock.setTimeout(() => fired.push(clock.now()), 5)
      clock.setTimeout(() => fired.push(clock.now()), 500)
    }, 10)
    clock.advance(100)
    expect([fired, clock.pending]).toEqual([[15], 1])
    clock.clearTimeout('no timer of this clock')
  })

  test('jump() makes timers fire late, and adjust() only sets the wall clock', () => {
    const clock = createFakeClock()
    const fired: number[] = []
    clock.setTimeout(() => fired.push(clock.now()), 10)
    clock.adjust(-5000)
    clock.advance(9)
    expect([fired, clock.now()]).toEqual([[], -4991])
    clock.jump(100)
    expect([fired, clock.now()]).toEqual([[], -4891])
    clock.advance(0)
    expect(fired).toEqual([-4891])
  })

  test('a delay beyond the limit of platforms fires almost at once, as on platforms', () => {
    const clock = createFakeClock()
    const fired: number[] = []
    clock.setTimeout(() => fired.push(clock.now()), 2 ** 31)
    clock.setTimeout(() => fired.push(clock.now()), Infinity)
    clock.setTimeout(() => fired.push(clock.now()), 2 ** 31 - 1)
    clock.advance(1)
    expect([fired, clock.pending]).toEqual([[1, 1], 1])
  })

  test('a delay smaller than the precision of the time still moves the time', () => {
    const clock = createFakeClock(1_700_000_000_000.5)
    const start = clock.now()
    let at: number | undefined
    clock.setTimeout(() => (at = clock.now()), 1e-10)
    clock.advance(1)
    expect(at).toBeGreaterThan(start)
  })

  test('run() lets promises settle between timers', async () => {
    const clock = createFakeClock()
    const times: unknown[] = []
    const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms))
    const work = async (): Promise<void> => {
      await wait(10)
      times.push(clock.now())
      await wait(10)
      times.push(clock.now())
    }
    void work()
    await clock.run(20)
    expect(times).toEqual([10, 20])
  })

  test('random() returns 0.5 until setRandom() is called', () => {
    const clock = createFakeClock()
    const thrown = [clock.random()]
    clock.setRandom(0.1)
    thrown.push(clock.random())
    let next = 0.2
    clock.setRandom(() => (next += 0.1))
    thrown.push(clock.random(), clock.random())
    expect(thrown.map((value) => value.toFixed(1))).toEqual(['0.5', '0.1', '0.3', '0.4'])
  })
})

describe('createFakeServer', () => {
  const dial = (auto = false) => {
    const server = createFakeServer({ auto })
    const socket = new server.WebSocket('ws://test/', ['a', 'b'])
    const events: string[] = []
    for (const type of ['open', 'message', 'error', 'close'] as const)
      socket.addEventListener(type, () => events.push(`${type} ${socket.readyState}`))
    return { server, socket, events, connection: server.last }
  }

  test('accepts the handshake on command, or refuses it with an error and a close event with 1006', () => {
    const { socket, events, connection } = dial()
    expect([socket.readyState, connection.url, connection.protocols]).toEqual([0, 'ws://test/', ['a', 'b']])
    connection.accept('b')
    connection.accept()
    connection.refuse()
    expect([events, socket.protocol]).toEqual([['open 1'], 'b'])
    const refused = dial()
    const codes: number[] = []
    refused.socket.addEventListener('close', ({ code, wasClean }) => codes.push(code, Number(wasClean)))
    refused.connection.refuse()
    expect([refused.events, codes]).toEqual([
      ['error 3', 'close 3'],
      [1006, 0],
    ])
  })

  test('accepts and answers closing handshakes by itself by default, in a microtask', async () => {
    const { socket, events } = dial(true)
    expect(events).toEqual([])
    await Promise.resolve()
    expect(events).toEqual(['open 1'])
    socket.close(4001, 'bye')
    expect(socket.readyState).toBe(2)
    await Promise.resolve()
    expect(events).toEqual(['open 1', 'close 3'])
  })

  test('delivers messages in both directions only while the socket is open', () => {
    const { server, socket, events, connection } = dial()
    expect(() => socket.send('early')).toThrow('connecting')
    connection.send('early')
    connection.accept()
    socket.send('hello')
    connection.send('hello')
    socket.close()
    socket.send('late')
    connection.send('late')
    expect([connection.received, events]).toEqual([['hello'], ['open 1', 'message 1']])
    expect(connection.closed).toEqual({ code: undefined, reason: '' })
    connection.finish()
    expect([socket.readyState, server.alive]).toEqual([3, 0])
  })

  test('emits close once, however often the connection is ended', () => {
    const { events, connection } = dial()
    connection.accept()
    connection.close(4000, 'enough')
    connection.drop()
    connection.finish()
    connection.refuse()
    expect(events).toEqual(['open 1', 'close 3'])
  })

  test('emits error and close later for a socket that is closed while connecting', async () => {
    const { socket, events } = dial()
    socket.close()
    expect([socket.readyState, events]).toEqual([2, []])
    await Promise.resolve()
    expect(events).toEqual(['error 3', 'close 3'])
  })

  test.each([0, 999, 1001, 1006, 2999, 5000])('throws on close(%d) as a browser does', (code) => {
    const { socket, connection } = dial()
    connection.accept()
    expect(() => socket.close(code)).toThrow(`${code}`)
    expect(socket.readyState).toBe(1)
  })

  test('throws a clear error if last is read before the first dial', () => {
    expect(() => createFakeServer().last).toThrow('nothing was dialled')
  })
})

test('createFakeEnvironment() notifies its subscribers and updates online()', () => {
  const page = createFakeEnvironment()
  const events: string[] = []
  const unsubscribe = page.subscribe((event) => events.push(event))
  const other = page.subscribe(() => unsubscribe())
  expect([page.online(), page.listeners]).toEqual([true, 2])
  page.emit('offline')
  expect([page.online(), page.listeners]).toEqual([false, 1])
  page.emit('online')
  other()
  other()
  expect([events, page.online(), page.listeners]).toEqual([['offline'], true, 0])
})

test('the three fakes together test a lost connection, its retryAt and the reconnect', async () => {
  const [clock, server, environment] = [createFakeClock(), createFakeServer(), createFakeEnvironment()]
  const client = createWebSocket('ws://test/', { clock, WebSocket: server.WebSocket, environment })
  await clock.run(0)
  server.last.send('hello')
  expect(client.get()).toMatchObject({ status: 'open', lastMessage: 'hello' })
  server.last.drop()
  expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1, retryAt: 750 })
  await clock.run(750)
  expect(client.get()).toMatchObject({ status: 'open', attempt: 0 })
  client.dispose()
  expect([clock.pending, server.alive, environment.listeners]).toEqual([0, 0, 0])
})
