/** What clients send to be delivered: in order, once, recorded before it is acknowledged. */

import { describe, expect, test } from 'vitest'
import { HubError } from '../src/errors.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Store } from '../src/store/store.ts'
import { settle, stage } from './support/testNode.ts'

const send = (seq: number, more: object = {}) => ({ t: 'send', seq, d: seq, ...more })
/** A store whose methods a test may exchange. */
const spoilt = (store: Store, over: (store: Store) => Partial<Store>): Store => ({ ...store, ...over(store) })

describe('D1', () => {
  test('a seq that was applied is acknowledged again and not applied', async () => {
    const { enter, node } = stage()
    const heard: unknown[] = []
    node.on('message', (message) => void heard.push(message))
    const { socket } = await enter()
    for (const seq of [1, 2, 1, 2, 3]) socket.say(send(seq))
    await settle()
    expect(heard).toEqual([1, 2, 3])
    expect(socket.of('ack').map(({ seq }) => seq)).toEqual([1, 2, 2, 2, 3])
    expect(node.stats()).toMatchObject({ received: 3, repeated: 2 })
  })

  test('a seq that leaves one out closes the link with 4500, and what came before is applied', async () => {
    const { enter, node } = stage()
    const heard: unknown[] = []
    node.on('message', (message) => void heard.push(message))
    const { socket } = await enter()
    for (const seq of [1, 3, 2]) socket.say(send(seq))
    await settle()
    expect(heard).toEqual([1])
    expect(socket.closed).toMatchObject({ code: 4500 })
  })

  test('messages are applied one at a time, in order, said-once ones among them', async () => {
    const { enter, node, clock } = stage()
    const log: unknown[] = []
    node.on('message', async (message) => {
      log.push(['begin', message])
      await new Promise<void>((resolve) => clock.setTimeout(resolve, 50))
      log.push(['end', message])
    })
    const { socket } = await enter()
    socket.say(send(1))
    socket.say({ t: 'emit', d: 'said' })
    socket.say(send(2))
    await clock.run(200)
    expect(log).toEqual(
      [1, 'said', 2].flatMap((message) => [
        ['begin', message],
        ['end', message],
      ]),
    )
  })
})

describe('D2', () => {
  test('recorded after it was applied and before it is acknowledged', async () => {
    const log: string[] = []
    const store = spoilt(memoryStore(), ({ recordApplied }) => ({
      recordApplied: async (...given) => {
        log.push('recorded')
        return await recordApplied(...given)
      },
    }))
    const { enter, node } = stage({ store })
    node.on('message', async () => {
      await settle()
      log.push('applied')
    })
    const { socket } = await enter()
    const before = socket.send
    Object.assign(socket, {
      send: (text: string) => {
        log.push((JSON.parse(text) as { t: string }).t)
        before(text)
      },
    })
    socket.say(send(1))
    await settle()
    await settle()
    expect(log).toEqual(['applied', 'recorded', 'ack'])
  })

  test('when the store cannot record, the effect is not repeated and not acknowledged until it can', async () => {
    let broken = true
    const store = spoilt(memoryStore(), ({ recordApplied }) => ({
      recordApplied: (...given) => (broken ? Promise.reject(new Error('store is down')) : recordApplied(...given)),
    }))
    const { enter, node, clock, errors } = stage({ store })
    const heard: unknown[] = []
    node.on('message', (message) => void heard.push(message))
    const { socket } = await enter()
    socket.say(send(1))
    await clock.run(1000)
    expect(socket.of('ack')).toEqual([])
    broken = false
    await clock.run(2000)
    expect(socket.of('ack')).toEqual([{ t: 'ack', seq: 1 }])
    expect(heard).toEqual([1])
    expect(errors.length).toBeGreaterThan(1)
  })

  test('a link cut between effect and record: the next one waits for the record, and the effect is there once', async () => {
    let broken = true
    const store = spoilt(memoryStore(), ({ recordApplied }) => ({
      recordApplied: (...given) => (broken ? Promise.reject(new Error('store is down')) : recordApplied(...given)),
    }))
    const { enter, node, clock, connect } = stage({ store })
    const heard: unknown[] = []
    node.on('message', (message) => void heard.push(message))
    const first = await enter()
    first.socket.say(send(1))
    await clock.run(100)
    first.socket.end()
    const second = connect()
    second.say({ t: 'hello', v: 1, sid: first.welcome['sid'], key: first.welcome['key'] })
    await settle()
    expect(second.of('welcome')).toEqual([])
    broken = false
    await clock.run(2000)
    expect(second.of('welcome')).toMatchObject([{ resumed: true, cseq: 1 }])
    second.say(send(1))
    await settle()
    expect(heard).toEqual([1])
  })

  test('a session that went elsewhere meanwhile is neither recorded nor acknowledged', async () => {
    const store = memoryStore()
    const { enter, node } = stage({ store })
    const { socket, welcome } = await enter()
    node.on('message', async () => {
      await store.addSession({ ...(await store.getSession(welcome['sid']))! }, { node: 'other', link: 1 })
    })
    socket.say(send(1))
    await settle()
    expect(socket.of('ack')).toEqual([])
    expect(socket.closed?.code).toBe(4509)
  })
})

describe('requests and refusals', () => {
  test('the first answer of a listener is the reply, and comes before the ack', async () => {
    const { enter, node } = stage()
    node.on('request', () => undefined)
    node.on('request', async (message) => ({ twice: 2 * (message as number) }))
    node.on('request', () => 'too late')
    const { socket } = await enter()
    socket.say(send(1, { d: 21, rq: 1 }))
    await settle()
    expect(socket.frames.slice(1)).toEqual([
      { t: 'res', seq: 1, d: { twice: 42 } },
      { t: 'ack', seq: 1 },
    ])
  })

  test('no answer is null; no listener is a refusal', async () => {
    const { enter, node } = stage()
    const { socket } = await enter()
    socket.say(send(1, { rq: 1 }))
    await settle()
    node.on('request', () => undefined)
    socket.say(send(2, { rq: 1 }))
    await settle()
    expect(socket.of('res')).toEqual([
      { t: 'res', seq: 1, e: { code: 'unsupported', message: 'no listener for requests' } },
      { t: 'res', seq: 2, d: null },
    ])
  })

  test('a HubError reaches the client, any other error only as internal and the operator in full', async () => {
    const { enter, node, errors } = stage()
    node.on('message', (message) => {
      if (message === 1) throw new HubError('full', 'the room is full')
      throw new Error('secret of the database')
    })
    const { socket } = await enter()
    socket.say(send(1))
    socket.say(send(2))
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

  test('an answer that JSON cannot hold is internal', async () => {
    const { enter, node, errors } = stage()
    node.on('request', () => 1n)
    const { socket } = await enter()
    socket.say(send(1, { rq: 1 }))
    await settle()
    expect(socket.of('res')).toEqual([{ t: 'res', seq: 1, e: { code: 'internal', message: '' } }])
    expect(errors).toHaveLength(1)
  })

  test('an answer whose frame was lost is given again on resuming; one not kept any more is said to be expired', async () => {
    const { enter, node } = stage()
    node.on('request', (message) => message)
    node.on('message', () => {
      throw new HubError('no')
    })
    const first = await enter()
    first.socket.say(send(1, { rq: 1 }))
    first.socket.say(send(2))
    first.socket.say(send(3, { rq: 1 }))
    await settle()
    first.socket.end()
    const { sid, key } = first.welcome
    const { socket, welcome } = await enter({ sid, key, req: [1, 2, 3, 4] })
    expect(welcome).toMatchObject({ cseq: 3, err: { 2: { code: 'no', message: '' } } })
    expect(socket.frames.slice(1)).toEqual([
      { t: 'res', seq: 1, d: 1 },
      { t: 'res', seq: 2, e: { code: 'no', message: '' } },
      { t: 'res', seq: 3, d: 3 },
    ])
    for (let seq = 4; seq <= 131; seq++) socket.say(send(seq, { rq: 1 }))
    await settle()
    socket.end()
    const third = await enter({ sid, key, req: [1, 131] })
    expect(third.socket.of('res')).toMatchObject([
      { seq: 1, e: { code: 'expired' } },
      { seq: 131, d: 131 },
    ])
  })
})

describe('D6', () => {
  test('an idempotency key seen before is answered from the record, in another session too', async () => {
    const { enter, node, clock } = stage()
    let count = 0
    node.on('request', () => ++count)
    const first = await enter()
    first.socket.say(send(1, { idem: 'pay', rq: 1 }))
    await settle()
    const second = await enter()
    second.socket.say(send(1, { idem: 'pay', rq: 1 }))
    await settle()
    // Anonymous users are strangers to each other; the same session is not.
    expect(count).toBe(2)
    first.socket.say(send(2, { idem: 'pay', rq: 1 }))
    await settle()
    expect(first.socket.of('res').map(({ d }) => d as number)).toEqual([1, 1])
    await clock.run(300_000)
    expect(count).toBe(2)
  })

  test('after a lost session the key of the same user answers, and a refusal is kept as well', async () => {
    const { enter, node } = stage({ authenticate: ({ token }) => ({ id: token ?? '' }) })
    let count = 0
    node.on('message', () => {
      count++
      throw new HubError('no')
    })
    const first = await enter({ token: 'ann' })
    first.socket.say(send(1, { idem: 'pay' }))
    await settle()
    const other = await enter({ token: 'ann' })
    other.socket.say(send(1, { idem: 'pay' }))
    await settle()
    expect(count).toBe(1)
    expect(other.socket.frames.slice(1)).toEqual([
      { t: 'res', seq: 1, e: { code: 'no', message: '' } },
      { t: 'ack', seq: 1 },
    ])
    const bob = await enter({ token: 'bob' })
    bob.socket.say(send(1, { idem: 'pay' }))
    await settle()
    expect(count).toBe(2)
  })

  test('the key of an anonymous client answers after its session is lost', async () => {
    const { enter, node, clock } = stage()
    let count = 0
    node.on('request', () => ++count)
    const first = await enter()
    first.socket.say(send(1, { idem: 'pay', rq: 1 }))
    await settle()
    first.socket.end()
    await clock.run(121_000)
    const { sid, key } = first.welcome
    const { socket, welcome } = await enter({ sid, key })
    expect(welcome['resumed']).toBe(false)
    socket.say(send(1, { idem: 'pay', rq: 1 }))
    await settle()
    expect(socket.of('res')).toEqual([{ t: 'res', seq: 1, d: 1 }])
  })

  test('a key that another link is busy with is waited for', async () => {
    const { enter, node, clock } = stage({ authenticate: () => ({ id: 'ann' }) })
    let count = 0
    let finish: (() => void) | undefined
    node.on('message', () => {
      count++
      return new Promise<void>((resolve) => (finish = resolve))
    })
    const first = await enter()
    const second = await enter()
    first.socket.say(send(1, { idem: 'pay' }))
    await settle()
    second.socket.say(send(1, { idem: 'pay' }))
    await clock.run(1000)
    expect(second.socket.of('ack')).toEqual([])
    finish?.()
    await settle()
    await clock.run(1000)
    expect(second.socket.of('ack')).toHaveLength(1)
    expect(count).toBe(1)
  })

  test('a store that fails before anything was applied ends the link, and the next one tries again', async () => {
    let broken = true
    const store = spoilt(memoryStore(), ({ claimKey }) => ({
      claimKey: (...given) => (broken ? Promise.reject(new Error('down')) : claimKey(...given)),
    }))
    const { enter, node } = stage({ store })
    let count = 0
    node.on('message', () => void count++)
    const first = await enter()
    first.socket.say(send(1, { idem: 'pay' }))
    await settle()
    expect(first.socket.closed?.code).toBe(1011)
    expect(count).toBe(0)
    broken = false
    const { sid, key } = first.welcome
    const { socket, welcome } = await enter({ sid, key })
    expect(welcome).toMatchObject({ resumed: true, cseq: 0 })
    socket.say(send(1, { idem: 'pay' }))
    await settle()
    expect(count).toBe(1)
  })
})
