/**
 * What the functions of an application can answer, throw or leave out. Whatever it is: the process goes on, no client is admitted by
 * mistake, `error` names the function, and nothing is left when the client is gone.
 */

import { createServer } from 'node:http'
import { once } from 'node:events'
import { runInNewContext } from 'node:vm'
import type { AddressInfo } from 'node:net'
import { type FakeClock, createFakeClock } from '@holdfast/core/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { CallbackError, HubError } from '../src/errors.ts'
import { type Hub, type HubOptions, createHub } from '../src/hub.ts'
import { createTestNode, settle } from './support/testNode.ts'
import { SUBPROTOCOL } from './support/dial.ts'

const TOKEN = 'secret-token-0123456789'

const throwing = (): never => {
  throw new Error(`failed with ${TOKEN}`)
}
const cyclic: Record<string, unknown> = { id: 'ann' }
cyclic['info'] = cyclic
const hostile = new Proxy(
  {},
  { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing, getOwnPropertyDescriptor: throwing },
)
const hostileFunction = new Proxy(() => undefined, { get: throwing, getPrototypeOf: throwing })

/** An object like a promise of another library. */
const thenable = (then: (resolve: (value: unknown) => void, reject: (error: Error) => void) => void): object =>
  // oxlint-disable-next-line unicorn/no-thenable -- the hub must cope with it
  ({ then })

/** A refusal, a failure of the server, or an answer of the wrong type. */
type Kind = 'refusal' | 'failure' | 'invalid'

/** Answers that are the same for every function. */
const COMMON: readonly (readonly [name: string, kind: Kind, run: () => unknown])[] = [
  ['throws', 'failure', throwing],
  [
    'throws a HubError',
    'refusal',
    () => {
      throw new HubError('no')
    },
  ],
  [
    'throws undefined',
    'failure',
    () => {
      throw undefined
    },
  ],
  [
    'throws a proxy',
    'failure',
    () => {
      throw hostile
    },
  ],
  [
    'throws an object without a prototype',
    'failure',
    () => {
      throw Object.create(null)
    },
  ],
  [
    'throws an error whose message is a getter that throws',
    'failure',
    () => {
      throw Object.defineProperty(new Error('x'), 'message', { get: throwing })
    },
  ],
  [
    'throws an error of 1 MB',
    'failure',
    () => {
      throw new Error('x'.repeat(1e6))
    },
  ],
  ['rejects', 'failure', async () => throwing()],
  [
    'rejects with a HubError',
    'refusal',
    async () => {
      throw new HubError('no')
    },
  ],
  ['rejects with undefined', 'failure', () => Promise.reject()],
  [
    'rejects with a promise of another realm',
    'failure',
    () => runInNewContext('Promise.reject(new Error())') as unknown,
  ],
  ['hangs', 'failure', () => new Promise(() => undefined)],
  ['returns a thenable that throws', 'failure', () => thenable(throwing)],
  ['returns a thenable that rejects', 'failure', () => thenable((_, reject) => reject(new Error('x')))],
  ['returns a proxy', 'failure', () => hostile],
  ['returns a function proxy', 'failure', () => hostileFunction],
  ['returns a text', 'invalid', () => 'yes'],
  ['returns the token', 'invalid', () => TOKEN],
  ['returns a text of 1 MB', 'invalid', () => 'y'.repeat(1e6)],
  ['returns NaN', 'invalid', () => Number.NaN],
  ['returns 1', 'invalid', () => 1],
  ['returns a bigint', 'invalid', () => 1n],
  ['returns a symbol', 'invalid', () => Symbol('yes')],
  ['returns a function', 'invalid', () => () => true],
  ['returns an array', 'invalid', () => [true]],
  ['returns an empty object', 'invalid', () => ({})],
  ['resolves with a text', 'invalid', async () => 'yes'],
]

const PERMISSION = [
  ...COMMON,
  ['returns false', 'refusal', () => false],
  ['resolves with false', 'refusal', async () => false],
  ['returns undefined', 'invalid', () => undefined],
  ['returns null', 'invalid', () => null],
  ['resolves with undefined', 'invalid', async () => undefined],
  ['resolves with null', 'invalid', async () => null],
  ['returns a cyclic object', 'invalid', () => cyclic],
] as const satisfies typeof COMMON

const user = (fields: object) => () => ({ id: 'ann', ...fields })

const AUTHENTICATE = [
  ...COMMON,
  ['returns null', 'refusal', () => null],
  ['returns undefined', 'refusal', () => undefined],
  ['resolves with null', 'refusal', async () => null],
  ['returns false', 'invalid', () => false],
  ['returns true', 'invalid', () => true],
  ['returns an id that is empty', 'invalid', user({ id: '' })],
  ['returns an id that is null', 'invalid', user({ id: null })],
  ['returns an id that is NaN', 'invalid', user({ id: Number.NaN })],
  ['returns an id that is a bigint', 'invalid', user({ id: 7n })],
  ['returns an id that is an object', 'invalid', user({ id: { toString: () => 'ann' } })],
  ['returns an id of 1 MB', 'invalid', user({ id: 'x'.repeat(1e6) })],
  ['returns an id of 257 bytes', 'invalid', user({ id: `${'ü'.repeat(128)}x` })],
  ['returns an id with a lone surrogate', 'invalid', user({ id: 'ann\ud800' })],
  ['returns info that is cyclic', 'invalid', () => cyclic],
  ['returns info that is a bigint', 'invalid', user({ info: { n: 1n } })],
  ['returns info that is a function', 'invalid', user({ info: () => 1 })],
  ['returns info above 4 KiB', 'invalid', user({ info: 'x'.repeat(4095) })],
  [
    'returns info with a getter that throws',
    'invalid',
    user({
      info: {
        get name() {
          return throwing()
        },
      },
    }),
  ],
  ['returns info with a toJSON that throws', 'invalid', user({ info: { toJSON: throwing } })],
  ['returns info that is a proxy', 'invalid', user({ info: hostile })],
  [
    'returns an id that is a getter that throws',
    'failure',
    () => ({
      get id() {
        return throwing()
      },
    }),
  ],
  ['returns a NaN expiresAt', 'invalid', user({ expiresAt: Number.NaN })],
  ['returns an infinite expiresAt', 'invalid', user({ expiresAt: Infinity })],
  ['returns expiresAt as a text', 'invalid', user({ expiresAt: '2099-01-01T00:00:00Z' })],
  ['returns expiresAt as a Date', 'invalid', user({ expiresAt: new Date(4e12) })],
  ['returns expiresAt in seconds', 'invalid', user({ expiresAt: 2_000_000_000 })],
  ['returns expiresAt as a bigint', 'invalid', user({ expiresAt: 4_000_000_000_000n })],
] as const satisfies typeof COMMON

/** Checks that the only report is one of the function, and contains no token. */
const expectReport = (errors: readonly Error[], kind: Kind, callback: string): void => {
  if (kind === 'refusal') return expect(errors).toEqual([])
  expect(errors).toHaveLength(1)
  expect(errors[0]).toBeInstanceOf(CallbackError)
  expect(errors[0]).toMatchObject({ callback, message: expect.stringMatching(new RegExp(`^${callback}: .`)) })
  expect(errors[0]!.message.length).toBeLessThan(600)
  if (callback === 'authorize' || callback === 'presence') return // they see neither the token nor the request
  expect(`${errors[0]!.message}${errors[0]!.stack}`).not.toContain(TOKEN)
  expect(errors[0]!.cause).toBeUndefined()
}

describe('authenticate, for a session', () => {
  test.each(AUTHENTICATE)('admits no client when it %s, which is a %s', async (_, kind, run) => {
    const { connect, node, errors, clock } = createTestNode({ authenticate: run as never })
    await clock.run(1.7e12) // the present, so that a time in seconds can be recognised
    const refusals: unknown[] = []
    const connections: unknown[] = []
    node.on('refuse', ({ reason, code }) => refusals.push([reason, code]))
    node.on('connection', (connection) => connections.push(connection))
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, token: TOKEN, sub: ['a'] })
    await settle()
    if (!socket.closed) await clock.run(10_000)
    await settle()
    const code = socket.closed?.code
    if (kind === 'failure') expect([code, refusals]).toEqual([1011, []])
    else expect([code, refusals]).toEqual([4501, [['auth', 4501]]])
    expectReport(errors, kind, 'authenticate')
    expect(connections).toEqual([])
    expect(socket.texts.join()).not.toContain(TOKEN)
    socket.end()
    await settle()
    expect(node.stats()).toMatchObject({ connections: 0, sessions: 0, streams: 0, accepted: 0 })
    expect(clock.pending).toBe(0)
  })
})

describe('authorize', () => {
  test.each(PERMISSION)('denies the stream when it %s, which is a %s', async (_, kind, run) => {
    const { openSession, node, errors, clock } = createTestNode({ authorize: run as never })
    const { socket } = await openSession()
    const before = clock.pending
    socket.clientSends({ t: 'sub', stream: 'private' })
    await settle()
    await clock.run(10_000)
    await node.publish('private', 1)
    expect(socket.framesOf('msg')).toEqual([])
    if (kind === 'failure') expect(socket.closed?.code).toBe(1011)
    else expect(socket.framesOf('sub')).toEqual([{ t: 'sub', s: 'private', at: ['-', 0, 'lost', 'denied'] }])
    expectReport(errors, kind, 'authorize')
    expect(node.stats().streams).toBe(0)
    if (!socket.closed) expect(clock.pending).toBe(before)
  })

  test('true, also as a promise, allows', async () => {
    for (const authorize of [() => true, async () => true]) {
      const { openSession, errors } = createTestNode({ authorize })
      const { welcome } = await openSession({ sub: ['a'] })
      expect([welcome['streams'].a[2], errors]).toEqual(['fresh', []])
    }
  })
})

describe('presence', () => {
  // It must answer at once, so that a promise is an answer of the wrong type.
  const isPromise = (name: string): boolean =>
    /^(?:rejects|hangs|resolves|returns a thenable|returns a (?:function )?proxy)/.test(name)
  test.each(PERMISSION)('publishes no members when it %s, which is a %s', async (name, kind, run) => {
    const { openSession, node, errors } = createTestNode({ presence: run as never })
    const { socket } = await openSession()
    socket.clientSends({ t: 'sub', stream: 'a' })
    await settle()
    const expected = isPromise(name) ? 'invalid' : kind
    expect(socket.closed?.code).toBe(expected === 'failure' ? 1011 : undefined)
    expectReport(errors, expected, 'presence')
    expect(socket.framesOf('pres')).toEqual([])
    expect(await node.presence('a')).toEqual([])
  })
})

/** A hub on a real socket whose fake clock ends hanging calls at once. */
const startHub = async (options: HubOptions): Promise<{ hub: Hub; url: string; errors: Error[]; clock: FakeClock }> => {
  const clock = createFakeClock()
  const server = createServer()
  const hub = createHub({ server, clock, ...options })
  const errors: Error[] = []
  hub.on('error', (error) => errors.push(error))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    await hub.close()
    server.closeAllConnections()
    server.close()
  })
  return { hub, errors, clock, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Resolves with the status of a refusal, 101 for an open connection. */
const statusOf = async (url: string, protocols: string[], headers: Record<string, string>): Promise<number> => {
  const socket = new WebSocket(url, protocols, { headers })
  onTestFinished(() => socket.terminate())
  return await new Promise((resolve, reject) => {
    socket.on('open', () => resolve(101))
    socket.on('unexpected-response', (_, { statusCode = 0 }) => {
      socket.on('error', () => undefined)
      socket.terminate()
      resolve(statusCode)
    })
    socket.on('error', reject)
  })
}

describe.each([
  ['allowedOrigins', PERMISSION, 403],
  ['beforeUpgrade', PERMISSION, 403],
  ['authenticate', AUTHENTICATE.filter(([name]) => name !== 'returns expiresAt in seconds'), 401],
] as const)('%s, before the upgrade', (name, answers, refused) => {
  test.each<(typeof COMMON)[number]>(answers)('upgrades no client when it %s, which is a %s', async (_, kind, run) => {
    let calls = 0
    const { hub, url, errors, clock } = await startHub({
      limits: { connections: 1 },
      [name]: () => {
        calls++
        return run()
      },
    })
    const refusals: unknown[] = []
    hub.on('refuse', ({ reason, status, address }) => refusals.push([reason, status, address]))
    const status = statusOf(url, [], { origin: 'https://mine.example', cookie: `sid=${TOKEN}` })
    await vi.waitUntil(() => calls === 1, { timeout: 10_000, interval: 1 })
    await settle()
    await clock.run(10_000)
    expect(await status).toBe(kind === 'failure' ? 503 : refused)
    expectReport(errors, kind, name)
    expect(refusals).toEqual(
      kind === 'failure' ? [] : [[name === 'allowedOrigins' ? 'origin' : 'auth', refused, '127.0.0.1']],
    )
    // The only place is free again: the next client is asked too, and not refused as too many.
    const repeated = statusOf(url, [], { origin: 'https://mine.example' })
    await vi.waitUntil(() => calls === 2, { timeout: 10_000, interval: 1 })
    await settle()
    await clock.run(10_000)
    expect(await repeated).not.toBe(101)
    expect(hub.stats()).toMatchObject({ connections: 0, accepted: 0, refusals: { full: 0 } })
    expect(clock.pending).toBe(0)
  })
})

describe('address', () => {
  test.each(COMMON.filter(([name]) => !/^returns a text$|the token/.test(name)))(
    '%s: the address of the connection counts',
    async (_, _kind, run) => {
      const { url, errors } = await startHub({ limits: { perAddress: 1 }, address: run as never })
      expect(await statusOf(url, [SUBPROTOCOL], {})).toBe(101)
      expect(await statusOf(url, [SUBPROTOCOL], {})).toBe(429)
      for (const error of errors) expect(error).toMatchObject({ callback: 'address' })
      expect(errors.length).toBeGreaterThan(1)
    },
  )
})

const LISTENERS = [
  'connection',
  'resume',
  'message',
  'request',
  'join',
  'leave',
  'close',
  'drop',
  'refuse',
  'error',
] as const

describe('a listener', () => {
  test.each(LISTENERS.flatMap((event) => COMMON.map(([name, , run]) => [event, name, run] as const)))(
    'of %s that %s does not affect other clients',
    async (event, _, run) => {
      const { openSession, connect, node, clock } = createTestNode()
      node.on(event, run as never)
      const { socket, welcome } = await openSession({ sub: ['a'] })
      socket.clientSends({ t: 'emit', d: 1 })
      socket.clientSends({ t: 'send', seq: 1, d: 1 })
      socket.clientSends({ t: 'send', seq: 2, d: 1, rq: 1 })
      socket.clientSends({ t: 'unsub', stream: 'a' })
      await settle()
      connect().clientSends('not JSON')
      socket.clientSends('not JSON')
      socket.end(1006)
      await settle()
      const other = await openSession({ sub: ['b'] })
      other.socket.clientSends({ t: 'ping', id: 1 })
      expect(other.socket.framesOf('pong')).toEqual([{ t: 'pong', id: 1 }])
      expect(welcome['resumed']).toBe(false)
      expect(node.stats()).toMatchObject({ connections: 2 })
      await clock.run(1)
    },
  )
})
