/** What presence costs: changes are sent together, the list is read once for all of them, and each frame is encoded once and bounded. */

import { createFakeClock } from '@holdfast/core/testing'
import { describe, expect, test } from 'vitest'
import { createTimers } from '../src/clock.ts'
import type { TextFrame } from '../src/connection/textFrame.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { encodePresence } from '../src/streams/presenceFrames.ts'
import { type PresenceMember, StreamPresence, createTextOf } from '../src/streams/streamPresence.ts'
import { deferred } from './support/deferred.ts'
import type { Frame } from './support/scriptedSocket.ts'
import { createTestNode, settle } from './support/testNode.ts'

/** The time between two reads of a list, in ms. */
const INTERVAL = 500
const authenticate = ({ token = '' }: { token: string | undefined }) => ({ id: token })
const idsOf = (members: Frame[] = []): string[] => members.map(({ id }) => id as string)
const numbered = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `u${from + i}`)

/** A node with presence, whose reads of lists are counted. */
const createCountedNode = (options = {}) => {
  const store = memoryStore()
  const { listPresence } = store
  const counts = { reads: 0 }
  store.listPresence = (stream) => {
    counts.reads++
    return listPresence(stream)
  }
  const rig = createTestNode({ presence: true, authenticate, store, ...options })
  return { ...rig, store, counts }
}

describe('the changes of a stream', () => {
  test('are sent at once after a quiet time, and then together every 500 ms', async () => {
    const { openSession, clock } = createCountedNode()
    const { socket } = await openSession({ token: 'ann', sub: ['a'] })
    await clock.run(INTERVAL)
    await openSession({ token: 'u0', sub: ['a'] })
    const changes = (): Frame[] => socket.framesOf('pres').slice(1)
    expect(changes().map((frame) => idsOf(frame['in']))).toEqual([['u0']])
    for (const token of numbered(1, 5)) await openSession({ token, sub: ['a'] })
    await clock.run(INTERVAL - 1)
    expect(changes()).toHaveLength(1)
    await clock.run(1)
    expect(changes().map((frame) => idsOf(frame['in']))).toEqual([['u0'], numbered(1, 5)])
    await openSession({ token: 'u6', sub: ['a'] })
    expect(changes()).toHaveLength(2)
    await clock.run(INTERVAL)
    expect(changes()).toHaveLength(3)
  })

  test('need one read of the list per interval, and none while nothing changes', async () => {
    const { openSession, clock, counts } = createCountedNode()
    for (const token of numbered(0, 50)) await openSession({ token, sub: ['a'] })
    expect(counts.reads).toBe(1)
    await clock.run(INTERVAL)
    expect(counts.reads).toBe(2)
    await clock.run(10 * INTERVAL)
    expect(counts.reads).toBe(2)
  })

  test('of one stream do not delay another stream', async () => {
    const { openSession } = createCountedNode()
    await openSession({ token: 'ann', sub: ['a'] })
    const { socket } = await openSession({ token: 'bob', sub: ['b'] })
    expect(socket.framesOf('pres').map(({ all }) => idsOf(all as Frame[]))).toEqual([['bob']])
  })

  test('cause no frame if a member has left and returned meanwhile', async () => {
    const { openSession, clock } = createCountedNode()
    const { socket } = await openSession({ token: 'ann', sub: ['a'] })
    const other = await openSession({ token: 'bob', sub: ['a'] })
    await clock.run(INTERVAL)
    await openSession({ token: 'eve', sub: ['a'] })
    await clock.run(INTERVAL)
    await openSession({ token: 'eve', sub: ['a'] })
    const before = socket.framesOf('pres').length
    for (const t of ['unsub', 'sub']) other.socket.clientSends({ t, stream: 'a' })
    await clock.run(INTERVAL)
    expect(socket.framesOf('pres')).toHaveLength(before)
    expect(other.socket.framesOf('pres').at(-1)).toMatchObject({ all: [{ id: 'ann' }, { id: 'eve' }, { id: 'bob' }] })
  })

  test('are read again after a possible gap, because the store may have lost a notification', async () => {
    const store = memoryStore()
    const gaps = new Set<() => void>()
    store.onPresence = () => () => undefined
    store.onPossibleGap = (listener) => {
      gaps.add(listener)
      return () => void gaps.delete(listener)
    }
    const { openSession, clock } = createTestNode({ presence: true, authenticate, store })
    const { socket } = await openSession({ token: 'ann', sub: ['a'] })
    await clock.run(INTERVAL)
    await store.enter('a', { id: 'elsewhere', user: { id: 'bob' } })
    for (const listener of gaps) listener()
    await settle()
    expect(socket.framesOf('pres')).toEqual([
      { t: 'pres', s: 'a', all: [{ id: 'ann' }] },
      { t: 'pres', s: 'a', in: [{ id: 'bob' }] },
    ])
  })
})

describe('a long list', () => {
  const info = 'x'.repeat(4000)
  const members = numbered(0, 100)

  /** A node with 100 members of 4 kB each in the stream, and a client that joins. */
  const join = async (options = {}) => {
    const rig = createCountedNode({ authenticate: ({ token = '' }) => ({ id: token, info }), ...options })
    for (const id of members) await rig.store.enter('a', { id: `other:${id}`, user: { id, info } })
    const { socket, welcome } = await rig.openSession({ token: 'ann' })
    return { ...rig, socket, welcome }
  }

  test('is sent as `all` followed by `in`, in frames of at most 64 KiB', async () => {
    const { socket, store, clock } = await join()
    socket.clientSends({ t: 'sub', stream: 'a' })
    await settle()
    const frames = socket.framesOf('pres')
    expect(frames.map((frame) => Object.keys(frame).slice(2).join())).toEqual(['all', ...Array(6).fill('in')])
    expect(frames.flatMap(({ all, in: joined }) => idsOf((all ?? joined) as Frame[]))).toEqual([...members, 'ann'])
    await clock.run(INTERVAL)
    for (const id of members) await store.leave('a', `other:${id}`)
    await clock.run(INTERVAL)
    const left = socket.framesOf('pres').slice(frames.length)
    expect(left.flatMap((frame) => idsOf(frame['out'] as Frame[]))).toEqual(members)
    const lengths = socket.texts.map((text) => Buffer.byteLength(text))
    expect(Math.max(...lengths)).toBeLessThanOrEqual(65_536)
    expect(Math.max(...lengths)).toBeGreaterThan(60_000)
  })

  test('reaches a client although it is longer than the send buffer', async () => {
    const { socket, node } = await join({ limits: { sendBuffer: 70_000 } })
    socket.stuck = true
    socket.clientSends({ t: 'sub', stream: 'a' })
    await settle()
    expect(socket.framesOf('pres')).toHaveLength(7)
    await node.publish('a', 1)
    await settle()
    expect([socket.closed, socket.framesOf('msg').length]).toEqual([undefined, 1])
  })

  test('does not fill the memory of the server for a client that joins again and again and reads nothing', async () => {
    const { socket, clock } = await join({ limits: { sendBuffer: 70_000 } })
    socket.stuck = true
    for (let round = 0; round < 5 && !socket.closed; round++) {
      socket.clientSends({ t: 'unsub', stream: 'a' })
      socket.clientSends({ t: 'sub', stream: 'a' })
      await clock.run(INTERVAL)
    }
    expect(socket.closed?.code).toBe(4001)
    expect(socket.bufferedAmount).toBeLessThan(2 * 420_000 + 2 * 70_000)
  })
})

describe('encodePresence', () => {
  const parse = (frames: readonly TextFrame[]): Frame[] =>
    frames.map(({ payload }) => JSON.parse(`${payload}`) as Frame)

  test('puts short lists into one frame', () => {
    const frames = encodePresence('a "b"', [
      ['in', ['{"id":"1"}', '{"id":"2"}']],
      ['out', ['{"id":"3"}']],
    ])
    expect(parse(frames)).toEqual([{ t: 'pres', s: 'a "b"', in: [{ id: '1' }, { id: '2' }], out: [{ id: '3' }] }])
    expect(parse(encodePresence('a', [['all', []]]))).toEqual([{ t: 'pres', s: 'a', all: [] }])
  })

  test.each([1, 2, 3])('fills a frame with characters of %i bytes up to 65 536 bytes', (bytes) => {
    const character = ['x', 'ü', '€'][bytes - 1]!
    const room = 65_536 - Buffer.byteLength(JSON.stringify({ t: 'pres', s: 'ü', all: [], in: [], out: [] }))
    // Two members of these lengths, each with a comma, fill the frame exactly.
    const first = JSON.stringify(character.repeat(Math.floor(10_000 / bytes)))
    const second = JSON.stringify('x'.repeat(room - Buffer.byteLength(first) - 4))
    expect(encodePresence('ü', [['in', [first, second]]])).toHaveLength(1)
    expect(encodePresence('ü', [['in', [first, `${second} `]]])).toHaveLength(2)
  })

  test('sends a member that is longer than a frame alone', () => {
    const long = JSON.stringify('x'.repeat(70_000))
    const frames = parse(encodePresence('a', [['in', ['1', long, '2']]]))
    expect(frames.map((frame) => (frame['in'] as string[]).length)).toEqual([1, 1, 1])
    expect(encodePresence('a', [['all', [long]]])).toHaveLength(1)
  })
})

describe('the members of a stream', () => {
  /** Members that count how often they are serialised. */
  const createMembers = (count: number) => {
    const counts = { serialised: 0 }
    const members = numbered(0, count).map((id): PresenceMember => {
      const toJSON = (): object => {
        counts.serialised++
        return { id }
      }
      return { id, toJSON } as PresenceMember
    })
    return { members, counts }
  }
  const createPresence = (readMembers: () => Promise<Iterable<PresenceMember>>) => {
    const clock = createFakeClock()
    const reads: Promise<void>[] = []
    const presence = new StreamPresence('a', {
      timers: createTimers(clock),
      track: (reading) => void reads.push(reading),
      readMembers,
      textOf: createTextOf(),
    })
    return { presence, clock, reads }
  }

  test('are serialised once, and encoded once for all clients that join', async () => {
    const { members, counts } = createMembers(10)
    const { presence, clock } = createPresence(() => Promise.resolve(members))
    const received: (readonly TextFrame[])[] = []
    const add = (id: string): void => presence.add(id, (frames) => received.push(frames))
    add('1')
    add('2')
    presence.refresh()
    await settle()
    add('3')
    presence.refresh()
    await clock.run(INTERVAL)
    expect(counts.serialised).toBe(10)
    expect(received).toHaveLength(3)
    expect(received[1]).toBe(received[0])
    expect(received[2]).toEqual(received[0])
  })

  test('are encoded once for all clients that receive a change', async () => {
    const lists = [[{ id: 'u0' }], [{ id: 'u0', info: 1 }]]
    const { presence, clock } = createPresence(() => Promise.resolve(lists.shift()!))
    const received: (readonly TextFrame[])[] = []
    for (const id of ['1', '2']) presence.add(id, (frames) => received.push(frames))
    for (let times = 2; times--;) presence.refresh()
    await clock.run(INTERVAL)
    expect(received.slice(2).map(([frame]) => `${frame?.payload}`)).toEqual(
      Array(2).fill('{"t":"pres","s":"a","in":[{"id":"u0","info":1}]}'),
    )
    expect(received[3]).toBe(received[2])
  })

  test('are read again if they change while they are read', async () => {
    const answers = [deferred<PresenceMember[]>(), deferred<PresenceMember[]>()]
    const { presence, clock } = createPresence(() => answers.shift()!.promise)
    const [first, second] = [...answers]
    const received: string[] = []
    presence.add('1', ([frame]) => received.push(`${frame?.payload}`))
    presence.refresh()
    presence.refresh()
    await clock.run(10 * INTERVAL)
    expect(answers).toHaveLength(1)
    first!.resolve([])
    await clock.run(INTERVAL)
    second!.resolve([{ id: 'u0' }])
    await settle()
    expect(received).toEqual(['{"t":"pres","s":"a","all":[]}', '{"t":"pres","s":"a","in":[{"id":"u0"}]}'])
  })

  test('are not read for a client that has left before the store accepted it', () => {
    const { presence, reads } = createPresence(() => Promise.resolve([]))
    for (const id of ['1', '2']) presence.add(id, () => undefined)
    presence.remove('1')
    presence.sendListTo('1')
    expect(reads).toHaveLength(0)
    presence.sendListTo('2')
    expect(reads).toHaveLength(1)
  })

  test('leave no timer after the last client, also if they are read at that moment', async () => {
    const answer = deferred<PresenceMember[]>()
    const { presence, clock, reads } = createPresence(() => answer.promise)
    const received: unknown[] = []
    presence.add('1', (frames) => received.push(frames))
    presence.add('2', (frames) => received.push(frames))
    presence.refresh()
    expect([presence.remove('1'), presence.remove('1'), presence.isEmpty]).toEqual([true, false, false])
    presence.remove('2')
    answer.resolve([])
    await Promise.all(reads)
    expect([clock.pending, received]).toEqual([0, []])
  })
})

test('a client that leaves a stream leaves no timer', async () => {
  const { openSession, clock } = createCountedNode()
  const { socket } = await openSession({ token: 'ann' })
  const before = clock.pending
  socket.clientSends({ t: 'sub', stream: 'a' })
  await settle()
  expect(clock.pending).toBe(before + 1)
  socket.clientSends({ t: 'unsub', stream: 'a' })
  await settle()
  expect(clock.pending).toBe(before)
})

test('close() ends the interval of a stream', async () => {
  const { openSession, clock, node } = createCountedNode()
  const { socket } = await openSession({ token: 'ann', sub: ['a'] })
  const closed = node.close()
  socket.end(1001)
  await closed
  expect(clock.pending).toBe(0)
})
