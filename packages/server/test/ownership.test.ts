/** Whose a session is: its user's, with its key, and of the newest link alone. */

import { describe, expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { settle, stage } from './support/testNode.ts'

const authenticate = ({ token }: { token: string | undefined }) => (token ? { id: token } : null)

describe('S1', () => {
  test('every hello is authenticated, a resuming one too', async () => {
    const { enter, connect } = stage({ authenticate })
    const { socket, welcome } = await enter({ token: 'ann' })
    socket.end()
    const { sid, key } = welcome
    const without = connect()
    without.say({ t: 'hello', v: 1, sid, key })
    await settle()
    expect(without.closed).toEqual({ code: 4501, reason: 'unauthorised' })
    expect(without.of('bye')).toEqual([{ t: 'bye', code: 4501, why: 'unauthorised', final: true }])
    expect((await enter({ token: 'ann', sid, key })).welcome['resumed']).toBe(true)
  })

  test('another user gets a new session, even with the stolen key, and the owner keeps his', async () => {
    const { enter } = stage({ authenticate })
    const { socket, welcome } = await enter({ token: 'ann' })
    const { sid, key } = welcome
    const thief = await enter({ token: 'bob', sid, key })
    expect(thief.welcome).toMatchObject({ resumed: false, cseq: 0 })
    expect(thief.welcome['sid']).not.toBe(sid)
    expect(socket.closed).toBeUndefined()
  })

  test.each([
    ['a wrong key', 'x'.repeat(22)],
    ['no key', undefined],
    ['an empty key', ''],
  ])('%s gets a new session', async (_, key) => {
    const { enter } = stage()
    const { socket, welcome } = await enter()
    const thief = await enter({ sid: welcome['sid'], ...(key !== undefined && { key }) })
    expect(thief.welcome['resumed']).toBe(false)
    expect(thief.welcome['sid']).not.toBe(welcome['sid'])
    expect(socket.closed).toBeUndefined()
  })

  test('an anonymous session is resumed by its key, and its user is the same again', async () => {
    const { enter, node } = stage()
    const users: string[] = []
    node.on('connection', ({ user }) => users.push(user.id))
    const first = await enter()
    first.socket.end()
    const { sid, key } = first.welcome
    const second = await enter({ sid, key })
    expect(second.welcome).toMatchObject({ sid, key, resumed: true })
    await enter()
    expect(users[1]).toBe(users[0])
    expect(users[2]).not.toBe(users[0])
  })

  test('an anonymous user keeps his key, and with it his name, when the session is lost; never by that of a session kept', async () => {
    const { enter, node } = stage()
    const users: string[] = []
    node.on('connection', ({ user }) => users.push(user.id))
    const first = await enter()
    first.socket.end(1000)
    await settle()
    const { sid, key } = first.welcome
    const second = await enter({ sid, key })
    expect(second.welcome).toMatchObject({ resumed: false, key })
    expect(second.welcome['sid']).not.toBe(sid)
    expect(users[1]).toBe(users[0])
    const guessed = 'g'.repeat(22)
    const thief = await enter({ sid: second.welcome['sid'], key: guessed })
    expect(thief.welcome['key']).not.toBe(guessed)
    const weak = await enter({ sid: 'none', key: 'weak' })
    expect(weak.welcome['key']).toMatch(/^[\w-]{22}$/)
    expect(new Set(users).size).toBe(3)
    expect(users.join()).not.toContain(key)
  })

  test('a user of the application may have any members, such as a code', async () => {
    const { enter } = stage({ authenticate: () => ({ id: 'ann', code: 4501 }) as never })
    expect((await enter()).welcome['resumed']).toBe(false)
  })

  test('a session of an authenticated user cannot be had where nobody is asked', async () => {
    const store = memoryStore()
    const { enter, another } = stage({ store, authenticate })
    const { sid, key } = (await enter({ token: 'ann' })).welcome
    const { welcome } = await enter({ sid, key }, another({ store }))
    expect(welcome['resumed']).toBe(false)
  })

  test('authenticate that throws refuses, and what it threw is told to nobody', async () => {
    const { connect, errors } = stage({
      authenticate: ({ token }) => {
        throw new Error(`bad token ${token}`)
      },
    })
    const socket = connect()
    socket.say({ t: 'hello', v: 1, token: 'hunter2' })
    await settle()
    expect(socket.closed?.code).toBe(4501)
    expect(socket.texts.join()).not.toContain('hunter2')
    expect(errors).toEqual([])
  })
})

describe('S2', () => {
  test('the newest link wins: the older is closed with 4509 before the welcome, and what it says is ignored', async () => {
    const { enter, node } = stage()
    const heard: unknown[] = []
    node.on('message', (message) => void heard.push(message))
    const first = await enter()
    const { sid, key } = first.welcome
    const second = await enter({ sid, key })
    expect(first.socket.closed?.code).toBe(4509)
    first.socket.say({ t: 'send', seq: 1, d: 'old' })
    first.socket.say({ t: 'emit', d: 'old' })
    second.socket.say({ t: 'send', seq: 1, d: 'new' })
    await settle()
    expect(heard).toEqual(['new'])
    expect(first.socket.of('ack')).toEqual([])
  })

  test('what the older link was doing is waited for; what it had not begun is not done', async () => {
    const { enter, node, connect } = stage()
    const heard: unknown[] = []
    let finish: (() => void) | undefined
    node.on('message', (message) => {
      heard.push(message)
      return new Promise<void>((resolve) => (finish = resolve))
    })
    const first = await enter()
    const { sid, key } = first.welcome
    first.socket.say({ t: 'send', seq: 1, d: 1 })
    first.socket.say({ t: 'send', seq: 2, d: 2 })
    await settle()
    const second = connect()
    second.say({ t: 'hello', v: 1, sid, key })
    await settle()
    expect(second.of('welcome')).toEqual([])
    finish?.()
    await settle()
    expect(second.of('welcome')).toMatchObject([{ resumed: true, cseq: 1 }])
    expect(heard).toEqual([1])
  })

  test('a listener that hangs keeps the session from being resumed until the window is over; then another session is begun', async () => {
    const { enter, node, connect, clock } = stage()
    const heard: unknown[] = []
    node.on('message', (message) => {
      heard.push(message)
      return new Promise<void>(() => undefined)
    })
    const first = await enter()
    const { sid, key } = first.welcome
    first.socket.say({ t: 'send', seq: 1, d: 1 })
    first.socket.end()
    const come = () => {
      const socket = connect()
      socket.say({ t: 'hello', v: 1, sid, key })
      return socket
    }
    for (let times = 0; times < 11; times++) {
      const socket = come()
      await clock.run(11_000)
      expect(socket.closed).toEqual({ code: 4008, reason: 'no hello in time' })
      socket.end()
    }
    const late = come()
    await settle()
    expect(late.of('welcome')).toMatchObject([{ resumed: false, cseq: 0 }])
    expect(heard).toEqual([1])
  })

  test('the late close of the older link, even a clean one, does not touch the session', async () => {
    const { enter } = stage()
    const first = await enter()
    const { sid, key } = first.welcome
    const second = await enter({ sid, key })
    first.socket.end(1000)
    await settle()
    second.socket.end(1006)
    await settle()
    expect((await enter({ sid, key })).welcome['resumed']).toBe(true)
  })

  test('nor does one that comes while its last handler is still waited for', async () => {
    const { enter, node, connect } = stage()
    let finish: (() => void) | undefined
    node.on('message', () => new Promise<void>((resolve) => (finish = resolve)))
    const first = await enter()
    const { sid, key } = first.welcome
    first.socket.say({ t: 'send', seq: 1, d: 1 })
    await settle()
    const second = connect()
    second.say({ t: 'hello', v: 1, sid, key })
    await settle()
    first.socket.end(1000)
    finish?.()
    await settle()
    expect(second.of('welcome')).toMatchObject([{ resumed: true, cseq: 1 }])
  })

  test('of links that race for one session, the last to ask has it and the others are closed', async () => {
    const { connect, enter, node } = stage()
    const heard: unknown[] = []
    node.on('message', (message) => void heard.push(message))
    const { sid, key } = (await enter()).welcome
    const racers = Array.from({ length: 5 }, () => connect())
    for (const racer of racers) racer.say({ t: 'hello', v: 1, sid, key })
    await settle()
    expect(racers.map(({ closed }) => closed?.code)).toEqual([4509, 4509, 4509, 4509, undefined])
    expect(racers.at(-1)!.of('welcome')).toMatchObject([{ resumed: true }])
    for (const racer of racers) racer.say({ t: 'send', seq: 1, d: racers.indexOf(racer) })
    await settle()
    expect(heard).toEqual([4])
  })

  test('a tab that was duplicated with its session takes it over, and the first is told for good', async () => {
    const { enter } = stage()
    const tab = await enter({ sub: ['a'] })
    const { sid, key } = tab.welcome
    await enter({ sid, key, sub: ['a'] })
    expect(tab.socket.of('bye')).toEqual([{ t: 'bye', code: 4509, why: 'replaced by a newer link', final: true }])
  })
})

describe('the life of a session', () => {
  test('a clean end is the end of it', async () => {
    const { enter } = stage()
    const { socket, welcome } = await enter()
    socket.end(1000)
    await settle()
    const { sid, key } = welcome
    expect((await enter({ sid, key })).welcome['resumed']).toBe(false)
  })

  test('what came before a clean end is applied', async () => {
    const { enter, node, clock } = stage()
    const heard: unknown[] = []
    node.on('message', async (message) => {
      await new Promise<void>((resolve) => clock.setTimeout(resolve, 10))
      heard.push(message)
    })
    const { socket } = await enter()
    socket.say({ t: 'send', seq: 1, d: 1 })
    socket.say({ t: 'emit', d: 2 })
    socket.end(1000)
    await clock.run(100)
    expect(heard).toEqual([1, 2])
  })

  test('it is kept for the window after the link was last seen, and no longer', async () => {
    const { enter, clock } = stage()
    const { socket, welcome } = await enter()
    const { sid, key } = welcome
    for (let second = 0; second < 300; second++) {
      socket.pong()
      await clock.run(1000)
    }
    socket.end()
    await settle()
    await clock.run(119_000)
    const second = await enter({ sid, key })
    expect(second.welcome['resumed']).toBe(true)
    second.socket.end()
    await settle()
    await clock.run(121_000)
    expect((await enter({ sid, key })).welcome['resumed']).toBe(false)
  })

  test('a link that ends while it is being greeted leaves nothing', async () => {
    let let_in: (() => void) | undefined
    const { connect, node } = stage({
      authenticate: () => new Promise((resolve) => (let_in = () => resolve({ id: 'ann' }))),
    })
    const connections: unknown[] = []
    node.on('connection', (connection) => connections.push(connection))
    const socket = connect()
    socket.say({ t: 'hello', v: 1, sub: ['a'] })
    await settle()
    socket.end()
    let_in?.()
    await settle()
    expect(connections).toEqual([])
    expect(node.stats()).toMatchObject({ connections: 0, streams: 0 })
  })
})
