/** Sends 100 000 random frames, most of them almost valid, while other clients use the hub. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNode } from '../src/node.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { type ScriptedSocket, scriptedSocket } from './support/scriptedSocket.ts'
import { request, settle } from './support/testNode.ts'

const FRAMES = 100_000
const ROUND = 250
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

/** Values that are valid for some member, and values that are valid for none. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    1,
    2,
    3,
    0,
    -1,
    1.5,
    2 ** 53,
    '',
    'a',
    'b',
    'x'.repeat(300),
    null,
    true,
    [],
    {},
    ['e', 1],
    ['', 0],
    { a: ['e', 1] },
  ),
  fc.jsonValue({ maxDepth: 3 }),
)
const member = fc.constantFrom(
  't',
  'v',
  'seq',
  'd',
  'ch',
  'idem',
  'rq',
  'id',
  'stream',
  'pos',
  'sub',
  'req',
  'sid',
  'key',
  'token',
  '__proto__',
  'constructor',
)
const kind = fc.constantFrom<unknown>(
  'hello',
  'send',
  'emit',
  'ping',
  'pong',
  'auth',
  'sub',
  'unsub',
  'welcome',
  'msg',
  'toString',
  '',
  7,
  null,
)

/** A frame with valid, invalid and missing members. Some frames are cut, doubled, or no JSON. */
const frame: fc.Arbitrary<string | Buffer> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(kind, fc.array(fc.tuple(member, value), { maxLength: 5 }))
      .map(([t, members]) => JSON.stringify(Object.fromEntries([['t', t], ...members]))),
  },
  {
    weight: 6,
    arbitrary: fc
      .record({
        t: fc.constantFrom('send', 'emit', 'sub', 'unsub', 'ping'),
        seq: fc.integer({ min: 1, max: 4 }),
        d: value,
        stream: fc.constantFrom('a', 'b', 'c'),
        id: fc.integer(),
      })
      .map((one) => JSON.stringify(one)),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.nat(40).map((levels) => `{"t":"emit","d":${'['.repeat(levels)}${']'.repeat(levels)}}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.jsonValue(), fc.nat(30))
      .map(([whole, cut]) => JSON.stringify({ t: 'emit', d: whole }).slice(cut)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
)

const openSession = async (
  node: ReturnType<typeof createNode>,
  hello: object = {},
  protocol?: string,
): Promise<ScriptedSocket> => {
  const socket = scriptedSocket(protocol)
  node.accept(socket, request)
  if (protocol === undefined) socket.clientSends({ t: 'hello', v: 1, ...hello })
  // With the memory store, a handshake needs no timer.
  await new Promise((resolve) => setImmediate(resolve))
  return socket
}

test(`${FRAMES} random frames do not disturb other clients (seed ${seed})`, { timeout: 300_000 }, async () => {
  console.log(`fuzz: SEED=${seed}`)
  const node = createNode({ store: memoryStore({ sessions: 500, streams: 100 }), presence: true })
  const errors: unknown[] = []
  const received: unknown[] = []
  node.on('error', (error) => errors.push(error))
  node.on('message', (message) => {
    if (typeof message === 'object' && message && 'served' in message) received.push(message)
  })
  node.on('request', (message) => message)
  const codes = new Map<number, number>()
  const good = await openSession(node, { sub: ['news'] })
  const memory: number[] = []
  let sent = 0

  for (let round = 1; sent < FRAMES; round++) {
    const frames = fc.sample(frame, { seed: seed + round, numRuns: ROUND })
    let attacker: ScriptedSocket | undefined
    for (const one of frames) {
      // Each closed link is replaced by a new one: some send hello first, some are plain.
      if (!attacker || attacker.closed) attacker = await openSession(node, {}, sent % 3 === 0 ? '' : undefined)
      if (typeof one === 'string') attacker.clientSends(one)
      else attacker.binary(one)
      sent++
      // Every other frame waits until the earlier ones are handled. The frames behind a bad one are dropped.
      if (sent % 2 === 0) await new Promise((resolve) => setImmediate(resolve))
      if (attacker.closed) {
        codes.set(attacker.closed.code, (codes.get(attacker.closed.code) ?? 0) + 1)
        attacker.end(attacker.closed.code)
      }
    }
    attacker?.end(sent % 2 ? 1000 : 1006)
    // The other clients are served in each round.
    good.clientSends({ t: 'send', seq: round, d: { served: round } })
    await node.publish('news', round)
    await settle()
    expect(received).toHaveLength(round)
    expect(good.texts.at(-1)).toContain(`"seq":${round}`)
    expect(good.texts.some((text) => text.includes(`"off":${round},`))).toBe(true)
    good.texts.length = 0
    if (round % 50 === 0) memory.push(process.memoryUsage().heapUsed)
  }

  expect(sent).toBeGreaterThanOrEqual(FRAMES)
  expect(errors).toEqual([])
  expect(good.closed).toBeUndefined()
  // The only reasons to close are a bad frame, and the rate limit of a link that sent only valid frames.
  expect([...codes.keys()].filter((code) => ![4500, 4005, 4510].includes(code))).toEqual([])
  expect(codes.get(4500)).toBeGreaterThan(1000)
  expect(node.stats()).toMatchObject({ connections: 1, sessions: 1 })
  // The stored data is bounded: the second half of the run needs no more memory than the first, apart from random variation.
  expect(Math.min(...memory.slice(-2))).toBeLessThan(memory[1]! + 64 * 2 ** 20)
  expect(({} as Record<string, unknown>)['served']).toBeUndefined()
  const closing = node.close()
  good.end()
  await closing
})
