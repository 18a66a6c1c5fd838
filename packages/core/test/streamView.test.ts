import { expect, test, vi } from 'vitest'
import { OptionError, type SessionClient, type StreamViewOptions, createStreamView } from '../src/index.ts'
import { createFakeHub } from './session/support/createFakeHub.ts'

const setStage = (options?: StreamViewOptions<unknown, unknown>, stream: string | null = 'room') => {
  const made = createFakeHub()
  const client = made.connectWelcomed({ streams: [] }, { pace: 'sync' })
  const room = createStreamView(client, stream, options)
  const told = vi.fn<() => void>()
  const said = (): unknown[] => room.get().messages.map(({ message }) => message)
  const msg = (off: number, s = 'room'): void => made.sendFrame({ t: 'msg', s, off, d: `${s} ${off}` })
  const joined = (off = 0): void => made.sendFrame({ t: 'sub', s: 'room', at: ['e', off, 'fresh'] })
  const heard = (): string[] =>
    made.receivedFrames().flatMap(({ t, stream: name }) => (t.endsWith('sub') ? [`${t} ${String(name)}`] : []))
  return { ...made, client, room, told, said, msg, joined, heard }
}
/** Lets microtasks run. */
const soon = (): Promise<void> => Promise.resolve()

test('follows the stream while there is a subscriber', async () => {
  const { room, told, said, msg, joined, heard } = setStage()
  expect(heard()).toEqual([])
  const off = room.subscribe(told)
  joined(4)
  msg(5)
  expect([heard(), said(), told.mock.calls.length]).toEqual([['sub room'], ['room 5'], 1])
  off()
  off()
  expect(heard()).toEqual(['sub room'])
  await soon()
  expect(heard()).toEqual(['sub room', 'unsub room'])
})

test('keeps the state until something in it changes', () => {
  const { room, told, sendFrame, msg, joined } = setStage()
  const first = room.get()
  room.subscribe(told)
  joined()
  expect(room.get()).toBe(first)
  msg(1)
  const second = room.get()
  msg(1, 'other')
  sendFrame({ t: 'pres', s: 'other', all: [{ id: 'ann' }] })
  expect(room.get()).toBe(second)
  sendFrame({ t: 'pres', s: 'room', all: [{ id: 'ann' }] })
  expect([room.get() === second, room.get().messages === second.messages]).toEqual([false, true])
  expect(told).toHaveBeenCalledTimes(2)
})

test('begins empty after a time without a subscriber, of which nothing was heard', () => {
  const { client, room, told, said, msg, joined, sendFrame } = setStage()
  const keep = createStreamView(client, 'room').subscribe(() => {})
  const off = room.subscribe(told)
  joined()
  msg(1)
  sendFrame({ t: 'reset', s: 'room', epoch: 'f', off: 0, why: 'epoch' })
  off()
  msg(1)
  expect([said(), room.get().resync?.reason]).toEqual([['room 1'], 'epoch'])
  room.subscribe(told)
  expect([said(), room.get().resync]).toEqual([[], undefined])
  msg(2)
  expect(said()).toEqual(['room 2'])
  keep()
})

test('a subscriber that comes back at once finds the stream still followed', async () => {
  const { room, told, heard, said, joined, msg } = setStage()
  room.subscribe(told)()
  room.subscribe(told)
  await soon()
  joined()
  msg(1)
  expect([heard(), said()]).toEqual([['sub room'], ['room 1']])
})

test('one that leaves late does not take the stream from one that has come meanwhile', async () => {
  const { client, room, told, heard, said, joined, msg } = setStage()
  const first = createStreamView(client, 'room')
  first.subscribe(told)()
  queueMicrotask(() => room.subscribe(told)) // after the first has left for good, and before it does so again
  first.subscribe(told)()
  await soon()
  await soon()
  expect(heard()).toEqual(['sub room', 'unsub room', 'sub room'])
  joined()
  joined() // the answer to the second question
  msg(1)
  expect(said()).toEqual(['room 1'])
})

test('a stream that the user has left meanwhile is joined again by who comes next', async () => {
  const { client, room, told, heard } = setStage()
  room.subscribe(told)
  client.leave('room')
  const off = createStreamView(client, 'room').subscribe(told)
  off()
  await soon()
  expect(heard()).toEqual(['sub room', 'unsub room', 'sub room'])
})

test('keeps the newest, as many as the limit says, and no other limit than a whole number', () => {
  const { room, said, msg, joined, client } = setStage({ limit: 2 })
  room.subscribe(() => {})
  joined()
  for (const off of [1, 2, 3]) msg(off)
  expect(said()).toEqual(['room 2', 'room 3'])
  expect(() => createStreamView(client, 'room', { limit: 0 })).toThrow(OptionError)
})

test('without a name nothing is followed', () => {
  const { room, told, heard } = setStage({}, null)
  room.subscribe(told)()
  expect([heard(), room.get()]).toEqual([[], { messages: [], members: [], resync: undefined }])
})

test('a name that is none is refused when it is followed', () => {
  const { room, told } = setStage({}, 'x'.repeat(257))
  expect(() => room.subscribe(told)).toThrow('stream')
})

test('a client without a session is refused', () => {
  const { connect } = createFakeHub()
  expect(() => createStreamView(connect() as unknown as SessionClient, 'room')).toThrow(
    'session: expected a client with session()',
  )
})

test('a listener that joins in a callback of the client follows as any other', () => {
  const { client, room, said, joined, msg } = setStage()
  client.on('stream', ({ offset }) => {
    if (offset === 1) room.subscribe(() => {})
  })
  client.join('room')
  joined()
  for (const off of [1, 2]) msg(off)
  expect(said()).toEqual(['room 2'])
})

test('leaves no listener on the client; where the stream goes on without it, those that know who is there', async () => {
  const { client } = setStage()
  let listeners = 0
  const count = (leave: () => void): (() => void) => {
    listeners++
    return () => {
      listeners--
      leave()
    }
  }
  const counted = Object.create(client, {
    on: { value: (...given: Parameters<typeof client.on>) => count(client.on(...given)) },
    subscribe: { value: (...given: Parameters<typeof client.subscribe>) => count(client.subscribe(...given)) },
  }) as typeof client
  const round = async (stream: string): Promise<number> => {
    for (let turn = 0; turn < 5; turn++) {
      createStreamView(counted, stream).subscribe(() => {})()
      await soon()
    }
    return listeners
  }
  expect(await round('room')).toBe(0)
  client.join('lobby')
  expect(await round('lobby')).toBe(2)
})
