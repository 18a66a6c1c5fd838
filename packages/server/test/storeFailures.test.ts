/** A store of the application whose methods throw or reject. */

import { describe, expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Store } from '../src/store/store.ts'
import type { Frame } from './support/scriptedSocket.ts'
import { createTestNode, settle } from './support/testNode.ts'

const METHODS = [
  'follow',
  'read',
  'addSession',
  'getSession',
  'takeSession',
  'recordApplied',
  'touchSession',
  'releaseSession',
  'endSession',
  'claimKey',
  'recordKey',
  'enter',
  'leave',
  'listPresence',
] as const
/** These are tried again until they succeed, and report each failure, or only the first one. */
const RETRIED = new Set(['recordApplied', 'recordKey', 'releaseSession', 'endSession', 'enter', 'listPresence'])

const failures: readonly (readonly [name: string, fail: () => unknown])[] = [
  [
    'throws',
    () => {
      throw new Error('no store')
    },
  ],
  ['rejects', () => Promise.reject(new Error('no store'))],
]

const cases = METHODS.flatMap((method) => failures.map(([name, fail]) => [method, name, fail] as const))

/** @param isFailing whether the method fails now */
const failingStore = (method: string, fail: () => unknown): { store: Store; calls: number; isFailing: boolean } => {
  const state = { store: memoryStore(), calls: 0, isFailing: true }
  const memory = state.store
  state.store = new Proxy(memory, {
    get: (target, name: keyof Store) => {
      if (name !== method || !state.isFailing) return target[name]
      return () => {
        state.calls++
        return fail()
      }
    },
  })
  return state
}

describe('a store whose method fails ends no process, and the client may return', () => {
  test.each(cases)('the method %s %s', async (method, _, fail) => {
    const state = failingStore(method, fail)
    const { node, connect, clock, errors } = createTestNode({ store: state.store, presence: true })
    node.on('request', () => 'answer')
    const codes: (number | undefined)[] = []
    /** Opens a session, uses it, and ends the socket. */
    const use = async (hello: Frame, code: number): Promise<Frame> => {
      const socket = connect()
      socket.clientSends({ t: 'hello', v: 1, ...hello })
      await settle()
      const [{ cseq } = { cseq: undefined }] = socket.framesOf('welcome')
      if (cseq !== undefined) socket.clientSends({ t: 'send', seq: cseq + 1, d: 1, idem: `${cseq}`, rq: 1 })
      await settle()
      for (const frame of [
        { t: 'sub', stream: 'b' },
        { t: 'unsub', stream: 'b' },
      ]) {
        if (cseq !== undefined && !socket.closed) socket.clientSends(frame)
      }
      await settle()
      await clock.run(30_000)
      socket.pong()
      codes.push(socket.closed?.code)
      socket.end(socket.closed?.code ?? code)
      await settle()
      return socket.framesOf('welcome')[0] ?? {}
    }
    const { sid, key } = await use({ sub: ['a'] }, 1006)
    await use({ sid, key, pos: { a: ['x', 1] } }, 1006)
    await use({ sid, key, sub: ['a'] }, 1000)
    expect(state.calls).toBeGreaterThan(0)
    // A link that must record a message first holds up a `hello` of the same session, which has a deadline.
    const allowed = RETRIED.has(method) ? [undefined, 1011, 1012, 4008] : [undefined, 1011, 1012]
    for (const code of codes) expect(allowed).toContain(code)
    expect(errors.length).toBeGreaterThan(0)
    const late = errors.filter(({ message }) => message === 'hello: no longer waits after 10000 ms for the store')
    expect(late).toHaveLength(RETRIED.has(method) ? codes.filter((code) => code === 1011).length : 0)
    for (const error of errors) if (!late.includes(error)) expect(error.message).toBe('no store')
    if (!RETRIED.has(method)) expect(errors).toHaveLength(state.calls)

    state.isFailing = false
    await clock.run(60_000)
    const count = errors.length
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, sub: ['a'] })
    await settle()
    expect(socket.framesOf('welcome')).toHaveLength(1)
    socket.clientSends({ t: 'send', seq: 1, d: 1, idem: 'last', rq: 1 })
    await settle()
    expect(socket.framesOf('res')).toEqual([{ t: 'res', seq: 1, d: 'answer' }])
    expect(errors).toHaveLength(count)
  })

  test.each(failures)('publish and broadcast reject when the store %s', async (_, fail) => {
    for (const method of ['publish', 'broadcast'] as const) {
      const { node } = createTestNode({ store: failingStore(method, fail).store })
      await expect(method === 'publish' ? node.publish('a', 1) : node.broadcast(1)).rejects.toThrow('no store')
    }
  })

  test('a function of the store that removes a follower and throws is reported', async () => {
    const memory = memoryStore()
    const follow: Store['follow'] = async (...args) => {
      const stop = await memory.follow(...args)
      return () => {
        stop()
        throw new Error('no store')
      }
    }
    const { openSession, node, errors } = createTestNode({ store: { ...memory, follow } })
    const { socket } = await openSession({ sub: ['a'] })
    socket.end(1006)
    await settle()
    expect([node.stats().connections, node.stats().streams, errors.map(({ message }) => message)]).toEqual([
      0,
      0,
      ['no store'],
    ])
  })
})
