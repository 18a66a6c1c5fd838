/** The fakes that we and users test with: they must behave as what they stand for. */

import { describe, expect, test } from 'vitest'
import { createWebSocket } from '../../src/index.ts'
import { createFakeClock, createFakeServer, createFakeEnvironment } from '../../src/testing/index.ts'

describe('createFakeClock', () => {
  test('fires what falls due, in order of time and then of setting, each at its time', () => {
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

  test('fires what is set meanwhile, if it falls due in time, and not what is cleared', () => {
    const clock = createFakeClock()
    const fired: number[] = []
    const doomed = clock.setTimeout(() => fired.push(-1), 20)
    clock.setTimeout(() => {
      clock.clearTimeout(doomed)
      clock.setTimeout(() => fired.push(clock.now()), 5)
      clock.setTimeout(() => fired.push(clock.now()), 500)
    }, 10)
    clock.advance(100)
    expect([fired, clock.pending]).toEqual([[15], 1])
    clock.clearTimeout('nothing of ours')
  })

  test('jump() lets timers fall due late, adjust() only sets the wall clock', () => {
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

  test('a delay beyond what platforms keep fires almost at once, as it does there', () => {
    const clock = createFakeClock()
    const fired: number[] = []
    clock.setTimeout(() => fired.push(clock.now()), 2 ** 31)
    clock.setTimeout(() => fired.push(clock.now()), Infinity)
    clock.setTimeout(() => fired.push(clock.now()), 2 ** 31 - 1)
    clock.advance(1)
    expect([fired, clock.pending]).toEqual([[1, 1], 1])
  })

  test('a delay too short to move the time moves it all the same', () => {
    const clock = createFakeClock(1_700_000_000_000.5)
    const start = clock.now()
    let at: number | undefined
    clock.setTimeout(() => (at = clock.now()), 1e-10)
    clock.advance(1)
    expect(at).toBeGreaterThan(start)
  })

  test('run() lets promises settle between timers', async () => {
    const clock = createFakeClock()
    const said: unknown[] = []
    const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms))
    const work = async (): Promise<void> => {
      await wait(10)
      said.push(clock.now())
      await wait(10)
      said.push(clock.now())
    }
    void work()
    await clock.run(20)
    expect(said).toEqual([10, 20])
  })

  test('the dice show a half until told otherwise', () => {
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
    const said: string[] = []
    for (const type of ['open', 'message', 'error', 'close'] as const)
      socket.addEventListener(type, () => said.push(`${type} ${socket.readyState}`))
    return { server, socket, said, connection: server.last }
  }

  test('the handshake is accepted by hand, or refused: error, then close with 1006', () => {
    const { socket, said, connection } = dial()
    expect([socket.readyState, connection.url, connection.protocols]).toEqual([0, 'ws://test/', ['a', 'b']])
    connection.accept('b')
    connection.accept()
    connection.refuse()
    expect([said, socket.protocol]).toEqual([['open 1'], 'b'])
    const refused = dial()
    const codes: number[] = []
    refused.socket.addEventListener('close', ({ code, wasClean }) => codes.push(code, Number(wasClean)))
    refused.connection.refuse()
    expect([refused.said, codes]).toEqual([
      ['error 3', 'close 3'],
      [1006, 0],
    ])
  })

  test('a healthy server accepts and answers closes by itself, not at once', async () => {
    const { socket, said } = dial(true)
    expect(said).toEqual([])
    await Promise.resolve()
    expect(said).toEqual(['open 1'])
    socket.close(4001, 'bye')
    expect(socket.readyState).toBe(2)
    await Promise.resolve()
    expect(said).toEqual(['open 1', 'close 3'])
  })

  test('messages go both ways while open, and nowhere else', () => {
    const { server, socket, said, connection } = dial()
    expect(() => socket.send('early')).toThrow('connecting')
    connection.send('early')
    connection.accept()
    socket.send('hello')
    connection.send('hello')
    socket.close()
    socket.send('late')
    connection.send('late')
    expect([connection.received, said]).toEqual([['hello'], ['open 1', 'message 1']])
    expect(connection.closed).toEqual({ code: undefined, reason: '' })
    connection.finish()
    expect([socket.readyState, server.alive]).toEqual([3, 0])
  })

  test('an end comes once, however many ways there are', () => {
    const { said, connection } = dial()
    connection.accept()
    connection.close(4000, 'enough')
    connection.drop()
    connection.finish()
    connection.refuse()
    expect(said).toEqual(['open 1', 'close 3'])
  })

  test('a socket closed while connecting fails, later', async () => {
    const { socket, said } = dial()
    socket.close()
    expect([socket.readyState, said]).toEqual([2, []])
    await Promise.resolve()
    expect(said).toEqual(['error 3', 'close 3'])
  })

  test.each([0, 999, 1001, 1006, 2999, 5000])('close(%d) throws as in a browser', (code) => {
    const { socket, connection } = dial()
    connection.accept()
    expect(() => socket.close(code)).toThrow(`${code}`)
    expect(socket.readyState).toBe(1)
  })

  test('it says what is missing', () => {
    expect(() => createFakeServer().last).toThrow('nothing was dialled')
  })
})

test('createFakeEnvironment tells those who listen, and remembers the network', () => {
  const page = createFakeEnvironment()
  const said: string[] = []
  const leave = page.subscribe((event) => said.push(event))
  const other = page.subscribe(() => leave())
  expect([page.online(), page.listeners]).toEqual([true, 2])
  page.emit('offline')
  expect([page.online(), page.listeners]).toEqual([false, 1])
  page.emit('online')
  other()
  other()
  expect([said, page.online(), page.listeners]).toEqual([['offline'], true, 0])
})

test('together they let a user test what is hard to see: a lost link, the countdown, the return', async () => {
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
