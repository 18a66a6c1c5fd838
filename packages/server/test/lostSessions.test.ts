/** The store loses session records: a restart without data, FLUSHALL, a failover, an eviction. Connected clients keep their sessions. */

import { describe, expect, test } from 'vitest'
import { HubError } from '../src/errors.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Store } from '../src/store/store.ts'
import { deferred } from './support/deferred.ts'
import type { ScriptedSocket } from './support/scriptedSocket.ts'
import { createTestNode, settle } from './support/testNode.ts'

const send = (seq: number, more: object = {}) => ({ t: 'send', seq, d: seq, ...more })

/** A store whose sessions, idempotency keys and presence can be lost. Its streams stay. */
const losable = (clock = undefined as never) => {
  const gaps = new Set<() => void>()
  let current = memoryStore(clock && { clock })
  const detaches: Parameters<Store['onDetach']>[0][] = []
  const delegate = <Name extends keyof Store>(name: Name) =>
    ((...given: never[]) => (current[name] as (...given: never[]) => unknown)(...given)) as Store[Name]
  const store: Store = {
    ...current,
    addSession: delegate('addSession'),
    getSession: delegate('getSession'),
    takeSession: delegate('takeSession'),
    recordApplied: delegate('recordApplied'),
    touchSession: delegate('touchSession'),
    releaseSession: delegate('releaseSession'),
    endSession: delegate('endSession'),
    claimKey: delegate('claimKey'),
    recordKey: delegate('recordKey'),
    onDetach: (detach) => {
      detaches.push(detach)
      return current.onDetach(detach)
    },
    onPossibleGap: (listener) => {
      gaps.add(listener)
      return () => void gaps.delete(listener)
    },
  }
  return {
    store,
    lose: () => {
      current = memoryStore(clock && { clock })
      for (const detach of detaches) current.onDetach(detach)
    },
    reportGap: () => {
      for (const listener of gaps) listener()
    },
  }
}

/** A node on such a store, and its applied messages. */
const createLosableNode = (options: object = {}) => {
  const losing = losable()
  const testNode = createTestNode({ store: losing.store, ...options })
  const received: unknown[] = []
  testNode.node.on('message', (message) => void received.push(message))
  return { ...testNode, ...losing, received }
}

describe('a session record that is lost while the client is connected', () => {
  test('is stored again by the next delivery, which is applied once', async () => {
    const { openSession, node, store, lose, received } = createLosableNode()
    const { socket, welcome } = await openSession()
    socket.clientSends(send(1))
    await settle()
    lose()
    socket.clientSends(send(2))
    socket.clientSends(send(3))
    await settle()
    expect(socket.closed).toBeUndefined()
    expect(socket.framesOf('ack').map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(received).toEqual([1, 2, 3])
    expect(await store.getSession(welcome['sid'])).toMatchObject({ last: 3 })
    expect(node.stats()).toMatchObject({ restored: 1 })
  })

  test('is stored again when the store reports a possible gap, with its answers, and can be resumed', async () => {
    const { openSession, node, lose, reportGap, received } = createLosableNode()
    node.on('request', () => 'reply')
    node.on('message', () => {
      throw new HubError('no')
    })
    const { socket, welcome } = await openSession()
    const { sid, key } = welcome
    socket.clientSends(send(1, { rq: 1 }))
    socket.clientSends(send(2))
    await settle()
    lose()
    reportGap()
    await settle()
    expect(socket.closed).toBeUndefined()
    socket.end()
    const next = await openSession({ sid, key, req: [1] })
    expect(next.welcome).toMatchObject({ sid, key, resumed: true, cseq: 2, err: { 2: { code: 'no' } } })
    expect(next.socket.framesOf('res')).toMatchObject([{ seq: 1, d: 'reply' }])
    next.socket.clientSends(send(3))
    await settle()
    expect(received).toEqual([2, 3])
  })

  test('is stored again each time that it is lost, for any number of clients', async () => {
    const { openSession, node, lose, reportGap } = createLosableNode()
    for (let client = 0; client < 150; client++) await openSession()
    for (const round of [1, 2]) {
      lose()
      reportGap()
      await settle()
      await settle()
      expect(node.stats()).toMatchObject({ restored: 150 * round })
    }
  })

  test('is an error if the store cannot tell, when it reports a possible gap', async () => {
    const { openSession, store, reportGap, errors } = createLosableNode()
    await openSession()
    store.touchSession = () => Promise.reject(new Error('no answer'))
    reportGap()
    await settle()
    expect(errors.map(({ message }) => message)).toEqual(['no answer'])
  })

  test('is stored again once when several reports of a gap come together', async () => {
    const { openSession, node, lose, reportGap } = createLosableNode()
    await openSession()
    lose()
    reportGap()
    reportGap()
    await settle()
    expect(node.stats()).toMatchObject({ restored: 1 })
  })

  test('is stored again by the next touch, within the interval of the heartbeat', async () => {
    const { openSession, store, lose, clock } = createLosableNode({ heartbeat: { interval: 1000, timeout: 1000 } })
    const { socket, welcome } = await openSession()
    lose()
    await clock.run(1001)
    expect(await store.getSession(welcome['sid'])).toMatchObject({ last: 0 })
    expect(socket.closed).toBeUndefined()
  })

  test('is stored again when the connection ends, so that the client resumes it', async () => {
    const { openSession, lose } = createLosableNode()
    const first = await openSession()
    first.socket.clientSends(send(1))
    await settle()
    lose()
    first.socket.end()
    await settle()
    const { sid, key } = first.welcome
    const { welcome } = await openSession({ sid, key })
    expect(welcome).toMatchObject({ resumed: true, cseq: 1 })
  })

  test('is stored again when the connection ended while the store was unavailable, which is reported once', async () => {
    const { openSession, node, store, lose, clock, errors } = createLosableNode()
    node.on('request', () => 'reply')
    const first = await openSession()
    first.socket.clientSends(send(1, { rq: 1 }))
    await settle()
    const { releaseSession } = store
    store.releaseSession = () => Promise.reject(new Error('down'))
    first.socket.end()
    await clock.run(30_000)
    expect(errors).toHaveLength(1)
    lose()
    store.releaseSession = releaseSession
    await clock.run(2000)
    const { sid, key } = first.welcome
    const { socket, welcome } = await openSession({ sid, key, req: [1] })
    expect(welcome).toMatchObject({ resumed: true, cseq: 1 })
    expect(socket.framesOf('res')).toMatchObject([{ seq: 1, d: 'reply' }])
  })

  test('is not stored again when the client ends its session', async () => {
    const { openSession, store, lose } = createLosableNode()
    const { socket, welcome } = await openSession()
    lose()
    socket.end(1000)
    await settle()
    expect(await store.getSession(welcome['sid'])).toBeUndefined()
  })

  test('is stored again together with the reservation of the key of the running message', async () => {
    const { openSession, node, lose, reportGap, clock } = createLosableNode({ authenticate: () => ({ id: 'ann' }) })
    const running = deferred()
    let count = 0
    node.on('message', async () => {
      count++
      await running.promise
    })
    const first = await openSession()
    first.socket.clientSends(send(1, { idem: 'pay' }))
    await settle()
    lose()
    reportGap()
    await settle()
    const second = await openSession()
    second.socket.clientSends(send(1, { idem: 'pay' }))
    await clock.run(1000)
    running.resolve()
    await settle()
    await clock.run(1000)
    expect(second.socket.framesOf('ack')).toHaveLength(1)
    expect(count).toBe(1)
  })

  test('is stored again without the keys of messages that have been handled', async () => {
    const { openSession, store, lose, reportGap } = createLosableNode({ authenticate: () => ({ id: 'ann' }) })
    const { socket } = await openSession()
    socket.clientSends(send(1, { idem: 'pay' }))
    await settle()
    lose()
    reportGap()
    await settle()
    expect(await store.claimKey('ann', 'pay')).toBeUndefined()
  })

  test('stays with a link that takes the session over while a message runs', async () => {
    const { openSession, connect, node, lose, received } = createLosableNode()
    const running = deferred()
    node.on('message', () => running.promise)
    const first = await openSession()
    first.socket.clientSends(send(1))
    await settle()
    const second = connect()
    const { sid, key } = first.welcome
    second.clientSends({ t: 'hello', v: 1, sid, key })
    await settle()
    lose()
    running.resolve()
    await settle()
    // The message that ran during the loss is applied once in either case.
    const [welcome] = second.framesOf('welcome')
    expect(welcome).toBeDefined()
    expect(received).toEqual([1])
  })
})

describe('a session that another link owns', () => {
  test('closes the link with 4509 at the next touch, which is before the next delivery', async () => {
    const { openSession, store, clock } = createLosableNode({ heartbeat: { interval: 1000, timeout: 1000 } })
    const { socket, welcome } = await openSession()
    const record = (await store.getSession(welcome['sid']))!
    await store.addSession({ ...record, takeovers: 1 }, { node: 'other', link: 1 })
    await clock.run(1001)
    expect(socket.closed).toMatchObject({ code: 4509 })
    expect(socket.framesOf('bye')).toMatchObject([{ final: true }])
  })

  test('is not taken away by the link that stores its lost record again later', async () => {
    const { openSession, store, lose, reportGap } = createLosableNode()
    const { socket, welcome } = await openSession()
    const record = (await store.getSession(welcome['sid']))!
    lose()
    await store.addSession({ ...record, takeovers: 1, last: 7 }, { node: 'other', link: 1 })
    reportGap()
    await settle()
    expect(socket.closed).toMatchObject({ code: 4509 })
    expect(await store.getSession(welcome['sid'])).toMatchObject({ last: 7, takeovers: 1 })
  })

  test('keeps its newest owner when an older owner has stored the lost record first', async () => {
    const { openSession, store, lose, reportGap } = createLosableNode()
    const first = await openSession()
    const { sid, key } = first.welcome
    const outdated = (await store.getSession(sid))!
    const { socket } = await openSession({ sid, key })
    socket.clientSends(send(1))
    await settle()
    lose()
    await store.addSession(outdated, { node: 'other', link: 1 })
    reportGap()
    await settle()
    expect(socket.closed).toBeUndefined()
    expect(await store.getSession(sid)).toMatchObject({ last: 1, takeovers: 1 })
  })
})

describe('a session that cannot be kept', () => {
  test('closes the link with 1012 and a hint, and the client gets another session', async () => {
    const { openSession, store, lose, received } = createLosableNode()
    const first = await openSession()
    const { addSession } = store
    store.addSession = async () => 'recorded' // for example a Redis that evicts the record at once
    lose()
    for (const seq of [1, 2]) first.socket.clientSends(send(seq))
    await settle()
    expect(first.socket.closed).toEqual({ code: 1012, reason: '{"in":[0,5000]}' })
    expect(first.socket.framesOf('bye')).toEqual([{ t: 'bye', code: 1012, why: 'the session is lost', in: [0, 5000] }])
    expect(first.socket.framesOf('ack')).toEqual([])
    expect(received).toEqual([1])
    store.addSession = addSession
    first.socket.end()
    await settle()
    lose()
    const { sid, key } = first.welcome
    const { welcome } = await openSession({ sid, key })
    expect(welcome).toMatchObject({ resumed: false, cseq: 0 })
  })

  test('is closed with 1012 when the store fails until a key would not help any more', async () => {
    const { openSession, store, clock, received, errors } = createLosableNode()
    const { socket, welcome } = await openSession()
    const { recordApplied } = store
    store.recordApplied = () => Promise.reject(new Error('down'))
    socket.clientSends(send(1, { idem: 'pay' }))
    for (let n = 0; n < 29; n++) {
      await clock.run(10_000)
      socket.pong()
    }
    expect(socket.closed).toBeUndefined()
    await clock.run(10_000)
    expect(socket.closed).toMatchObject({ code: 1012 })
    expect(received).toEqual([1])
    expect(errors.length).toBeGreaterThan(100)
    // The session does not come back without the message.
    store.recordApplied = recordApplied
    socket.end()
    await settle()
    const { sid, key } = welcome
    expect((await openSession({ sid, key })).welcome).toMatchObject({ resumed: false })
  })

  test.each(['has closed', 'is still closing'])(
    'is removed before the client can resume it, if its link %s and the store still fails',
    async (state) => {
      const { openSession, connect, store, clock, received } = createLosableNode()
      const { socket, welcome } = await openSession()
      const { recordApplied, endSession } = store
      const down = (): Promise<never> => Promise.reject(new Error('down'))
      Object.assign(store, { recordApplied: down, endSession: down })
      socket.clientSends(send(1))
      for (let n = 0; n < 30; n++) {
        await clock.run(10_000)
        socket.pong()
      }
      expect(socket.closed).toMatchObject({ code: 1012 })
      if (state === 'has closed') socket.end()
      await settle()
      Object.assign(store, { recordApplied })
      const next = connect()
      next.clientSends({ t: 'hello', v: 1, sid: welcome['sid'], key: welcome['key'] })
      await settle()
      expect(next.framesOf('welcome')).toEqual([])
      Object.assign(store, { endSession })
      await clock.run(3000)
      expect(next.framesOf('welcome')).toMatchObject([{ resumed: false, cseq: 0 }])
      expect(received).toEqual([1])
    },
  )

  test('is kept through an outage that is longer than the window, and the message is applied once', async () => {
    const { openSession, store, clock, lose, received } = createLosableNode()
    const { socket } = await openSession()
    const { recordApplied, recordKey, touchSession } = store
    const down = (): Promise<never> => Promise.reject(new Error('down'))
    Object.assign(store, { recordApplied: down, recordKey: down, touchSession: down })
    socket.clientSends(send(1, { idem: 'pay' }))
    for (let n = 0; n < 15; n++) {
      await clock.run(10_000)
      socket.pong()
    }
    lose()
    Object.assign(store, { recordApplied, recordKey, touchSession })
    await clock.run(3000)
    expect(socket.framesOf('ack')).toEqual([{ t: 'ack', seq: 1 }])
    expect(socket.closed).toBeUndefined()
    expect(received).toEqual([1])
  })
})

describe('a link that ends during hello', () => {
  test('releases the session that it has begun, so that the session counts as one without a link', async () => {
    const { connect, store } = createLosableNode()
    const released: string[] = []
    const { addSession, releaseSession } = store
    const added = deferred()
    store.addSession = async (...given) => {
      await added.promise
      return await addSession(...given)
    }
    store.releaseSession = (sessionId, owner) => {
      released.push(sessionId)
      return releaseSession(sessionId, owner)
    }
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1 })
    await settle()
    socket.end()
    await settle()
    added.resolve()
    await settle()
    expect(released).toHaveLength(1)
  })

  test('reads no further stream and follows none', async () => {
    const { connect, node, store } = createLosableNode()
    const reading = deferred()
    const reads: string[] = []
    const { read } = store
    store.read = async (stream, ...rest) => {
      reads.push(stream)
      await reading.promise
      return await read(stream, ...rest)
    }
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, sub: ['a', 'b', 'c'] })
    await settle()
    const before = reads.length
    expect(before).toBeGreaterThan(0)
    socket.end()
    await settle()
    expect(node.stats()).toMatchObject({ streams: 0 })
    reading.resolve()
    await settle()
    expect(reads).toHaveLength(before)
    expect(node.stats()).toMatchObject({ streams: 0, sessions: 0 })
  })
})

describe('answers above the bounds', () => {
  const answers = (sizes: readonly number[]) => {
    const testNode = createLosableNode({ authenticate: () => ({ id: 'ann' }) })
    testNode.node.on('request', (message) => 'x'.repeat(sizes[(message as number) - 1] ?? 0))
    return testNode
  }

  test('are sent once, and refused as expired after a resume', async () => {
    const { openSession, store } = answers([100_000, 100_000, 100_000, 300_000])
    const first = await openSession()
    for (const seq of [1, 2, 3, 4]) first.socket.clientSends(send(seq, { rq: 1 }))
    await settle()
    expect(first.socket.framesOf('res').map(({ d }) => (d as string).length)).toEqual([
      100_000, 100_000, 100_000, 300_000,
    ])
    const { sid, key } = first.welcome
    expect(Object.keys((await store.getSession(sid))!.results)).toEqual(['2', '3'])
    first.socket.end()
    const { socket } = await openSession({ sid, key, req: [1, 2, 3, 4] })
    expect(socket.framesOf('res').map(({ seq, e }) => [seq, e?.code])).toEqual([
      [1, 'expired'],
      [2, undefined],
      [3, undefined],
      [4, 'expired'],
    ])
  })

  test('are recorded as expired for an idempotency key, and the message is not applied again', async () => {
    const { openSession, node } = answers([70_000])
    const first = await openSession()
    first.socket.clientSends(send(1, { rq: 1, idem: 'report' }))
    await settle()
    expect(first.socket.framesOf('res')[0]!['d']).toHaveLength(70_000)
    const second = await openSession()
    second.socket.clientSends(send(1, { rq: 1, idem: 'report' }))
    await settle()
    expect(second.socket.framesOf('res')).toMatchObject([{ seq: 1, e: { code: 'expired' } }])
    expect(node.stats()).toMatchObject({ received: 1, repeated: 1 })
  })

  test.each(['end', 'are taken over'])(
    'leave their place in the bound of their user when their links %s',
    async (how) => {
      const { openSession, node } = createLosableNode({ authenticate: () => ({ id: 'ann' }) })
      node.on('request', () => 'x'.repeat(200_000))
      let resume: object = {}
      let earlier: ScriptedSocket | undefined
      for (let n = 0; n < 40; n++) {
        const { socket, welcome } = await openSession(resume)
        socket.clientSends(send(1, { rq: 1 }))
        await settle()
        if (how === 'end') socket.end(1000)
        else resume = { sid: welcome['sid'], key: welcome['key'] }
        earlier?.end(4509)
        if (how === 'are taken over') earlier = socket
        await settle()
      }
      const { socket } = await openSession()
      socket.clientSends(send(1, { rq: 1 }))
      await settle()
      socket.clientSends(send(1, { rq: 1 }))
      await settle()
      expect(socket.framesOf('res').map(({ d }) => (d as string | undefined)?.length)).toEqual([200_000, 200_000])
    },
  )

  test('of one user leave room for the answers of other users', async () => {
    const { openSession, node, store } = createLosableNode({
      authenticate: ({ token }: { token?: string }) => ({ id: token }),
    })
    node.on('request', () => 'x'.repeat(200_000))
    const sids: string[] = []
    for (let n = 0; n < 400; n++) {
      const { socket, welcome } = await openSession({ token: 'mallory' })
      socket.clientSends(send(1, { rq: 1 }))
      await settle()
      sids.push(welcome['sid'])
    }
    const { socket, welcome } = await openSession({ token: 'ann' })
    socket.clientSends(send(1, { rq: 1 }))
    await settle()
    expect((await store.getSession(welcome['sid']))!.results).toHaveProperty('1')
    const kept = await Promise.all(sids.map((sid) => store.getSession(sid)))
    expect(kept.filter((session) => session!.results[1])).toHaveLength(20) // 4 MiB
  })
})
