/** Each wrong value of each option throws an `OptionError` that names the option and what is expected. */

import { createServer } from 'node:http'
import { createClient } from 'redis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { type HubOptions, OptionError, createHub, createNode, memoryStore, redisStore } from '../src/index.ts'
import { createTestNode } from './support/testNode.ts'

/** An option with the values it must not have. */
type Row = readonly [option: string, values: readonly unknown[]]

const NO_OBJECT = [null, 5, '', 'text', [], true, () => undefined]
const NO_NUMBER = [null, '5', '', true, {}, Number.NaN, -1, -Infinity]
const NO_TEXT = [null, 5, true, {}, []]
const NO_FUNCTION = [null, 5, '', 'text', true, {}]
/** A number above 0. */
const NO_AMOUNT = [...NO_NUMBER, 0]
/** A whole number above 0. */
const NO_COUNT = [...NO_AMOUNT, 1.5]
const NO_CLOCK = [...NO_OBJECT, {}, { ...systemClock, random: 5 }, { ...systemClock, monotonic: 5 }]

const COUNTED_LIMITS = ['frame', 'depth', 'frameMemory', 'streams', 'replayMessages', 'replayBytes', 'sendBuffer']
const LIMITS = [...COUNTED_LIMITS, 'backlog', 'backlogBytes', 'connections', 'perAddress']

const NODE_ROWS: readonly Row[] = [
  ['store', [...NO_OBJECT, {}, { ...memoryStore(), endSession: 5 }, { ...memoryStore(), onStateChange: 5 }]],
  ['authenticate', [...NO_FUNCTION, undefined]],
  ['authorize', [...NO_FUNCTION, undefined]],
  ['address', [...NO_FUNCTION, undefined]],
  ['heartbeat', NO_OBJECT],
  ['heartbeat.interval', [...NO_AMOUNT, undefined, Infinity]],
  ['heartbeat.timeout', [...NO_AMOUNT, undefined, Infinity]],
  ['limits', NO_OBJECT],
  ...LIMITS.map((name): Row => [`limits.${name}`, [...NO_COUNT, undefined]]),
  ...['hello', 'rate', 'burst', 'byteRate', 'byteBurst'].map((name): Row => [
    `limits.${name}`,
    [...NO_AMOUNT, undefined],
  ]),
  ['presence', [null, 0, 5, '', 'yes', {}]],
  ['codec', [null, 5, '', 'text', {}, ['json']]],
  ['keepRequest', [null, 0, '', 'yes', {}]],
  ['clock', NO_CLOCK],
  ['unknown', [5]],
]

const HUB_ROWS: readonly Row[] = [
  ...NODE_ROWS,
  ['noServer', [null, 0, 1, '', 'yes', {}]],
  ['host', [...NO_TEXT, '', 'localhost']],
  ['path', [...NO_TEXT, '', 'ws', '/ws?a=1']],
  ['allowedOrigins', [null, undefined, 5, '', 'https://example.com', {}, [null], [5], [''], ['example.com']]],
  ['beforeUpgrade', [...NO_FUNCTION, undefined]],
]

const MEMORY_ROWS: readonly Row[] = [
  ['clock', NO_CLOCK],
  ['window', [...NO_COUNT, Infinity]],
  ['history', NO_OBJECT],
  ['history.messages', [...NO_COUNT, undefined, Infinity]],
  ['history.bytes', [...NO_COUNT, undefined, Infinity]],
  ['sessions', NO_COUNT],
  ['streams', NO_COUNT],
  ['bytes', NO_COUNT],
  ['keys', NO_COUNT],
  ['unknown', [5]],
]

const REDIS_ROWS: readonly Row[] = [
  ['prefix', NO_TEXT],
  ['history', NO_OBJECT],
  ...['history.messages', 'history.bytes', 'window', 'timeout', 'beat', 'dead', 'audit'].map((name): Row => [
    name,
    [...NO_COUNT, Infinity],
  ]),
  ['onError', NO_FUNCTION],
  ['unknown', [5]],
]

/** `heartbeat.interval` and 5 become `{ heartbeat: { interval: 5 } }`. */
const optionsOf = (option: string, value: unknown): object => {
  const [name = '', nested] = option.split('.')
  return { [name]: nested === undefined ? value : { [nested]: value } }
}

/** Calls with each wrong value. Returns what is no `OptionError` of that option. */
const problemsOf = async ([option, values]: Row, call: (options: object) => unknown): Promise<string[]> => {
  const problems: string[] = []
  for (const value of values) {
    let result = 'accepted'
    try {
      await call(optionsOf(option, value))
    } catch (error) {
      result = String(error)
      if (error instanceof OptionError && result.startsWith(`OptionError: ${option}: expected `)) continue
    }
    problems.push(`${option} ${JSON.stringify(value) ?? String(value)}: ${result}`)
  }
  return problems
}

const hubOf = (options: object): void => {
  const hub = createHub(options)
  hub.on('error', () => undefined)
  onTestFinished(() => hub.close())
}

const nodeOf = (options: object): void => {
  const node = createNode(options)
  onTestFinished(() => node.close())
}

const redisOf = (options: object): void => {
  const store = redisStore(createClient({ url: 'redis://127.0.0.1:1' }), options)
  store.ready.catch(() => undefined)
  onTestFinished(() => store.close())
}

describe.each<[name: string, rows: readonly Row[], call: (options: object) => unknown]>([
  ['createHub', HUB_ROWS, (options) => hubOf({ noServer: true, ...options })],
  [
    'createHub with a port',
    [
      ['port', [...NO_NUMBER, 1.5, 65_536, Infinity]],
      ['host', [...NO_TEXT, '']],
    ],
    (options) => hubOf({ port: 0, ...options }),
  ],
  [
    'createHub with a server',
    [
      ['server', [...NO_OBJECT, {}, { on: 5 }]],
      ['host', ['localhost']],
    ],
    (options) => hubOf({ server: createServer(), ...options }),
  ],
  ['createNode', NODE_ROWS, nodeOf],
  ['memoryStore', MEMORY_ROWS, memoryStore],
  ['redisStore', REDIS_ROWS, redisOf],
])('%s', (_, rows, call) => {
  test.each(rows)('refuses wrong values of %s', async (...row) => {
    expect(await problemsOf(row, call)).toEqual([])
  })
})

test.each<Row>([
  ['window', [...NO_NUMBER, Infinity]],
  ['timeout', [...NO_NUMBER, Infinity]],
  ['unknown', [5]],
])('drain refuses wrong values of %s', async (...row) => {
  const { node } = createTestNode()
  expect(await problemsOf(row, (options) => node.drain(options))).toEqual([])
  expect(node.accepting).toBe(true)
})

test('publish refuses wrong values of idempotencyKey and stream', async () => {
  const { node } = createTestNode()
  const wrong = [...NO_TEXT, '', 'x'.repeat(257)]
  expect(await problemsOf(['idempotencyKey', wrong], (options) => node.publish('chat', 1, options))).toEqual([])
  const publishTo = ({ stream }: { stream?: string }) => node.publish(stream!, 1)
  expect(await problemsOf(['stream', wrong], publishTo)).toEqual([])
})

test('options that are no object are refused', async () => {
  const { node } = createTestNode()
  const calls: ((options: never) => unknown)[] = [
    createHub,
    createNode,
    memoryStore,
    redisOf,
    node.drain,
    (options) => node.publish('chat', 1, options),
  ]
  for (const call of calls) {
    expect(await problemsOf(['options', NO_OBJECT], (given) => call((given as { options: never }).options))).toEqual([])
  }
})

test.each([null, undefined, 5, '', {}])('redisStore refuses %j as its client', (client) => {
  expect(() => redisStore(client as never)).toThrow(expect.objectContaining({ name: 'OptionError' }))
})

test('an error of the store and of the clock names the first missing method', () => {
  const { takeSession: _, ...store } = memoryStore()
  expect(() => createNode({ store } as never)).toThrow('store: expected an object with the method takeSession(), got')
  const { clearTimeout: __, ...clock } = systemClock
  expect(() => memoryStore({ clock } as never)).toThrow('clock: expected an object with the method clearTimeout(), got')
})

test('limits may be fractions where they count no whole things, and Infinity for none', () => {
  const limits = { rate: 0.5, burst: 1.5, byteRate: 0.5, byteBurst: 1.5, hello: 0.5, streams: Infinity }
  const options: HubOptions = { noServer: true, limits, heartbeat: { interval: 0.5, timeout: 0.5 } }
  expect(() => hubOf(options)).not.toThrow()
  const bounds = { sessions: Infinity, streams: Infinity, bytes: Infinity, keys: Infinity }
  expect(() => memoryStore(bounds)).not.toThrow()
})
