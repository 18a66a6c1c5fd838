/**
 * The cost of an idle client and of a message: bytes, timers, sockets and handlers, counted. Bytes are those of V8's heap, so the
 * sockets are as small as possible.
 */

import { expect, test } from 'vitest'
import { type WebSocketClient, type WebSocketOptions, createWebSocket } from '../../src/index.ts'
import { countKept, gc } from '../support/collectGarbage.ts'
import { createTestClient } from '../support/createTestClient.ts'

/** A socket that has only its four handlers. */
class Bare {
  readyState = 0
  bufferedAmount = 0
  protocol = ''
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onerror: (() => void) | null = null
  onclose: (() => void) | null = null
  static last: Bare
  constructor() {
    Bare.last = this
  }
  send(): void {}
  close(): void {}
}
const WebSocket = Bare as unknown as NonNullable<WebSocketOptions['WebSocket']>

const open = (options: WebSocketOptions = {}): WebSocketClient => {
  const client = createWebSocket('ws://test/', { ...options, WebSocket })
  Bare.last.readyState = 1
  Bare.last.onopen!()
  return client
}

/** The heap bytes that each of a thousand objects holds. */
const kept = (make: () => unknown): number => {
  const all: unknown[] = Array.from({ length: 1000 })
  gc()
  const before = process.memoryUsage().heapUsed
  for (let n = 0; n < 1000; n++) all[n] = make()
  gc()
  const bytes = (process.memoryUsage().heapUsed - before) / 1000
  for (const one of all) (one as Partial<WebSocketClient>).dispose?.()
  return bytes
}

/** The bytes that a run allocates, garbage included. V8's own allocations are in some of the runs only, so the smallest counts. */
const allocated = (run: () => void): number => {
  const rounds = Array.from({ length: 8 }, () => {
    gc()
    const before = process.memoryUsage().heapUsed
    run()
    return process.memoryUsage().heapUsed - before
  })
  return Math.min(...rounds.filter((bytes) => bytes >= 0))
}

/** Collecting garbage takes long on a busy machine. */
const PATIENCE = 60_000

/** The heap of an idle client beyond its socket, measured from 2460 to 2680. The goal is 2500. A budget: lower it when you can. */
const MOST_BYTES = 2900

test(
  `an idle open client with a heartbeat holds at most ${MOST_BYTES} B beyond its socket`,
  () => {
    const bare = (): Bare => {
      const socket = new Bare()
      socket.onopen = socket.onerror = socket.onclose = () => {}
      socket.onmessage = () => {}
      return socket
    }
    const client = (): WebSocketClient => open({ heartbeat: true, onMessage: () => {} })
    for (const make of [bare, client]) kept(make) // lets V8 compile the code and grow its own tables first
    // The median of both, because garbage of an earlier round can make a single reading too small, even negative.
    const median = (make: () => unknown): number => [1, 2, 3, 4, 5].map(() => kept(make)).sort((a, b) => a - b)[2]!
    const beyond = median(client) - median(bare)
    expect(Math.round(beyond)).toBeLessThan(MOST_BYTES)
  },
  PATIENCE,
)

const MESSAGES = 20_000

test.each<[what: string, options: WebSocketOptions, prepare?: (client: WebSocketClient) => void]>([
  ['onMessage only', {}],
  [
    'listeners of this event and of others',
    {},
    (client) => {
      client.on('message', () => {})
      client.on('close', () => {})
      client.onAny(() => {})
    },
  ],
  ['a heartbeat', { heartbeat: true }],
  [
    'a custom heartbeat',
    { heartbeat: { message: 'are you there', isReply: 'yes', answer: { to: 'and you', with: 'yes' } } },
  ],
  ['a subscriber', {}, (client) => client.subscribe(() => {})],
])(
  'a message allocates nothing, with %s',
  (_, options, prepare = () => {}) => {
    let received = 0
    const client = open({ ...options, onMessage: () => received++ })
    prepare(client)
    const socket = Bare.last
    const event = { data: 'the same for each, as a platform would deliver it' }
    const pour = (): void => {
      for (let n = 0; n < MESSAGES; n++) socket.onmessage!(event)
    }
    pour()
    const bytes = allocated(pour)
    client.dispose()
    expect(received).toBe(9 * MESSAGES)
    expect(bytes / MESSAGES).toBeLessThan(2)
  },
  PATIENCE,
)

test('an idle open client has one socket, three handlers on it and, with a heartbeat, one timer', () => {
  const { clock, server, open: dial } = createTestClient()
  const timers = (): number => clock.pending
  dial()
  expect([server.connections.length, timers()]).toEqual([1, 0])
  const client = dial({ heartbeat: true })
  expect([server.connections.length, timers()]).toEqual([2, 1])
  const { onopen, onmessage, onerror, onclose } = client.socket!
  expect([onopen, onmessage, onerror, onclose].map((handler) => typeof handler)).toEqual([
    'object',
    ...Array(3).fill('function'),
  ])
  // Messages, pings and replies set no other timer. A subscriber adds one for the length of a frame.
  client.subscribe(() => {})
  server.last.send('hello')
  expect(timers()).toBe(2)
  clock.advance(16)
  expect(timers()).toBe(1)
  clock.advance(25_000)
  expect([server.last.received, timers()]).toEqual([['ping'], 1])
  server.last.send('pong')
  clock.advance(16)
  expect(timers()).toBe(1)
})

test('the client sets the handlers of its socket and adds no event listeners to it', () => {
  const { server, connect } = createTestClient()
  const added: string[] = []
  const { addEventListener } = EventTarget.prototype
  EventTarget.prototype.addEventListener = function (...given) {
    if (server.connections.some(({ socket }) => socket === this)) added.push(given[0])
    addEventListener.apply(this, given)
  }
  const client = connect({ heartbeat: true })
  server.last.accept()
  client.on('message', () => {})
  server.last.send('hello')
  client.reconnect()
  EventTarget.prototype.addEventListener = addEventListener
  expect(added).toEqual([])
})

test('a flood of messages does not read the clock for each message, and postpones no ping', () => {
  const { clock, server, connect } = createTestClient()
  let readings = 0
  const { monotonic } = clock
  clock.monotonic = () => {
    readings++
    return monotonic!()
  }
  const client = connect({ heartbeat: { interval: 5000 }, clock })
  server.last.accept()
  readings = 0
  for (let n = 0; n < 1600; n++) server.last.send('flood')
  expect(readings).toBeLessThan(150)
  for (let second = 0; second < 60; second++) {
    clock.advance(1000)
    server.last.send('pong')
  }
  expect(client.get().received).toBeGreaterThanOrEqual(1600)
  // Nothing else is sent, so a ping is due every 5 s.
  expect(server.last.received).toHaveLength(12)
})

test(
  'opened() of an open client leaves nothing in memory',
  async () => {
    const client = open()
    const infos: WeakRef<object>[] = []
    for (let call = 0; call < 10; call++) infos.push(new WeakRef(await client.opened()))
    expect(await countKept(infos)).toBe(0)
    client.dispose()
  },
  PATIENCE,
)
