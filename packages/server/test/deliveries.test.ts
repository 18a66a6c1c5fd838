/** Deliveries of clients are applied in order and once, and recorded before they are acknowledged. */

import { describe, expect, test } from 'vitest'
import { HubError } from '../src/errors.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Store } from '../src/store/store.ts'
import { createTestNode, settle } from './support/testNode.ts'

const send = (seq: number, more: object = {}) => ({ t: 'send', seq, d: seq, ...more })
/** A store whose methods a test may replace. */
const spoilt = (store: Store, over: (store: Store) => Partial<Store>): Store => ({ ...store, ...over(store) })

describe('D1: the order of deliveries', () => {
  test('a seq that was applied before is acknowledged again, but not applied', async () => {
    const { openSession, node } = createTestNode()
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const { socket } = await openSession()
    for (const seq of [1, 2, 1, 2, 3]) socket.clientSends(send(seq))
    await settle()
    expect(received).toEqual([1, 2, 3])
    expect(socket.framesOf('ack').map(({ seq }) => seq)).toEqual([1, 2, 2, 2, 3])
    expect(node.stats()).toMatchObject({ received: 3, repeated: 2 })
  })

  test('a skipped seq closes the link with 4500, and the earlier messages are applied', async () => {
    const { openSession, node } = createTestNode()
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const { socket } = await openSession()
    for (const seq of [1, 3, 2]) socket.clientSends(send(seq))
    await settle()
    expect(received).toEqual([1])
    expect(socket.closed).toMatchObject({ code: 4500 })
  })

  test('messages are applied one at a time and in order, including those of emit', async () => {
    const { openSession, node, clock } = createTestNode()
    const log: unknown[] = []
    node.on('message', async (message) => {
      log.push(['begin', message])
      await new Promise<void>((resolve) => clock.setTimeout(resolve, 50))
      log.push(['end', message])
    })
    const { socket } = await openSession()
    socket.clientSends(send(1))
    socket.clientSends({ t: 'emit', d: 'emitted' })
    socket.clientSends(send(2))
    await clock.run(200)
    expect(log).toEqual(
      [1, 'emitted', 2].flatMap((message) => [
        ['begin', message],
        ['end', message],
      ]),
    )
  })
})

describe('D2: apply, record, acknowledge', () => {
  test('a message is recorded after it was applied and before it is acknowledged', async () => {
    const log: string[] = []
    const store = spoilt(memoryStore(), ({ recordApplied }) => ({
      recordApplied: async (...given) => {
        log.push('recorded')
        return await recordApplied(...given)
      },
    }))
    const { openSession, node } = createTestNode({ store })
    node.on('message', async () => {
      await settle()
      log.push('applied')
    })
    const { socket } = await openSession()
    const before = socket.send
    Object.assign(socket, {
      send: (text: string) => {
        log.push((JSON.parse(text) as { t: string }).t)
        before(text)
      },
    })
    socket.clientSends(send(1))
    await settle()
    await settle()
    expect(log).toEqual(['applied', 'recorded', 'ack'])
  })

  test('while the store cannot record an effect, the message is neither repeated nor acknowledged', async () => {
    let broken = true
    const store = spoilt(memoryStore(), ({ recordApplied }) => ({
      recordApplied: (...given) => (broken ? Promise.reject(new Error('store is down')) : recordApplied(...given)),
    }))
    const { openSession, node, clock, errors } = createTestNode({ store })
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const { socket } = await openSession()
    socket.clientSends(send(1))
    await clock.run(1000)
    expect(socket.framesOf('ack')).toEqual([])
    broken = false
    await clock.run(2000)
    expect(socket.framesOf('ack')).toEqual([{ t: 'ack', seq: 1 }])
    expect(received).toEqual([1])
    expect(errors.length).toBeGreaterThan(1)
  })

  test('a write that fails is tried after 100 ms, later each 2 s, and no more when the node has closed', async () => {
    const attempts: number[] = []
    const store = spoilt(memoryStore(), () => ({
      recordApplied: () => {
        attempts.push(clock.now())
        return Promise.reject(new Error('store is down'))
      },
    }))
    const { openSession, node, clock } = createTestNode({ store })
    const { socket } = await openSession()
    socket.clientSends(send(1))
    await clock.run(10_000)
    expect(attempts).toEqual([0, 100, 300, 700, 1500, 3100, 5100, 7100, 9100])
    const closing = node.close()
    socket.end(1001)
    await clock.run(5000)
    await closing
    const before = attempts.length
    await clock.run(60_000)
    expect(attempts).toHaveLength(before)
  })

  test('when a link is cut between effect and record, the next link waits for the record and the effect happens once', async () => {
    let broken = true
    const store = spoilt(memoryStore(), ({ recordApplied }) => ({
      recordApplied: (...given) => (broken ? Promise.reject(new Error('store is down')) : recordApplied(...given)),
    }))
    const { openSession, node, clock, connect } = createTestNode({ store })
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const first = await openSession()
    first.socket.clientSends(send(1))
    await clock.run(100)
    first.socket.end()
    const second = connect()
    second.clientSends({ t: 'hello', v: 1, sid: first.welcome['sid'], key: first.welcome['key'] })
    await settle()
    expect(second.framesOf('welcome')).toEqual([])
    broken = false
    await clock.run(2000)
    expect(second.framesOf('welcome')).toMatchObject([{ resumed: true, cseq: 1 }])
    second.clientSends(send(1))
    await settle()
    expect(received).toEqual([1])
  })

  test('a message is neither recorded nor acknowledged if the session has moved to another link meanwhile', async () => {
    const store = memoryStore()
    const { openSession, node } = createTestNode({ store })
    const { socket, welcome } = await openSession()
    node.on('message', async () => {
      const record = (await store.getSession(welcome['sid']))!
      await store.addSession({ ...record, takeovers: record.takeovers + 1 }, { node: 'other', link: 1 })
    })
    socket.clientSends(send(1))
    await settle()
    expect(socket.framesOf('ack')).toEqual([])
    expect(socket.closed?.code).toBe(4509)
  })
})

describe('requests and refusals', () => {
  test('the first result of a listener is the reply, and is sent before the ack', async () => {
    const { openSession, node } = createTestNode()
    node.on('request', () => undefined)
    node.on('request', async (message) => ({ twice: 2 * (message as number) }))
    node.on('request', () => 'too late')
    const { socket } = await openSession()
    socket.clientSends(send(1, { d: 21, rq: 1 }))
    await settle()
    expect(socket.frames.slice(1)).toEqual([
      { t: 'res', seq: 1, d: { twice: 42 } },
      { t: 'ack', seq: 1 },
    ])
  })

  test('a request without a result gets null, and one without a listener is refused', async () => {
    const { openSession, node } = createTestNode()
    const { socket } = await openSession()
    socket.clientSends(send(1, { rq: 1 }))
    await settle()
    node.on('request', () => undefined)
    socket.clientSends(send(2, { rq: 1 }))
    await settle()
    expect(socket.framesOf('res')).toEqual([
      { t: 'res', seq: 1, e: { code: 'unsupported', message: 'no listener for requests' } },
      { t: 'res', seq: 2, d: null },
    ])
  })

  test('the client receives a HubError, but only internal for another error, which is emitted in full', async () => {
    const { openSession, node, errors } = createTestNode()
    node.on('message', (message) => {
      if (message === 1) throw new HubError('full', 'the room is full')
      throw new Error('secret of the database')
    })
    const { socket } = await openSession()
    socket.clientSends(send(1))
    socket.clientSends(send(2))
    await settle()
    expect(socket.frames.slice(1)).toEqual([
      { t: 'res', seq: 1, e: { code: 'full', message: 'the room is full' } },
      { t: 'ack', seq: 1 },
      { t: 'res', seq: 2, e: { code: 'internal', message: '' } },
      { t: 'ack', seq: 2 },
    ])
    expect(errors.map(({ message }) => message)).toEqual(['secret of the database'])
    expect(socket.texts.join('\n')).not.toContain('secret')
  })

  test('a refusal has at most 512 characters of code and of message', async () => {
    const { openSession, node } = createTestNode()
    node.on('message', () => {
      throw new HubError('c'.repeat(10_000), 'm'.repeat(10_000))
    })
    const { socket } = await openSession()
    socket.clientSends(send(1))
    await settle()
    expect(socket.framesOf('res')).toEqual([
      { t: 'res', seq: 1, e: { code: 'c'.repeat(512), message: 'm'.repeat(512) } },
    ])
  })

  test('a resume repeats the refusals of the last 64 messages', async () => {
    const { openSession, node } = createTestNode()
    node.on('message', (message) => {
      if ((message as number) < 3) throw new HubError('no')
    })
    const first = await openSession()
    for (let seq = 1; seq <= 65; seq++) first.socket.clientSends(send(seq))
    await settle()
    first.socket.end()
    const { sid, key } = first.welcome
    const { welcome } = await openSession({ sid, key })
    expect(welcome).toMatchObject({ cseq: 65 })
    expect(welcome['err']).toEqual({ 2: { code: 'no', message: '' } })
  })

  test('a repeated request whose answer is not stored any more is refused, and a repeated message is not', async () => {
    const { openSession, node } = createTestNode()
    node.on('request', () => 'x'.repeat(300 * 1024))
    const { socket } = await openSession()
    socket.clientSends(send(1, { rq: 1 }))
    socket.clientSends(send(2))
    await settle()
    socket.clientSends(send(1, { rq: 1 }))
    socket.clientSends(send(2))
    await settle()
    expect(socket.framesOf('res').map(({ seq, e }) => [seq, e?.code])).toEqual([
      [1, undefined],
      [1, 'expired'],
    ])
  })

  test('an answer that JSON cannot represent is refused as internal', async () => {
    const { openSession, node, errors } = createTestNode()
    node.on('request', () => 1n)
    const { socket } = await openSession()
    socket.clientSends(send(1, { rq: 1 }))
    await settle()
    expect(socket.framesOf('res')).toEqual([{ t: 'res', seq: 1, e: { code: 'internal', message: '' } }])
    expect(errors).toHaveLength(1)
  })

  test('a lost answer is sent again after a resume, and one that is not stored any more is refused as expired', async () => {
    const { openSession, node } = createTestNode()
    node.on('request', (message) => message)
    node.on('message', () => {
      throw new HubError('no')
    })
    const first = await openSession()
    first.socket.clientSends(send(1, { rq: 1 }))
    first.socket.clientSends(send(2))
    first.socket.clientSends(send(3, { rq: 1 }))
    await settle()
    first.socket.end()
    const { sid, key } = first.welcome
    const { socket, welcome } = await openSession({ sid, key, req: [1, 2, 3, 4] })
    expect(welcome).toMatchObject({ cseq: 3, err: { 2: { code: 'no', message: '' } } })
    expect(socket.frames.slice(1)).toEqual([
      { t: 'res', seq: 1, d: 1 },
      { t: 'res', seq: 2, e: { code: 'no', message: '' } },
      { t: 'res', seq: 3, d: 3 },
    ])
    for (let seq = 4; seq <= 131; seq++) socket.clientSends(send(seq, { rq: 1 }))
    await settle()
    socket.end()
    const third = await openSession({ sid, key, req: [1, 131] })
    expect(third.socket.framesOf('res')).toMatchObject([
      { seq: 1, e: { code: 'expired' } },
      { seq: 131, d: 131 },
    ])
  })
})

describe('D6: idempotency keys', () => {
  test('a known idempotency key is answered from the record, also in another session', async () => {
    const { openSession, node, clock } = createTestNode()
    let count = 0
    node.on('request', () => ++count)
    const first = await openSession()
    first.socket.clientSends(send(1, { idem: 'pay', rq: 1 }))
    await settle()
    const second = await openSession()
    second.socket.clientSends(send(1, { idem: 'pay', rq: 1 }))
    await settle()
    // Two anonymous sessions have different users, so both clients use the key of one session.
    expect(count).toBe(2)
    first.socket.clientSends(send(2, { idem: 'pay', rq: 1 }))
    await settle()
    expect(first.socket.framesOf('res').map(({ d }) => d as number)).toEqual([1, 1])
    await clock.run(300_000)
    expect(count).toBe(2)
  })

  test('a user with too many idempotency keys is refused with limit, and the message is applied when a key has expired', async () => {
    const { openSession, addNode, clock } = createTestNode()
    const store = memoryStore({ clock, keys: 16 * 161 * 2 })
    const node = addNode({ store, authenticate: () => ({ id: 'ann' }) })
    const applied: unknown[] = []
    node.on('message', (_, { idempotencyKey }) => void applied.push(idempotencyKey))
    const { socket } = await openSession({}, node)
    for (const [index, idem] of ['a', 'b', 'c', 'a'].entries()) socket.clientSends(send(index + 1, { idem }))
    socket.clientSends(send(5))
    await settle()
    expect(applied).toEqual(['a', 'b', undefined])
    const refusal = { code: 'limit', message: 'too many idempotency keys in 300 s' }
    expect(socket.framesOf('res')).toEqual([{ t: 'res', seq: 3, e: refusal }])
    expect(socket.framesOf('ack').map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
    clock.advance(300_000)
    const next = await openSession({}, node)
    next.socket.clientSends(send(1, { idem: 'c' }))
    await settle()
    expect(applied).toEqual(['a', 'b', undefined, 'c'])
    expect(next.socket.framesOf('res')).toEqual([])
  })

  test('an idempotency key answers the same user after a lost session, also with a refusal', async () => {
    const { openSession, node } = createTestNode({ authenticate: ({ token }) => ({ id: token ?? '' }) })
    let count = 0
    node.on('message', () => {
      count++
      throw new HubError('no')
    })
    const first = await openSession({ token: 'ann' })
    first.socket.clientSends(send(1, { idem: 'pay' }))
    await settle()
    const other = await openSession({ token: 'ann' })
    other.socket.clientSends(send(1, { idem: 'pay' }))
    await settle()
    expect(count).toBe(1)
    expect(other.socket.frames.slice(1)).toEqual([
      { t: 'res', seq: 1, e: { code: 'no', message: '' } },
      { t: 'ack', seq: 1 },
    ])
    const bob = await openSession({ token: 'bob' })
    bob.socket.clientSends(send(1, { idem: 'pay' }))
    await settle()
    expect(count).toBe(2)
  })

  test('an idempotency key answers an anonymous client after its session is lost', async () => {
    const { openSession, node, clock } = createTestNode()
    let count = 0
    node.on('request', () => ++count)
    const first = await openSession()
    first.socket.clientSends(send(1, { idem: 'pay', rq: 1 }))
    await settle()
    first.socket.end()
    await clock.run(121_000)
    const { sid, key } = first.welcome
    const { socket, welcome } = await openSession({ sid, key })
    expect(welcome['resumed']).toBe(false)
    socket.clientSends(send(1, { idem: 'pay', rq: 1 }))
    await settle()
    expect(socket.framesOf('res')).toEqual([{ t: 'res', seq: 1, d: 1 }])
  })

  test('a link waits for an idempotency key that another link has reserved', async () => {
    const { openSession, node, clock } = createTestNode({ authenticate: () => ({ id: 'ann' }) })
    let count = 0
    let finish: (() => void) | undefined
    node.on('message', () => {
      count++
      return new Promise<void>((resolve) => (finish = resolve))
    })
    const first = await openSession()
    const second = await openSession()
    first.socket.clientSends(send(1, { idem: 'pay' }))
    await settle()
    second.socket.clientSends(send(1, { idem: 'pay' }))
    await clock.run(1000)
    expect(second.socket.framesOf('ack')).toEqual([])
    finish?.()
    await settle()
    await clock.run(1000)
    expect(second.socket.framesOf('ack')).toHaveLength(1)
    expect(count).toBe(1)
  })

  test('a link that waits for a reserved idempotency key asks no more when it has closed', async () => {
    const store = memoryStore()
    let asked = 0
    const counting = spoilt(store, ({ claimKey }) => ({
      claimKey: (...given) => {
        asked++
        return claimKey(...given)
      },
    }))
    const { openSession, node, clock } = createTestNode({ store: counting, authenticate: () => ({ id: 'ann' }) })
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    await store.claimKey('ann', 'pay')
    const { socket } = await openSession()
    socket.clientSends(send(1, { idem: 'pay' }))
    await clock.run(1000)
    expect(asked).toBe(6)
    socket.end(1006)
    await clock.run(1000)
    const before = asked
    await store.recordKey('ann', 'pay', undefined)
    await clock.run(1000)
    expect([asked, received]).toEqual([before, []])
  })

  test('messages after one that the store could not reserve are not handled', async () => {
    const store = spoilt(memoryStore(), () => ({ claimKey: () => Promise.reject(new Error('down')) }))
    const { openSession, node } = createTestNode({ store })
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const { socket } = await openSession()
    socket.clientSends(send(1, { idem: 'pay' }))
    socket.clientSends(send(2))
    socket.clientSends(send(1))
    await settle()
    expect(received).toEqual([])
    expect(node.stats()).toMatchObject({ badFrames: 0, errors: 1 })
  })

  test('a store that fails before a message was applied closes the link, and the next link tries again', async () => {
    let broken = true
    const store = spoilt(memoryStore(), ({ claimKey }) => ({
      claimKey: (...given) => (broken ? Promise.reject(new Error('down')) : claimKey(...given)),
    }))
    const { openSession, node } = createTestNode({ store })
    let count = 0
    node.on('message', () => void count++)
    const first = await openSession()
    first.socket.clientSends(send(1, { idem: 'pay' }))
    await settle()
    expect(first.socket.closed?.code).toBe(1011)
    expect(count).toBe(0)
    broken = false
    const { sid, key } = first.welcome
    const { socket, welcome } = await openSession({ sid, key })
    expect(welcome).toMatchObject({ resumed: true, cseq: 0 })
    socket.clientSends(send(1, { idem: 'pay' }))
    await settle()
    expect(count).toBe(1)
  })
})

test('a delivered message has the user of the newest token', async () => {
  const { openSession, node } = createTestNode({ authenticate: ({ token = '' }) => ({ id: 'ann', info: token }) })
  const infos: unknown[] = []
  node.on('message', (_, { user, connection }) => void infos.push(user.info, connection.user.info))
  const { socket } = await openSession({ token: 'old' })
  socket.clientSends({ t: 'auth', token: 'new' })
  socket.clientSends({ t: 'send', seq: 1, d: 1 })
  await settle()
  expect(infos).toEqual(['new', 'new'])
})
