/** The owner of a session: only its user, with its key, and only on the newest link. */

import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { HubError } from '../src/errors.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { deferred } from './support/deferred.ts'
import { createTestNode, settle } from './support/testNode.ts'

const authenticate = ({ token }: { token: string | undefined }) => (token ? { id: token } : null)

describe('S1: authentication', () => {
  test('each hello is authenticated, also one that resumes', async () => {
    const { openSession, connect } = createTestNode({ authenticate })
    const { socket, welcome } = await openSession({ token: 'ann' })
    socket.end()
    const { sid, key } = welcome
    const without = connect()
    without.clientSends({ t: 'hello', v: 1, sid, key })
    await settle()
    expect(without.closed).toEqual({ code: 4501, reason: 'unauthorised' })
    expect(without.framesOf('bye')).toEqual([{ t: 'bye', code: 4501, why: 'unauthorised', final: true }])
    expect((await openSession({ token: 'ann', sid, key })).welcome['resumed']).toBe(true)
  })

  test('another user with a stolen key gets a new session, and the owner keeps the old one', async () => {
    const { openSession } = createTestNode({ authenticate })
    const { socket, welcome } = await openSession({ token: 'ann' })
    const { sid, key } = welcome
    const thief = await openSession({ token: 'bob', sid, key })
    expect(thief.welcome).toMatchObject({ resumed: false, cseq: 0 })
    expect(thief.welcome['sid']).not.toBe(sid)
    expect(socket.closed).toBeUndefined()
  })

  test.each([
    ['a wrong key', 'x'.repeat(22)],
    ['no key', undefined],
    ['an empty key', ''],
  ])('a client with %s gets a new session', async (_, key) => {
    const { openSession } = createTestNode()
    const { socket, welcome } = await openSession()
    const thief = await openSession({ sid: welcome['sid'], ...(key !== undefined && { key }) })
    expect(thief.welcome['resumed']).toBe(false)
    expect(thief.welcome['sid']).not.toBe(welcome['sid'])
    expect(socket.closed).toBeUndefined()
  })

  test('an anonymous session is resumed by its key, and has the same user', async () => {
    const { openSession, node } = createTestNode()
    const users: string[] = []
    node.on('connection', ({ user }) => users.push(user.id))
    const first = await openSession()
    first.socket.end()
    const { sid, key } = first.welcome
    const second = await openSession({ sid, key })
    expect(second.welcome).toMatchObject({ sid, key, resumed: true })
    await openSession()
    expect(users[1]).toBe(users[0])
    expect(users[2]).not.toBe(users[0])
  })

  test('an anonymous user keeps the key and the user id of a lost session, but not those of a session that still exists', async () => {
    const { openSession, node } = createTestNode()
    const users: string[] = []
    node.on('connection', ({ user }) => users.push(user.id))
    const first = await openSession()
    first.socket.end(1000)
    await settle()
    const { sid, key } = first.welcome
    const second = await openSession({ sid, key })
    expect(second.welcome).toMatchObject({ resumed: false, key })
    expect(second.welcome['sid']).not.toBe(sid)
    expect(users[1]).toBe(users[0])
    const guessed = 'g'.repeat(22)
    const thief = await openSession({ sid: second.welcome['sid'], key: guessed })
    expect(thief.welcome['key']).not.toBe(guessed)
    const weak = await openSession({ sid: 'none', key: 'weak' })
    expect(weak.welcome['key']).toMatch(/^[\w-]{22}$/)
    expect(new Set(users).size).toBe(3)
    expect(users.join()).not.toContain(key)
  })

  test('a user may have any additional members, such as code', async () => {
    const { openSession } = createTestNode({ authenticate: () => ({ id: 'ann', code: 4501 }) as never })
    expect((await openSession()).welcome['resumed']).toBe(false)
  })

  test('a hub without authenticate does not resume the session of an authenticated user', async () => {
    const store = memoryStore()
    const { openSession, addNode } = createTestNode({ store, authenticate })
    const { sid, key } = (await openSession({ token: 'ann' })).welcome
    const { welcome } = await openSession({ sid, key }, addNode({ store }))
    expect(welcome['resumed']).toBe(false)
  })

  test('a HubError of authenticate refuses the client with 4501, and is neither reported nor sent', async () => {
    const { connect, errors } = createTestNode({
      authenticate: ({ token }) => {
        throw new HubError('bad-token', `bad token ${token}`)
      },
    })
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, token: 'hunter2' })
    await settle()
    expect(socket.closed?.code).toBe(4501)
    expect(socket.texts.join()).not.toContain('hunter2')
    expect(errors).toEqual([])
  })

  test('a token that is authenticated when its link has closed leaves no timer', async () => {
    const answers: (() => void)[] = []
    const { connect, clock } = createTestNode({
      authenticate: () =>
        new Promise((resolve) => answers.push(() => resolve({ id: 'ann', expiresAt: clock.now() + 1e6 }))),
    })
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, token: 'a' })
    await settle()
    answers[0]!()
    await settle()
    socket.clientSends({ t: 'auth', token: 'b' })
    await settle()
    socket.end()
    answers[1]!()
    await settle()
    expect(clock.pending).toBe(0)
  })

  test('any other error of authenticate closes with 1011, and is reported without the token', async () => {
    const { connect, errors } = createTestNode({
      authenticate: ({ token = '' }) => {
        const error = new Error(`cannot check ${token}, of "${token.slice(3)}"`)
        throw Object.assign(error, { config: { token }, cause: new Error(token) })
      },
    })
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, token: 'hunter2-hunter3' })
    await settle()
    expect(socket.closed).toEqual({ code: 1011, reason: 'the server has failed' })
    expect(errors).toMatchObject([{ callback: 'authenticate', code: 'CallbackError' }])
    expect(errors[0]!.message).toBe('authenticate: cannot check [redacted], of "[redacted]"')
    expect(errors[0]!.stack).toContain('ownership.test.ts')
    expect(inspect([socket.texts, errors], { depth: 9, showHidden: true })).not.toMatch(/hunter|ter2/)
  })
})

describe('the user that authenticate returns', () => {
  class Account {
    id = 7
    role = 'admin'
    info = { toJSON: () => ({ name: 'Ann' }) }
    expiresAt = null
    get title() {
      return `${this.role} ${this.id}`
    }
  }

  test('is copied with its class: a number becomes a text, and info what JSON makes of it', async () => {
    const account = new Account()
    const { openSession, node, errors } = createTestNode({ authenticate: () => account, presence: true })
    const users: unknown[] = []
    node.on('connection', ({ user }) => users.push(user))
    const { socket } = await openSession({ sub: ['a'] })
    account.role = 'reader'
    const [user] = users as [Account]
    expect(user).toBeInstanceOf(Account)
    expect({ ...user }).toEqual({ id: '7', role: 'admin', info: { name: 'Ann' }, expiresAt: undefined })
    expect(user.title).toBe('admin 7')
    expect(await node.presence('a')).toEqual([{ id: '7', info: { name: 'Ann' } }])
    expect([socket.closed, errors]).toEqual([undefined, []])
  })

  test.each([
    ['ms', 1.8e12, undefined],
    ['seconds', 1.8e9, 4501],
    ['ms of the past', 1.6e12, 4006],
    ['seconds of the past', 1.6e9, 4006],
  ])('may expire at a time in %s: %d gives %s', async (_, expiresAt, code) => {
    const { connect, clock, errors } = createTestNode({ authenticate: () => ({ id: 'ann', expiresAt }) })
    await clock.run(1.7e12)
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, token: 'token-of-ann' })
    await settle()
    expect(socket.closed?.code).toBe(code)
    expect(errors.map(({ message }) => message)).toEqual(
      code === 4501
        ? [
            'authenticate: expiresAt: expected a time in ms since the epoch (multiply seconds by 1000, parse a text by Date.parse), or no field, got 1800000000',
          ]
        : [],
    )
  })
})

describe('S2: the newest link wins', () => {
  test('the older link is closed with 4509 before the welcome, and its later frames are ignored', async () => {
    const { openSession, node } = createTestNode()
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const first = await openSession()
    const { sid, key } = first.welcome
    const second = await openSession({ sid, key })
    expect(first.socket.closed?.code).toBe(4509)
    first.socket.clientSends({ t: 'send', seq: 1, d: 'old' })
    first.socket.clientSends({ t: 'emit', d: 'old' })
    second.socket.clientSends({ t: 'send', seq: 1, d: 'new' })
    await settle()
    expect(received).toEqual(['new'])
    expect(first.socket.framesOf('ack')).toEqual([])
  })

  test('a resume waits for the running listener of the older link, and its waiting messages are not applied', async () => {
    const { openSession, node, connect } = createTestNode()
    const received: unknown[] = []
    let finish: (() => void) | undefined
    node.on('message', (message) => {
      received.push(message)
      return new Promise<void>((resolve) => (finish = resolve))
    })
    const first = await openSession()
    const { sid, key } = first.welcome
    first.socket.clientSends({ t: 'send', seq: 1, d: 1 })
    first.socket.clientSends({ t: 'send', seq: 2, d: 2 })
    await settle()
    const second = connect()
    second.clientSends({ t: 'hello', v: 1, sid, key })
    await settle()
    expect(second.framesOf('welcome')).toEqual([])
    finish?.()
    await settle()
    expect(second.framesOf('welcome')).toMatchObject([{ resumed: true, cseq: 1 }])
    expect(received).toEqual([1])
  })

  test('a listener that never finishes blocks the resume until the session has expired, then a new session starts', async () => {
    const { openSession, node, connect, clock } = createTestNode()
    const received: unknown[] = []
    node.on('message', (message) => {
      received.push(message)
      return new Promise<void>(() => undefined)
    })
    const first = await openSession()
    const { sid, key } = first.welcome
    first.socket.clientSends({ t: 'send', seq: 1, d: 1 })
    first.socket.end()
    const come = () => {
      const socket = connect()
      socket.clientSends({ t: 'hello', v: 1, sid, key })
      return socket
    }
    for (let times = 0; times < 11; times++) {
      const socket = come()
      await clock.run(11_000)
      expect(socket.closed).toEqual({ code: 1011, reason: 'the server has failed' })
      socket.end()
    }
    const late = come()
    await settle()
    expect(late.framesOf('welcome')).toMatchObject([{ resumed: false, cseq: 0 }])
    expect(received).toEqual([1])
  })

  test('a late close of the older link, even a clean one, does not change the session', async () => {
    const { openSession } = createTestNode()
    const first = await openSession()
    const { sid, key } = first.welcome
    const second = await openSession({ sid, key })
    first.socket.end(1000)
    await settle()
    second.socket.end(1006)
    await settle()
    expect((await openSession({ sid, key })).welcome['resumed']).toBe(true)
  })

  test('a close of the older link during its last listener does not change the session', async () => {
    const { openSession, node, connect } = createTestNode()
    let finish: (() => void) | undefined
    node.on('message', () => new Promise<void>((resolve) => (finish = resolve)))
    const first = await openSession()
    const { sid, key } = first.welcome
    first.socket.clientSends({ t: 'send', seq: 1, d: 1 })
    await settle()
    const second = connect()
    second.clientSends({ t: 'hello', v: 1, sid, key })
    await settle()
    first.socket.end(1000)
    finish?.()
    await settle()
    expect(second.framesOf('welcome')).toMatchObject([{ resumed: true, cseq: 1 }])
  })

  test('a message that waits for the rate limit is applied by the newer link only', async () => {
    const { openSession, node, clock } = createTestNode({ limits: { burst: 1, rate: 1 } })
    const received: unknown[] = []
    node.on('message', (message, { connection }) => void received.push([message, connection.id.split(':')[1]]))
    const { socket, welcome } = await openSession()
    for (const seq of [1, 2]) socket.clientSends({ t: 'send', seq, d: seq })
    await settle()
    expect(received).toEqual([[1, '1']])
    const { sid, key } = welcome
    const next = await openSession({ sid, key })
    next.socket.clientSends({ t: 'send', seq: 2, d: 2 })
    await clock.run(2000)
    expect(received).toEqual([
      [1, '1'],
      [2, '2'],
    ])
  })

  test('a takeover ends no other link that has the same number on another node', async () => {
    const { addNode, openSession, clock } = createTestNode()
    const store = memoryStore({ clock })
    const [one, other] = [addNode({ store }), addNode({ store })]
    const taken = await openSession({}, one)
    const bystander = await openSession({}, other)
    const { sid, key } = taken.welcome
    const { welcome } = await openSession({ sid, key }, other)
    expect(welcome).toMatchObject({ sid, resumed: true })
    expect([taken.socket.closed?.code, bystander.socket.closed]).toEqual([4509, undefined])
  })

  test('when several links resume one session, the last one gets it and the others are closed', async () => {
    const { connect, openSession, node } = createTestNode()
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const { sid, key } = (await openSession()).welcome
    const racers = Array.from({ length: 5 }, () => connect())
    for (const racer of racers) racer.clientSends({ t: 'hello', v: 1, sid, key })
    await settle()
    expect(racers.map(({ closed }) => closed?.code)).toEqual([4509, 4509, 4509, 4509, undefined])
    expect(racers.at(-1)!.framesOf('welcome')).toMatchObject([{ resumed: true }])
    for (const racer of racers) racer.clientSends({ t: 'send', seq: 1, d: racers.indexOf(racer) })
    await settle()
    expect(received).toEqual([4])
  })

  test('a duplicated tab takes the session over, and the first tab is closed permanently', async () => {
    const { openSession } = createTestNode()
    const tab = await openSession({ sub: ['a'] })
    const { sid, key } = tab.welcome
    await openSession({ sid, key, sub: ['a'] })
    expect(tab.socket.framesOf('bye')).toEqual([{ t: 'bye', code: 4509, why: 'replaced by a newer link', final: true }])
  })
})

describe('the lifetime of a session', () => {
  test('a session ends with a clean close', async () => {
    const { openSession } = createTestNode()
    const { socket, welcome } = await openSession()
    socket.end(1000)
    await settle()
    const { sid, key } = welcome
    expect((await openSession({ sid, key })).welcome['resumed']).toBe(false)
  })

  test('messages before a clean close are applied', async () => {
    const { openSession, node, clock } = createTestNode()
    const received: unknown[] = []
    node.on('message', async (message) => {
      await new Promise<void>((resolve) => clock.setTimeout(resolve, 10))
      received.push(message)
    })
    const { socket } = await openSession()
    socket.clientSends({ t: 'send', seq: 1, d: 1 })
    socket.clientSends({ t: 'emit', d: 2 })
    socket.end(1000)
    await clock.run(100)
    expect(received).toEqual([1, 2])
    expect(node.stats().restored).toBe(0)
  })

  test('a session is kept for the window after its link was last active, and no longer', async () => {
    const { openSession, clock, node } = createTestNode()
    const { socket, welcome } = await openSession()
    const { sid, key } = welcome
    for (let second = 0; second < 300; second++) {
      socket.pong()
      await clock.run(1000)
    }
    socket.end()
    await settle()
    expect(node.stats().restored).toBe(0)
    await clock.run(119_000)
    const second = await openSession({ sid, key })
    expect(second.welcome['resumed']).toBe(true)
    second.socket.end()
    await settle()
    await clock.run(121_000)
    expect((await openSession({ sid, key })).welcome['resumed']).toBe(false)
  })

  test('a session of a store with a window below the heartbeat does not expire while its link is open', async () => {
    const { addNode, openSession, clock } = createTestNode()
    const node = addNode({ store: memoryStore({ clock, window: 3000 }) })
    const { socket } = await openSession({}, node)
    await clock.run(20_000)
    socket.end()
    await settle()
    expect(node.stats().restored).toBe(0)
  })

  test('a link that ends during the handshake leaves nothing behind', async () => {
    let let_in: (() => void) | undefined
    let added = 0
    const store = memoryStore()
    const { connect, node } = createTestNode({
      store: { ...store, addSession: (...given) => (added++, store.addSession(...given)) },
      authenticate: () => new Promise((resolve) => (let_in = () => resolve({ id: 'ann' }))),
    })
    const connections: unknown[] = []
    node.on('connection', (connection) => connections.push(connection))
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, sub: ['a'] })
    await settle()
    socket.end()
    let_in?.()
    await settle()
    expect([connections, added]).toEqual([[], 0])
    expect(node.stats()).toMatchObject({ connections: 0, streams: 0 })
  })

  test('a link that is too late with its session joins no stream', async () => {
    const adding = deferred()
    const store = memoryStore()
    const followed: string[] = []
    const { connect, clock, errors } = createTestNode({
      store: {
        ...store,
        addSession: async (...given) => {
          await adding.promise
          return store.addSession(...given)
        },
        follow: (stream, feed) => {
          followed.push(stream)
          return store.follow(stream, feed)
        },
      },
    })
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, sub: ['a'] })
    await clock.run(10_000)
    expect(errors.map(({ message }) => message)).toEqual(['hello: no longer waits after 10000 ms for the store'])
    expect(socket.closed).toMatchObject({ code: 1011 })
    adding.resolve()
    await settle()
    expect(followed).toEqual([])
  })
})
