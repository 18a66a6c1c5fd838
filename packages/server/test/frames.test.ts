/** A bad frame closes its link with 4500 and affects no other client. */

import { describe, expect, test } from 'vitest'
import { createTestNode, settle } from './support/testNode.ts'

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

const BAD: [string, unknown][] = [
  ['invalid JSON', '{'],
  ['an empty text', ''],
  ['a number', '1'],
  ['null', 'null'],
  ['a list', '[]'],
  ['no kind', '{}'],
  ['a kind that is not text', '{"t":1}'],
  ['a second hello', { t: 'hello', v: 1 }],
  ['nested above 32 levels', `{"t":"emit","d":${deep(32)}}`],
  ['nested as deep as a frame can be', `{"t":"emit","d":${deep(30_000)}}`],
  ['__proto__', '{"t":"emit","d":{"__proto__":{"admin":true}}}'],
  ['an escaped __proto__', String.raw`{"t":"emit","d":[{"\u005f_proto__":1}]}`],
  ['__proto__ at the top', '{"t":"emit","d":1,"__proto__":{"t":"hello"}}'],
  ['send without seq', { t: 'send', d: 1 }],
  ['send with seq 0', { t: 'send', seq: 0, d: 1 }],
  ['send with a fraction', { t: 'send', seq: 1.5, d: 1 }],
  ['send with text as seq', { t: 'send', seq: '1', d: 1 }],
  ['send with a seq that is not a safe integer', { t: 'send', seq: 2 ** 53, d: 1 }],
  ['send without d', { t: 'send', seq: 1 }],
  ['send out of order', { t: 'send', seq: 2, d: 1 }],
  ['a label of 257 bytes', { t: 'send', seq: 1, d: 1, ch: 'x'.repeat(257) }],
  ['an idempotency key above 256 bytes of UTF-8', { t: 'send', seq: 1, d: 1, idem: '€'.repeat(86) }],
  ['an empty idempotency key', { t: 'send', seq: 1, d: 1, idem: '' }],
  ['emit without d', { t: 'emit' }],
  ['sub without a stream', { t: 'sub' }],
  ['sub with an empty stream', { t: 'sub', stream: '' }],
  ['sub with an incomplete position', { t: 'sub', stream: 'a', pos: ['e'] }],
  ['sub with an empty epoch', { t: 'sub', stream: 'a', pos: ['', 1] }],
  ['sub with a negative offset', { t: 'sub', stream: 'a', pos: ['e', -1] }],
  ['unsub with a number', { t: 'unsub', stream: 1 }],
  ['auth without a token', { t: 'auth' }],
  ['a ping with an object as id', { t: 'ping', id: {} }],
]

const BAD_HELLO: [string, unknown][] = [
  ['send before hello', { t: 'send', seq: 1, d: 1 }],
  ['emit before hello', { t: 'emit', d: 1 }],
  ['sub before hello', { t: 'sub', stream: 'a' }],
  ['a token that is not text', { t: 'hello', v: 1, token: {} }],
  ['a sid of 65 characters', { t: 'hello', v: 1, sid: 'x'.repeat(65), key: 'k' }],
  ['a key that is not text', { t: 'hello', v: 1, sid: 's', key: 1 }],
  ['pos that is a list', { t: 'hello', v: 1, pos: [] }],
  ['pos with __proto__', '{"t":"hello","v":1,"pos":{"__proto__":["e",1]}}'],
  ['sub that is text', { t: 'hello', v: 1, sub: 'a' }],
  ['sub with a number', { t: 'hello', v: 1, sub: [1] }],
  ['req with text', { t: 'hello', v: 1, req: ['1'] }],
]

describe('a link is closed with 4500 for', () => {
  test.each(BAD)('this frame of a session: %s', async (_, frame) => {
    const { openSession, node } = createTestNode()
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const other = await openSession()
    const { socket } = await openSession()
    socket.clientSends(frame)
    socket.clientSends({ t: 'send', seq: 1, d: 'not received' })
    await settle()
    expect(socket.closed?.code).toBe(4500)
    expect(socket.frames.at(-1)).toMatchObject({ t: 'bye', code: 4500, final: true })
    expect(received).toEqual([])
    other.socket.clientSends({ t: 'send', seq: 1, d: 'served' })
    await settle()
    expect(received).toEqual(['served'])
    expect(node.stats().badFrames).toBe(1)
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  test.each(BAD_HELLO)('this first frame: %s', async (_, frame) => {
    const { connect } = createTestNode()
    const socket = connect()
    socket.clientSends(frame)
    await settle()
    expect(socket.closed?.code).toBe(4500)
    expect(socket.framesOf('welcome')).toEqual([])
  })

  test('a binary frame of a session or a plain JSON client', async () => {
    const { openSession, connect } = createTestNode()
    const { socket } = await openSession()
    socket.binary(Buffer.from('{"t":"ping"}'))
    expect(socket.closed?.code).toBe(4500)
    const plain = connect(undefined, '')
    plain.binary(Buffer.from('1'))
    expect(plain.closed?.code).toBe(4500)
  })

  test('text of a plain client that is not JSON, nests too deep, or has a member __proto__', async () => {
    const { connect } = createTestNode()
    for (const text of ['{', deep(33), '{"__proto__":1}']) {
      const socket = connect(undefined, '')
      socket.clientSends(text)
      expect(socket.closed?.code).toBe(4500)
    }
  })
})

describe('the hub accepts', () => {
  test('32 levels, names of 256 bytes, unknown kinds and members, and any JSON as a message', async () => {
    const { openSession, node } = createTestNode()
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const { socket } = await openSession()
    const frames = [
      `{"t":"emit","d":${deep(31)}}`,
      { t: 'send', seq: 1, d: null, ch: 'x'.repeat(256), more: { any: [] } },
      { t: 'constructor' },
      { t: 'toString', seq: -1 },
      { t: 'sub', stream: 'constructor' },
      { t: 'emit', d: { constructor: { prototype: 1 } } },
      { t: 'pong', id: 1 },
    ]
    for (const frame of frames) socket.clientSends(frame)
    await settle()
    expect(socket.closed).toBeUndefined()
    expect(received).toHaveLength(3)
    expect(socket.framesOf('sub')).toMatchObject([{ s: 'constructor' }])
  })

  test('a ping before the welcome and during a running listener, and answers with its id', async () => {
    const { connect, node } = createTestNode()
    node.on('message', () => new Promise(() => undefined))
    const socket = connect()
    socket.clientSends({ t: 'ping', id: 'a' })
    socket.clientSends({ t: 'hello', v: 1 })
    await settle()
    socket.clientSends({ t: 'send', seq: 1, d: 1 })
    socket.clientSends({ t: 'ping', id: 2 })
    expect(socket.framesOf('pong')).toEqual([
      { t: 'pong', id: 'a' },
      { t: 'pong', id: 2 },
    ])
  })

  test('only version 1, and closes other versions with 4510', () => {
    const { connect } = createTestNode()
    for (const v of [2, undefined, '1']) {
      const socket = connect()
      socket.clientSends({ t: 'hello', v })
      expect(socket.closed?.code).toBe(4510)
    }
  })
})
