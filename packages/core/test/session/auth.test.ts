import { describe, expect, test, vi } from 'vitest'
import type { TokenDial } from '../../src/session/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { PROTOCOL, createFakeHub } from './support/createFakeHub.ts'

test('the token is sent in the hello frame and not in the URL', async () => {
  const { connectSession, server, welcome, receivedFrames, clock } = createFakeHub()
  const client = connectSession({ token: async () => 'secret' })
  await clock.run(0)
  welcome()
  expect(client.url).toBe('ws://test/')
  expect(server.last.protocols).toEqual([PROTOCOL])
  expect(receivedFrames()[0]).toMatchObject({ t: 'hello', token: 'secret' })
})

test('the token function is called with the dial at each dial, also beside a protocols function', async () => {
  const { connectSession, server, welcome, advanceToRetry, clock } = createFakeHub()
  const token = vi.fn<(dial: TokenDial) => string>(({ attempt }) => `t${attempt}`)
  const client = connectSession({ token }, { protocols: async () => 'chat' })
  await clock.run(0)
  expect(server.last.protocols).toEqual(['chat', PROTOCOL])
  welcome()
  server.last.drop()
  advanceToRetry(client as never)
  await clock.run(0)
  welcome()
  expect(server.last.received[0]).toContain('"token":"t1"')
  expect(token.mock.calls.map(([{ attempt, refresh, lastClose }]) => [attempt, refresh, lastClose?.code])).toEqual([
    [0, false, undefined],
    [1, false, 1006],
  ])
})

test('a token function that never settles is ended by connectTimeout, and its signal aborts', async () => {
  const { connectSession, server, clock } = createFakeHub()
  let dial: TokenDial
  const client = connectSession({
    token: (given) => {
      dial = given
      return new Promise(() => {})
    },
  })
  await clock.run(10_000)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'timeout' } })
  expect(dial!.signal.aborted).toBe(true)
  expect(server.connections).toHaveLength(0)
})

test('a late token of an abandoned dial is not used', async () => {
  const { connectSession, welcome, receivedFrames, advanceToRetry, clock } = createFakeHub()
  const resolvers: ((token: string) => void)[] = []
  const client = connectSession({ token: () => new Promise((done) => void resolvers.push(done)) })
  await clock.run(10_000)
  advanceToRetry(client as never)
  resolvers[1]!('new')
  await clock.run(0)
  resolvers[0]!('old')
  await clock.run(0)
  welcome()
  expect(receivedFrames()[0]).toMatchObject({ token: 'new' })
})

test.each([
  [
    'throws',
    () => {
      throw new Error('no user')
    },
  ],
  ['rejects', () => Promise.reject(new Error('no user'))],
])('a token function that %s fails the dial, and another attempt follows', async (_, token) => {
  const { connectSession, clock } = createFakeHub()
  const client = connectSession({ token })
  const errors = recordEvents(client, 'error')
  await clock.run(0)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'provider' } })
  expect(errors).toMatchObject([{ code: 'DialError', cause: { message: 'no user' } }])
})

describe.each([4006, 4501])('a token that is refused with code %i', (code) => {
  const connectWithToken = () => {
    const hub = createFakeHub()
    const token = vi.fn<(dial: TokenDial) => string>(() => 't')
    const client = hub.connectSession({ token })
    const accept = async (): Promise<void> => {
      await hub.clock.run(0)
      hub.server.last.accept(PROTOCOL)
    }
    const redialAndAccept = async (): Promise<void> => {
      hub.advanceToRetry(client as never)
      await accept()
    }
    return {
      ...hub,
      client,
      accept,
      redialAndAccept,
      refreshFlags: () => token.mock.calls.map(([{ refresh }]) => refresh),
    }
  }

  test('the token is requested once more with refresh, and a second refusal is final', async () => {
    const { client, server, accept, redialAndAccept, refreshFlags } = connectWithToken()
    await accept()
    server.last.close(code)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code, cause: 'server', final: false } })
    await redialAndAccept()
    expect(refreshFlags()).toEqual([false, true])
    server.last.close(code)
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code, cause: 'auth', final: true } })
  })

  test('a refusal after a welcome counts as a first refusal', async () => {
    const { client, server, accept, redialAndAccept, sendFrame, refreshFlags } = connectWithToken()
    await accept()
    server.last.close(code)
    await redialAndAccept()
    sendFrame({ t: 'welcome', sid: 's', key: 'k', cseq: 0 })
    server.last.close(code)
    expect(client.get().status).toBe('reconnecting')
    await redialAndAccept()
    expect(refreshFlags()).toEqual([false, true, true])
  })

  test('the token is requested with refresh again if that dial failed, and a second refusal is final', async () => {
    const { client, server, accept, redialAndAccept, refreshFlags } = connectWithToken()
    await accept()
    server.last.close(code)
    await redialAndAccept()
    server.last.drop()
    await redialAndAccept()
    expect(refreshFlags()).toEqual([false, true, true])
    server.last.close(code)
    expect(client.get().status).toBe('closed')
  })

  test('a refusal is final at once without a token function', () => {
    const { connectSession, server } = createFakeHub()
    const client = connectSession()
    server.last.accept(PROTOCOL)
    server.last.close(code)
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'auth' } })
  })

  test('open() dials again after the final refusal', async () => {
    const { client, server, accept, redialAndAccept, refreshFlags } = connectWithToken()
    await accept()
    server.last.close(code)
    await redialAndAccept()
    server.last.close(code)
    client.open()
    await accept()
    expect(refreshFlags()).toEqual([false, true, false])
    server.last.close(code)
    expect(client.get().status).toBe('reconnecting')
  })
})

test('shouldReconnect can stop the reconnect after a refused token', async () => {
  const { connectSession, server, clock } = createFakeHub()
  const shouldReconnect = vi.fn<() => boolean>(() => false)
  const client = connectSession({ token: () => 't' }, { reconnect: { shouldReconnect } })
  await clock.run(0)
  server.last.accept(PROTOCOL)
  server.last.close(4501)
  expect(shouldReconnect).toHaveBeenCalledWith(expect.objectContaining({ code: 4501, final: false }), 0)
  expect(client.get().status).toBe('closed')
})
