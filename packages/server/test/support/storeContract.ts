/** What every store does, whatever it keeps things in: the same tests run on each. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Owner, SessionRecord, Store, StoredMessage } from '../../src/store/store.ts'
import { deferred } from './deferred.ts'

/** Two nodes' views of one store; a store of one process is the same on both. */
export interface Pair {
  a: Store
  b: Store
  end(): Promise<void>
}

const all = { messages: 1000, bytes: 4 * 1024 * 1024 }

export function storeContract(
  name: string,
  open: (history?: { messages: number; bytes: number }) => Promise<Pair>,
): void {
  describe(name, () => {
    let a: Store
    let b: Store
    const ends: (() => Promise<void>)[] = []

    const pair = async (history?: { messages: number; bytes: number }): Promise<void> => {
      const opened = await open(history)
      a = opened.a
      b = opened.b
      ends.push(() => opened.end())
    }
    beforeEach(() => pair())
    afterEach(async () => {
      for (const end of ends.splice(0)) await end()
    })

    /** Follows, and resolves `heard(n)` when n messages have come. */
    async function ear(
      store: Store,
      stream: string,
    ): Promise<{ got: [string, StoredMessage][]; heard: (n: number) => Promise<void>; out: () => void }> {
      const got: [string, StoredMessage][] = []
      let told = deferred()
      const out = await store.follow(stream, (epoch, message) => {
        got.push([epoch, message])
        told.resolve()
        told = deferred()
      })
      return {
        got,
        out,
        heard: async (n) => {
          while (got.length < n) await told.promise
        },
      }
    }

    const record = (sessionId: string): SessionRecord => ({
      sessionId,
      keyHash: 'abc',
      user: 'ann',
      last: 0,
      results: {},
    })
    const one: Owner = { node: 'one', link: 1 }
    const two: Owner = { node: 'two', link: 1 }

    describe('streams', () => {
      test('count from 1 in one epoch', async () => {
        const first = await a.publish('s', '"x"')
        const second = await b.publish('s', '"y"')
        expect(first.offset).toBe(1)
        expect(first.epoch).not.toBe('')
        expect(second).toEqual({ epoch: first.epoch, offset: 2 })
      })

      test('are told in one order to all who follow, on both nodes', async () => {
        const [x, y] = [await ear(a, 's'), await ear(b, 's')]
        const sent = await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 ? a : b).publish('s', String(i))))
        await Promise.all([x.heard(200), y.heard(200)])
        expect(x.got.map(([, { offset }]) => offset)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
        expect(y.got).toEqual(x.got)
        for (const [i, { offset }] of sent.entries()) expect(x.got[offset - 1]?.[1].data).toBe(String(i))
      })

      test('are apart from each other', async () => {
        const x = await ear(a, 's')
        await a.publish('other', '1')
        await a.publish('s', '2')
        await x.heard(1)
        expect(x.got.map(([, message]) => message)).toEqual([{ offset: 1, data: '2' }])
      })

      test('are no longer heard after the way out, while another still hears', async () => {
        const [x, y] = [await ear(a, 's'), await ear(a, 's')]
        x.out()
        await a.publish('s', '1')
        await y.heard(1)
        expect(x.got).toEqual([])
      })

      test('can be left and followed again at once', async () => {
        const x = await ear(a, 's')
        x.out()
        const y = await ear(a, 's')
        await a.publish('s', '1')
        await y.heard(1)
        expect(x.got).toEqual([])
      })

      test('have an epoch and a top before the first message', async () => {
        const { top, messages } = await a.read('s', 0, all)
        expect(top.offset).toBe(0)
        expect(top.epoch).not.toBe('')
        expect(messages).toEqual([])
        expect(await b.publish('s', '1')).toEqual({ epoch: top.epoch, offset: 1 })
      })

      test('are read after a position, with the top', async () => {
        for (const data of ['1', '"two"', '{"three":[3]}', '"ü🎣"']) await a.publish('s', data)
        const history = await b.read('s', 1, all)
        expect(history.top.offset).toBe(4)
        expect(history.messages).toEqual([
          { offset: 2, data: '"two"' },
          { offset: 3, data: '{"three":[3]}' },
          { offset: 4, data: '"ü🎣"' },
        ])
        expect((await b.read('s', 4, all)).messages).toEqual([])
        expect((await b.read('s', 9, all)).messages).toEqual([])
      })

      test('are read no further than the limits', async () => {
        for (let i = 0; i < 10; i++) await a.publish('s', '"12345678"')
        expect((await a.read('s', 2, { messages: 3, bytes: 1000 })).messages.map(({ offset }) => offset)).toEqual([
          3, 4, 5,
        ])
        expect((await a.read('s', 2, { messages: 99, bytes: 25 })).messages.map(({ offset }) => offset)).toEqual([3, 4])
        expect((await a.read('s', 2, { messages: 0, bytes: 25 })).messages).toEqual([])
      })

      test('keep only so many messages', async () => {
        await pair({ messages: 5, bytes: 1000 })
        for (let i = 1; i <= 20; i++) await a.publish('s', String(i))
        const { top, messages } = await a.read('s', 0, all)
        expect(top.offset).toBe(20)
        expect(messages.map(({ data }) => data)).toEqual(['16', '17', '18', '19', '20'])
      })

      test('keep only so many bytes', async () => {
        await pair({ messages: 100, bytes: 50 })
        for (let i = 0; i < 20; i++) await a.publish('s', '"12345678"')
        const { messages } = await a.read('s', 0, all)
        expect(messages.length).toBeGreaterThanOrEqual(4)
        expect(messages.length).toBeLessThanOrEqual(5)
        expect(messages.at(-1)?.offset).toBe(20)
      })

      test('take a key once, and answer with the earlier position', async () => {
        const x = await ear(b, 's')
        const first = await a.publish('s', '1', 'k')
        expect(await b.publish('s', '1', 'k')).toEqual(first)
        expect((await a.publish('s', '2', 'other')).offset).toBe(2)
        expect((await a.publish('t', '1', 'k')).offset).toBe(1)
        await x.heard(2)
        expect(x.got.map(([, { data }]) => data)).toEqual(['1', '2'])
      })

      test('of any name are apart: braces, spaces, colons', async () => {
        const names = ['{', '}', '{}', '{a}', 'a b', 'a:b', 'a', 'ü🎣']
        for (const [i, stream] of names.entries()) {
          const x = await ear(b, stream)
          expect((await a.publish(stream, String(i))).offset).toBe(1)
          await x.heard(1)
          expect(x.got[0]?.[1]).toEqual({ offset: 1, data: String(i) })
        }
      })
    })

    test('a broadcast is heard on both nodes until the way out', async () => {
      const [x, y] = [deferred<string>(), deferred<string>()]
      const out = a.onBroadcast((data) => x.resolve(data))
      b.onBroadcast((data) => y.resolve(data))
      await a.broadcast('"hello"')
      expect(await Promise.all([x.promise, y.promise])).toEqual(['"hello"', '"hello"'])
      out()
      const again = deferred<string>()
      b.onBroadcast((data) => again.resolve(data))
      await a.broadcast('"again"')
      expect(await again.promise).toBe('"again"')
      expect(await x.promise).toBe('"hello"')
    })

    describe('sessions', () => {
      test('are found by both nodes, and unknown ones by none', async () => {
        await a.addSession(record('s1'), one)
        expect(await b.getSession('s1')).toEqual(record('s1'))
        expect(await b.getSession('s2')).toBeUndefined()
        expect(await b.takeSession('s2', two)).toBeUndefined()
      })

      test('record what was applied, with answers', async () => {
        await a.addSession(record('s1'), one)
        expect(await a.recordApplied('s1', one, 1)).toBe(true)
        expect(await a.recordApplied('s1', one, 2, '{"d":1}')).toBe(true)
        expect(await b.getSession('s1')).toEqual({ ...record('s1'), last: 2, results: { 2: '{"d":1}' } })
      })

      test('keep the newest 128 answers', async () => {
        await a.addSession(record('s1'), one)
        for (let seq = 1; seq <= 130; seq++) await a.recordApplied('s1', one, seq, '{"d":1}')
        const { last, results } = (await a.getSession('s1')) ?? record('')
        expect(last).toBe(130)
        expect(Object.keys(results)).toHaveLength(128)
        expect(results).not.toHaveProperty('2')
        expect(results).toHaveProperty('130')
      })

      test('refuse what is not their owner’s', async () => {
        await a.addSession(record('s1'), one)
        expect(await b.recordApplied('s1', two, 1)).toBe(false)
        expect(await b.recordApplied('s1', { node: 'one', link: 2 }, 1)).toBe(false)
        expect(await b.recordApplied('none', two, 1)).toBe(false)
        await b.endSession('s1', two)
        expect(await a.getSession('s1')).toEqual(record('s1'))
      })

      test('end by their owner’s word', async () => {
        await a.addSession(record('s1'), one)
        await a.touchSession('s1', one)
        await a.endSession('s1', one)
        expect(await a.getSession('s1')).toBeUndefined()
        expect(await a.recordApplied('s1', one, 1)).toBe(false)
      })

      test('move after the earlier owner has let go and recorded', async () => {
        const told: unknown[] = []
        await a.addSession(record('s1'), one)
        a.onDetach(async (sessionId, link, node) => {
          told.push([sessionId, link, node])
          // The handlers of the old link end now, and it is still the owner.
          expect(await a.recordApplied('s1', one, 1, '{"d":"late"}')).toBe(true)
        })
        expect(await b.takeSession('s1', two)).toEqual({ ...record('s1'), last: 1, results: { 1: '{"d":"late"}' } })
        expect(told).toEqual([['s1', 1, 'one']])
        expect(await a.recordApplied('s1', one, 2)).toBe(false)
        expect(await b.recordApplied('s1', two, 2)).toBe(true)
      })

      test('end up with one owner when two links race', async () => {
        const told: unknown[] = []
        for (const store of new Set([a, b]))
          store.onDetach(async (_sessionId, _link, node) => {
            told.push(node)
          })
        await a.addSession(record('s1'), one)
        const three = { node: 'three', link: 7 }
        expect(await Promise.all([a.takeSession('s1', two), b.takeSession('s1', three)])).toEqual([
          record('s1'),
          record('s1'),
        ])
        const owners = await Promise.all([one, two, three].map((owner, i) => a.recordApplied('s1', owner, i + 1)))
        expect(owners.filter(Boolean)).toHaveLength(1)
        expect(owners[0]).toBe(false)
        // The loser was the owner for a moment, and had to let go as well.
        expect(told).toContain(owners[1] ? 'three' : 'two')
      })
    })

    describe('idempotency keys', () => {
      test('are reserved by the first, pending for others, then answered', async () => {
        expect(await a.claimKey('ann', 'k')).toBeUndefined()
        expect(await b.claimKey('ann', 'k')).toBe('pending')
        await a.recordKey('ann', 'k', '{"d":1}')
        expect(await b.claimKey('ann', 'k')).toBe('{"d":1}')
      })

      test('answer with an empty text where there was no answer', async () => {
        await a.claimKey('ann', 'k')
        await a.recordKey('ann', 'k', '')
        expect(await b.claimKey('ann', 'k')).toBe('')
      })

      test('are free again when the reservation is given up', async () => {
        await a.claimKey('ann', 'k')
        await a.recordKey('ann', 'k', undefined)
        expect(await b.claimKey('ann', 'k')).toBeUndefined()
      })

      test('are each user’s own', async () => {
        await a.claimKey('ann', 'b:k')
        expect(await a.claimKey('ann:b', 'k')).toBeUndefined()
        expect(await a.claimKey('bob', 'b:k')).toBeUndefined()
      })
    })

    describe('presence', () => {
      test('is one view, told to both nodes', async () => {
        const changes: string[] = []
        let told = deferred()
        b.onPresence((stream) => {
          changes.push(stream)
          told.resolve()
          told = deferred()
        })
        await a.enter('room', { id: 'c1', user: { id: 'ann', info: { colour: 'red' } } })
        await b.enter('room', { id: 'c2', user: { id: 'bob' } })
        while (changes.length < 2) await told.promise
        expect(changes).toEqual(['room', 'room'])
        const present = [...(await a.listPresence('room'))].sort((x, y) => x.id.localeCompare(y.id))
        expect(present).toEqual([
          { id: 'c1', user: { id: 'ann', info: { colour: 'red' } } },
          { id: 'c2', user: { id: 'bob' } },
        ])
        await a.leave('room', 'c1')
        while (changes.length < 3) await told.promise
        expect(await b.listPresence('room')).toEqual([{ id: 'c2', user: { id: 'bob' } }])
        expect(await b.listPresence('empty')).toEqual([])
      })
    })
  })
}
