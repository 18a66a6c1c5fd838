/** The contract of a store. The same tests run on every implementation. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EXPIRED_ANSWER } from '../../src/store/keptAnswers.ts'
import type { Owner, SessionRecord, Store, StoredMessage } from '../../src/store/store.ts'
import { deferred } from './deferred.ts'

/** The stores of two nodes that share their data. The memory store is one object on both nodes. */
export interface StorePair {
  a: Store
  b: Store
  end(): Promise<void>
}

const all = { messages: 1000, bytes: 4 * 1024 * 1024 }

export function storeContract(
  name: string,
  open: (history?: { messages: number; bytes: number }) => Promise<StorePair>,
): void {
  describe(name, () => {
    let a: Store
    let b: Store
    const ends: (() => Promise<void>)[] = []

    const openPair = async (history?: { messages: number; bytes: number }): Promise<void> => {
      const opened = await open(history)
      a = opened.a
      b = opened.b
      ends.push(() => opened.end())
    }
    beforeEach(() => openPair())
    afterEach(async () => {
      for (const end of ends.splice(0)) await end()
    })

    /** Follows a stream. `received(n)` resolves when n messages have arrived. */
    async function follow(
      store: Store,
      stream: string,
    ): Promise<{ got: [string, StoredMessage][]; received: (n: number) => Promise<void>; unfollow: () => void }> {
      const got: [string, StoredMessage][] = []
      let changed = deferred()
      const unfollow = await store.follow(stream, (epoch, message) => {
        got.push([epoch, message])
        changed.resolve()
        changed = deferred()
      })
      return {
        got,
        unfollow,
        received: async (n) => {
          while (got.length < n) await changed.promise
        },
      }
    }

    const record = (sessionId: string): SessionRecord => ({
      sessionId,
      keyHash: 'abc',
      user: 'ann',
      last: 0,
      results: {},
      takeovers: 0,
    })
    const one: Owner = { node: 'one', link: 1 }
    const two: Owner = { node: 'two', link: 1 }

    describe('streams', () => {
      test('count offsets from 1 in one epoch', async () => {
        const first = await a.publish('s', '"x"')
        const second = await b.publish('s', '"y"')
        expect(first.offset).toBe(1)
        expect(first.epoch).not.toBe('')
        expect(second).toEqual({ epoch: first.epoch, offset: 2 })
      })

      test('reach all followers on both nodes in one order', async () => {
        const [x, y] = [await follow(a, 's'), await follow(b, 's')]
        const sent = await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 ? a : b).publish('s', String(i))))
        await Promise.all([x.received(200), y.received(200)])
        expect(x.got.map(([, { offset }]) => offset)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
        expect(y.got).toEqual(x.got)
        for (const [i, { offset }] of sent.entries()) expect(x.got[offset - 1]?.[1].data).toBe(String(i))
      })

      test('do not reach the followers of another stream', async () => {
        const x = await follow(a, 's')
        await a.publish('other', '1')
        await a.publish('s', '2')
        await x.received(1)
        expect(x.got.map(([, message]) => message)).toEqual([{ offset: 1, data: '2' }])
      })

      test('no longer reach a feed that was removed, but still reach the others', async () => {
        const [x, y] = [await follow(a, 's'), await follow(a, 's')]
        x.unfollow()
        await a.publish('s', '1')
        await y.received(1)
        expect(x.got).toEqual([])
      })

      test('can be followed again at once after a feed was removed', async () => {
        const x = await follow(a, 's')
        x.unfollow()
        const y = await follow(a, 's')
        await a.publish('s', '1')
        await y.received(1)
        expect(x.got).toEqual([])
      })

      test('have an epoch and a top before the first message', async () => {
        const { top, messages } = await a.read('s', 0, all)
        expect(top.offset).toBe(0)
        expect(top.epoch).not.toBe('')
        expect(messages).toEqual([])
        expect(await b.publish('s', '1')).toEqual({ epoch: top.epoch, offset: 1 })
      })

      test('are read after a position, together with the newest position', async () => {
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

      test('are read up to the limits', async () => {
        for (let i = 0; i < 10; i++) await a.publish('s', '"12345678"')
        expect((await a.read('s', 2, { messages: 3, bytes: 1000 })).messages.map(({ offset }) => offset)).toEqual([
          3, 4, 5,
        ])
        expect((await a.read('s', 2, { messages: 99, bytes: 25 })).messages.map(({ offset }) => offset)).toEqual([3, 4])
        expect((await a.read('s', 2, { messages: 99, bytes: 20 })).messages.map(({ offset }) => offset)).toEqual([3, 4])
        expect((await a.read('s', 2, { messages: 0, bytes: 25 })).messages).toEqual([])
      })

      test('keep no more messages than the limit', async () => {
        await openPair({ messages: 5, bytes: 1000 })
        for (let i = 1; i <= 20; i++) await a.publish('s', String(i))
        const { top, messages } = await a.read('s', 0, all)
        expect(top.offset).toBe(20)
        expect(messages.map(({ data }) => data)).toEqual(['16', '17', '18', '19', '20'])
      })

      test('keep no more bytes than the limit', async () => {
        await openPair({ messages: 100, bytes: 50 })
        for (let i = 0; i < 20; i++) await a.publish('s', '"12345678"')
        const { messages } = await a.read('s', 0, all)
        expect(messages).toHaveLength(5)
        expect(messages.at(-1)?.offset).toBe(20)
      })

      test('publish once per idempotency key and return the earlier position', async () => {
        const x = await follow(b, 's')
        const first = await a.publish('s', '1', 'k')
        expect(await b.publish('s', '1', 'k')).toEqual(first)
        expect((await a.publish('s', '2', 'other')).offset).toBe(2)
        expect((await a.publish('t', '1', 'k')).offset).toBe(1)
        await x.received(2)
        expect(x.got.map(([, { data }]) => data)).toEqual(['1', '2'])
      })

      test('with braces, spaces and colons in their names are separate', async () => {
        const names = ['{', '}', '{}', '{a}', 'a b', 'a:b', 'a', 'ü🎣']
        for (const [i, stream] of names.entries()) {
          const x = await follow(b, stream)
          expect((await a.publish(stream, String(i))).offset).toBe(1)
          await x.received(1)
          expect(x.got[0]?.[1]).toEqual({ offset: 1, data: String(i) })
        }
      })
    })

    test('a broadcast reaches the listeners of both nodes until they are removed', async () => {
      const [x, y] = [deferred<string>(), deferred<string>()]
      const remove = a.onBroadcast((data) => x.resolve(data))
      b.onBroadcast((data) => y.resolve(data))
      await a.broadcast('"hello"')
      expect(await Promise.all([x.promise, y.promise])).toEqual(['"hello"', '"hello"'])
      remove()
      const again = deferred<string>()
      b.onBroadcast((data) => again.resolve(data))
      await a.broadcast('"again"')
      expect(await again.promise).toBe('"again"')
      expect(await x.promise).toBe('"hello"')
    })

    describe('sessions', () => {
      test('are found by both nodes, and an unknown session by none', async () => {
        await a.addSession(record('s1'), one)
        expect(await b.getSession('s1')).toEqual(record('s1'))
        expect(await b.getSession('s2')).toBeUndefined()
        expect(await b.takeSession('s2', two)).toBeUndefined()
      })

      test('record the last applied number and the answers', async () => {
        await a.addSession(record('s1'), one)
        expect(await a.recordApplied('s1', one, 1)).toBe('recorded')
        expect(await a.recordApplied('s1', one, 2, '{"d":1}')).toBe('recorded')
        expect(await b.getSession('s1')).toEqual({ ...record('s1'), last: 2, results: { 2: '{"d":1}' } })
      })

      test('keep the last applied number when an earlier message is recorded again', async () => {
        await a.addSession(record('s1'), one)
        for (const seq of [1, 2, 1]) expect(await a.recordApplied('s1', one, seq)).toBe('recorded')
        expect(await b.getSession('s1')).toMatchObject({ last: 2 })
      })

      test('that end during a takeover are not taken', async () => {
        await a.addSession(record('s1'), one)
        a.onDetach(() => a.endSession('s1', one))
        expect(await b.takeSession('s1', two)).toBeUndefined()
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

      test('keep at most 256 KiB of answers, the newest ones, and none that is longer', async () => {
        const answer = (bytes: number): string => `{"d":"${'x'.repeat(bytes - 8)}"}`
        const kept = async (): Promise<number[]> => Object.keys((await b.getSession('s1'))!.results).map(Number)
        await a.addSession({ ...record('s1'), results: { 1: answer(60_000) }, last: 1 }, one)
        for (let seq = 2; seq <= 5; seq++) await a.recordApplied('s1', one, seq, answer(60_000))
        expect(await kept()).toEqual([2, 3, 4, 5])
        await a.recordApplied('s1', one, 5, answer(60_000))
        expect(await kept()).toEqual([2, 3, 4, 5])
        await a.recordApplied('s1', one, 6, answer(256 * 1024 + 1))
        expect(await kept()).toEqual([2, 3, 4, 5])
        await a.recordApplied('s1', one, 7, answer(150_000))
        expect(await kept()).toEqual([5, 7])
        await a.recordApplied('s1', one, 8, answer(256 * 1024))
        expect(await kept()).toEqual([8])
        expect(await b.getSession('s1')).toMatchObject({ last: 8 })
      })

      test('remove refusals only by their number, because a message without its refusal counts as applied', async () => {
        await a.addSession(record('s1'), one)
        await a.recordApplied('s1', one, 1, '{"e":{"code":"no","message":""}}')
        for (let seq = 2; seq <= 4; seq++) await a.recordApplied('s1', one, seq, `{"d":"${'x'.repeat(150_000)}"}`)
        expect(Object.keys((await a.getSession('s1'))!.results)).toEqual(['1', '4'])
      })

      test('are stored again after a loss, unless another link has taken over meanwhile', async () => {
        const lost = { ...record('s1'), last: 3, results: { 3: '{"d":1}' }, takeovers: 1 }
        expect(await a.addSession(lost, one)).toBe('recorded')
        expect(await b.getSession('s1')).toEqual(lost)
        // The same owner does not change it again. Its record may be newer.
        expect(await a.recordApplied('s1', one, 4)).toBe('recorded')
        expect(await a.addSession(lost, one)).toBe('recorded')
        expect(await b.getSession('s1')).toMatchObject({ last: 4 })
        // Another owner needs more takeovers.
        expect(await b.addSession({ ...lost, last: 9 }, two)).toBe('replaced')
        expect(await b.getSession('s1')).toMatchObject({ last: 4 })
        expect(await b.addSession({ ...lost, takeovers: 2 }, two)).toBe('recorded')
        expect(await b.getSession('s1')).toEqual({ ...lost, takeovers: 2 })
        expect(await a.touchSession('s1', one)).toBe('replaced')
        expect(await b.touchSession('s1', two)).toBe('recorded')
        expect(await b.takeSession('s1', { node: 'three', link: 3 })).toMatchObject({ takeovers: 3 })
      })

      test('can be taken over and ended after their link has released them', async () => {
        await a.addSession(record('s1'), one)
        expect(await a.releaseSession('s1', one)).toBe('recorded')
        expect(await b.takeSession('s1', two)).toMatchObject({ last: 0 })
        expect(await a.releaseSession('s1', one)).toBe('replaced')
        expect(await b.releaseSession('s1', two)).toBe('recorded')
        await b.endSession('s1', two)
        expect(await a.getSession('s1')).toBeUndefined()
      })

      test('reject changes by a link that does not own them', async () => {
        await a.addSession(record('s1'), one)
        expect(await b.recordApplied('s1', two, 1)).toBe('replaced')
        expect(await b.recordApplied('s1', { node: 'one', link: 2 }, 1)).toBe('replaced')
        expect(await b.recordApplied('none', two, 1)).toBe('missing')
        await b.endSession('s1', two)
        expect(await a.getSession('s1')).toEqual(record('s1'))
      })

      test('end when their owner ends them', async () => {
        await a.addSession(record('s1'), one)
        await a.touchSession('s1', one)
        await a.endSession('s1', one)
        expect(await a.getSession('s1')).toBeUndefined()
        expect(await a.recordApplied('s1', one, 1)).toBe('missing')
        expect(await a.touchSession('s1', one)).toBe('missing')
        expect(await a.releaseSession('s1', one)).toBe('missing')
      })

      test('change the owner after the previous owner has recorded its results and is detached', async () => {
        const detached: unknown[] = []
        await a.addSession(record('s1'), one)
        a.onDetach(async (sessionId, link, node) => {
          detached.push([sessionId, link, node])
          // The handlers of the previous link end now, while it still owns the session.
          expect(await a.recordApplied('s1', one, 1, '{"d":"late"}')).toBe('recorded')
        })
        expect(await b.takeSession('s1', two)).toEqual({
          ...record('s1'),
          last: 1,
          results: { 1: '{"d":"late"}' },
          takeovers: 1,
        })
        expect(detached).toEqual([['s1', 1, 'one']])
        expect(await a.recordApplied('s1', one, 2)).toBe('replaced')
        expect(await b.recordApplied('s1', two, 2)).toBe('recorded')
      })

      test('have one owner after two links have raced for them', async () => {
        const detached: unknown[] = []
        for (const store of new Set([a, b]))
          store.onDetach(async (_sessionId, _link, node) => {
            detached.push(node)
          })
        await a.addSession(record('s1'), one)
        const three = { node: 'three', link: 7 }
        expect(await Promise.all([a.takeSession('s1', two), b.takeSession('s1', three)])).toEqual([
          { ...record('s1'), takeovers: expect.any(Number) },
          { ...record('s1'), takeovers: expect.any(Number) },
        ])
        const owners = await Promise.all([one, two, three].map((owner, i) => a.recordApplied('s1', owner, i + 1)))
        expect(owners.filter((write) => write === 'recorded')).toHaveLength(1)
        expect(owners[0]).toBe('replaced')
        // The loser owned the session for a moment, and was detached as well.
        expect(detached).toContain(owners[1] === 'recorded' ? 'three' : 'two')
      })
    })

    describe('idempotency keys', () => {
      test('are reserved by the first call, pending for others, and answered after recordKey', async () => {
        expect(await a.claimKey('ann', 'k')).toBeUndefined()
        expect(await b.claimKey('ann', 'k')).toBe('pending')
        await a.recordKey('ann', 'k', '{"d":1}')
        expect(await b.claimKey('ann', 'k')).toBe('{"d":1}')
      })

      test('return an empty text if there was no answer', async () => {
        await a.claimKey('ann', 'k')
        await a.recordKey('ann', 'k', '')
        expect(await b.claimKey('ann', 'k')).toBe('')
      })

      test('are free again after the reservation was released', async () => {
        await a.claimKey('ann', 'k')
        await a.recordKey('ann', 'k', undefined)
        expect(await b.claimKey('ann', 'k')).toBeUndefined()
      })

      test('keep their answer if a reservation is released after it', async () => {
        await a.claimKey('ann', 'k')
        await a.recordKey('ann', 'k', '{"d":1}')
        await b.recordKey('ann', 'k', undefined)
        expect(await a.claimKey('ann', 'k')).toBe('{"d":1}')
      })

      test('are separate for each user', async () => {
        await a.claimKey('ann', 'b:k')
        expect(await a.claimKey('ann:b', 'k')).toBeUndefined()
        expect(await a.claimKey('bob', 'b:k')).toBeUndefined()
      })

      test('of 256 bytes are distinct', async () => {
        const [one, other] = ['1', '2'].map((end) => end.padStart(256, 'ä'.repeat(50)))
        await a.recordKey('ann', one!, '{"d":1}')
        expect(await b.claimKey('ann', one!)).toBe('{"d":1}')
        expect(await b.claimKey('ann', other!)).toBeUndefined()
        expect(await b.claimKey('bob', one!)).toBeUndefined()
      })

      /** Records keys of 256 bytes until the user has no space. Returns them. */
      const fill = async (user: string, answer: string): Promise<string[]> => {
        const used: string[] = []
        while ((await a.claimKey(user, 'next')) !== 'full') {
          expect(used.length).toBeLessThan(20_000)
          const keys = Array.from({ length: 250 }, (_, index) => `${used.length + index}`.padEnd(256, 'k'))
          await Promise.all(keys.map((key) => a.recordKey(user, key, answer)))
          used.push(...keys)
          await a.recordKey(user, 'next', undefined)
        }
        return used
      }
      /** The longest refusal that is kept without its message. */
      const refusal = JSON.stringify({ e: { code: '\u0001'.repeat(100), message: '' } })

      test('use at most 8 MiB per user with their answers. Further keys are refused, and no earlier one ends', async () => {
        const used = await fill('ann', refusal)
        // With 160 bytes each for what is stored besides the texts.
        expect(used.length * (refusal.length + 22 + 160)).toBeLessThan(8.3 * 1024 * 1024)
        expect(used.length * (refusal.length + 256 + 200)).toBeGreaterThan(7.9 * 1024 * 1024)
        for (const key of [used[0]!, used.at(-1)!]) expect(await b.claimKey('ann', key)).toBe(refusal)
        expect(await b.claimKey('ann', 'another')).toBe('full')
        expect(await b.claimKey('bob', 'another')).toBeUndefined()
        // A message that was claimed before is recorded nevertheless.
        await a.recordKey('ann', 'late', '{"d":1}')
        expect(await b.claimKey('ann', 'late')).toBe('{"d":1}')
      }, 60_000)

      test('count once when they are recorded again', async () => {
        const reply = `{"d":"${'x'.repeat(60_000)}"}`
        for (let index = 0; index < 150; index++) await a.recordKey('ann', 'k', reply)
        expect(await b.claimKey('ann', 'k')).toBe(reply)
        await a.recordKey('ann', 'l', reply)
        expect(await b.claimKey('ann', 'l')).toBe(reply)
      })

      test('above 4 MiB lose their replies and the messages of their refusals, and stay valid', async () => {
        const reply = `{"d":"${'x'.repeat(60_000)}"}`
        for (let index = 0; index < 70; index++) await a.recordKey('ann', `${index}`, reply)
        expect(await b.claimKey('ann', '68')).toBe(reply)
        expect(await b.claimKey('ann', '69')).toBe(EXPIRED_ANSWER)
        await a.recordKey('ann', 'refused', JSON.stringify({ e: { code: 'sold', message: 'x'.repeat(60_000) } }))
        expect(JSON.parse((await b.claimKey('ann', 'refused')) ?? '')).toEqual({ e: { code: 'sold', message: '' } })
        await a.recordKey('ann', 'short', '{"d":1}')
        expect(await b.claimKey('ann', 'short')).toBe('{"d":1}')
        await a.recordKey('bob', '1', reply)
        expect(await b.claimKey('bob', '1')).toBe(reply)
      })
    })

    describe('presence', () => {
      test('is the same on both nodes, and changes notify both', async () => {
        const changes: string[] = []
        let changed = deferred()
        b.onPresence((stream) => {
          changes.push(stream)
          changed.resolve()
          changed = deferred()
        })
        await a.enter('room', { id: 'c1', user: { id: 'ann', info: { colour: 'red' } } })
        await b.enter('room', { id: 'c2', user: { id: 'bob' } })
        while (changes.length < 2) await changed.promise
        expect(changes).toEqual(['room', 'room'])
        const present = [...(await a.listPresence('room'))].sort((x, y) => x.id.localeCompare(y.id))
        expect(present).toEqual([
          { id: 'c1', user: { id: 'ann', info: { colour: 'red' } } },
          { id: 'c2', user: { id: 'bob' } },
        ])
        await a.leave('room', 'c1')
        while (changes.length < 3) await changed.promise
        expect(await b.listPresence('room')).toEqual([{ id: 'c2', user: { id: 'bob' } }])
        expect(await b.listPresence('empty')).toEqual([])
      })

      test('has an entry or not by the last of several calls at once', async () => {
        const entry = { id: 'c1', user: { id: 'ann' } }
        await Promise.all([a.enter('room', entry), a.leave('room', 'c1')])
        expect(await b.listPresence('room')).toEqual([])
        await Promise.all([a.enter('room', entry), a.leave('room', 'c1'), a.enter('room', entry)])
        expect(await b.listPresence('room')).toEqual([entry])
        await Promise.all([a.leave('room', 'c1'), a.enter('room', entry)])
        expect(await b.listPresence('room')).toEqual([entry])
      })

      test('returns the same object for a user that has not changed', async () => {
        const list = async (): Promise<unknown[]> => (await a.listPresence('room')).map(({ user }) => user)
        await a.enter('room', { id: 'c1', user: { id: 'ann', info: 1 } })
        const [first] = await list()
        await a.enter('room', { id: 'c2', user: { id: 'bob' } })
        const users = await list()
        expect(users).toHaveLength(2)
        expect(users.some((user) => user === first)).toBe(true)
        await a.enter('room', { id: 'c1', user: { id: 'ann', info: 2 } })
        expect(await list()).toEqual(expect.arrayContaining([{ id: 'ann', info: 2 }, { id: 'bob' }]))
      })
    })
  })
}
