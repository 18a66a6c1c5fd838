/** An example for each option of `ReconnectingWebSocket`. The title of a test begins with the option. */

import { readFileSync } from 'node:fs'
import { OneShotWebSocket, type Options, ReconnectingWebSocket } from '@holdfast/core/reconnecting-websocket'
import { createFakeClock, createFakeServer } from '@holdfast/core/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { connect } from './reconnectingWebSocket.ts'
import { members } from './support/publicTypes.ts'
import { namesIn, rowsUnder } from './support/tables.ts'

const sockets: ReconnectingWebSocket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
  vi.restoreAllMocks()
})

const stage = () => {
  const clock = createFakeClock()
  const server = createFakeServer()
  const fakes: Options = { clock, WebSocket: server.WebSocket, environment: false }
  const create = (options: Options = {}): ReconnectingWebSocket => {
    const socket = new ReconnectingWebSocket('ws://test', [], { ...fakes, ...options })
    sockets.push(socket)
    return socket
  }
  /** The waits before `count` attempts that fail. */
  const waits = async (options: Options, count: number): Promise<number[]> => {
    server.auto = false
    const delays: number[] = []
    const socket = create(options)
    socket.client.on('retry', ({ delay }) => delays.push(delay))
    for (let n = 0; n < count; n++) {
      await clock.run(n ? delays.at(-1)! : 0)
      server.last.refuse()
    }
    return delays
  }
  return { clock, server, fakes, create, waits }
}

test('the example of the documentation sends when the connection is open, and stops after a final code', async () => {
  const { clock, server, fakes } = stage()
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const socket = connect('ws://test', fakes)
  sockets.push(socket)
  await clock.run(0)
  expect(server.last.received).toEqual(['hello'])
  server.last.close(4500, 'banned')
  expect(log.mock.calls).toEqual([['closed', 4500, 'banned'], ['no further attempt']])
})

test('WebSocket is the constructor of the sockets', async () => {
  const { clock, server, create } = stage()
  create({ WebSocket: server.WebSocket })
  await clock.run(0)
  expect(server.connections).toHaveLength(1)
})

test('minReconnectionDelay, reconnectionDelayGrowFactor and maxReconnectionDelay give the waits, and jitter their random part', async () => {
  const { waits } = stage()
  const options = { minReconnectionDelay: 1000, reconnectionDelayGrowFactor: 2, maxReconnectionDelay: 3000 }
  expect(await waits({ ...options, jitter: 0 }, 3)).toEqual([1000, 2000, 3000])
  // The fake clock draws 0.5.
  expect(await waits({ ...options, jitter: 0.2 }, 3)).toEqual([1100, 2200, 3300])
})

test('minUptime: retryCount is 0 when a connection was open for so long', async () => {
  const { clock, server, create } = stage()
  const socket = create({ minUptime: 2000 })
  await clock.run(0)
  server.last.drop()
  await clock.run(10_000)
  expect(socket.retryCount).toBe(0)
})

test('connectionTimeout ends a dial that takes too long', async () => {
  const { clock, server, create } = stage()
  server.auto = false
  const messages: string[] = []
  create({ connectionTimeout: 2000 }).onerror = ({ message }) => messages.push(message)
  await clock.run(2000)
  expect(messages).toEqual(['TIMEOUT'])
})

test('maxRetries: the class dispatches stop when they are used up', async () => {
  const { clock, server, create } = stage()
  server.auto = false
  const stopped = vi.fn<() => void>()
  create({ maxRetries: 0 }).addEventListener('stop', stopped)
  await clock.run(0)
  server.last.refuse()
  expect(stopped).toHaveBeenCalledOnce()
})

test('maxEnqueuedMessages and maxEnqueuedBytes bound the queue', () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { create } = stage()
  for (const options of [{ maxEnqueuedMessages: 1 }, { maxEnqueuedBytes: 5 }]) {
    const socket = create(options)
    for (const text of ['first', 'second']) socket.send(text)
    expect(socket.drainQueuedMessages()).toEqual(['first'])
  }
})

test('startClosed waits for reconnect()', async () => {
  const { clock, server, create } = stage()
  const socket = create({ startClosed: true })
  await clock.run(0)
  expect(server.connections).toHaveLength(0)
  socket.reconnect()
  await clock.run(0)
  expect(socket.readyState).toBe(1)
})

test('shouldReconnectOnClose decides after each close', async () => {
  const { clock, server, create } = stage()
  const socket = create({ shouldReconnectOnClose: ({ code }) => code !== 4001 })
  await clock.run(0)
  server.last.close(4001)
  expect(socket.shouldReconnect).toBe(false)
})

test('debug and debugLogger log events', async () => {
  const { clock, create } = stage()
  const debugLogger = vi.fn<(...args: unknown[]) => void>()
  create({ debug: true, debugLogger })
  await clock.run(0)
  expect(debugLogger).toHaveBeenCalledWith('RWS>', 'open', expect.anything())
})

test('reconnect false is what OneShotWebSocket is: one connection', async () => {
  const { clock, server, fakes, create } = stage()
  const Bound = OneShotWebSocket.with(fakes)
  const both = [create({ reconnect: false }), new Bound('ws://test')]
  await clock.run(0)
  for (const connection of server.connections) connection.close(1001)
  await clock.run(60_000)
  expect(both.map(({ readyState }) => readyState)).toEqual([3, 3])
  expect(server.connections).toHaveLength(2)
})

test('heartbeat ends a dead connection with code 4000', async () => {
  const { clock, create } = stage()
  const codes: number[] = []
  create({ heartbeat: { interval: 1000, timeout: 1000 } }).onclose = ({ code }) => codes.push(code)
  await clock.run(2000)
  expect(codes).toEqual([4000])
})

test('closeTimeout ends a closing handshake that the server does not answer', async () => {
  const { clock, server, create } = stage()
  const codes: number[] = []
  const socket = create({ closeTimeout: 100 })
  socket.onclose = ({ code }) => codes.push(code)
  await clock.run(0)
  server.auto = false
  socket.close()
  await clock.run(100)
  expect(codes).toEqual([1006])
})

test('environment and clock replace the page and the time', async () => {
  const { create } = stage()
  const clock = createFakeClock()
  const socket = create({ clock, environment: false })
  await clock.run(0)
  expect(socket.readyState).toBe(1)
})

test.each(['docs/guide', 'docs/zh/guide'])(
  'the table in %s has a row and this file a test for each option',
  (folder) => {
    const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
    const options = members('Options', 'reconnectingWebSocket').map(({ name }) => name)
    const rows = rowsUnder(/^(option|选项)$/, read(`../${folder}/compatible-class.md`))
    expect(namesIn(rows)).toEqual(options.sort())
    const titles = [...read(import.meta.url).matchAll(/^test\('(.*)',/gm)].map(([, title]) => title!).join('\n')
    expect(options.filter((name) => !new RegExp(`\\b${name}\\b`).test(titles))).toEqual([])
  },
)
