import { describe, expect, test, vi } from 'vitest'
import type { TokenDial } from '../../src/session/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { PROTOCOL, hub } from './support/hub.ts'

test('a token goes in hello, and not in the URL', async () => {
  const { start, server, greet, heard: frames, clock } = hub()
  const client = start({ token: async () => 'secret' })
  await clock.run(0)
  greet()
  expect(client.url).toBe('ws://test/')
  expect(server.last.protocols).toEqual([PROTOCOL])
  expect(frames()[0]).toMatchObject({ t: 'hello', token: 'secret' })
})

test('a provider is asked afresh at each dial, beside that of protocols, and told about it', async () => {
  const { start, server, greet, advanceToRetry, clock } = hub()
  const token = vi.fn<(dial: TokenDial) => string>(({ attempt }) => `t${attempt}`)
  const client = start({ token }, { protocols: async () => 'chat' })
  await clock.run(0)
  expect(server.last.protocols).toEqual(['chat', PROTOCOL])
  greet()
  server.last.drop()
  advanceToRetry(client as never)
  await clock.run(0)
  greet()
  expect(server.last.received[0]).toContain('"token":"t1"')
  expect(token.mock.calls.map(([{ attempt, refresh, lastClose }]) => [attempt, refresh, lastClose?.code])).toEqual([
    [0, false, undefined],
    [1, false, 1006],
  ])
})

test('a provider that hangs is bounded by connectTimeout, and its signal aborts', async () => {
  const { start, server, clock } = hub()
  let dial: TokenDial
  const client = start({
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

test('a late answer of a dial given up is not used', async () => {
  const { start, greet, heard: frames, advanceToRetry, clock } = hub()
  const answers: ((token: string) => void)[] = []
  const client = start({ token: () => new Promise((done) => void answers.push(done)) })
  await clock.run(10_000)
  advanceToRetry(client as never)
  answers[1]!('new')
  await clock.run(0)
  answers[0]!('old')
  await clock.run(0)
  greet()
  expect(frames()[0]).toMatchObject({ token: 'new' })
})

test.each([
  [
    'throws',
    () => {
      throw new Error('no user')
    },
  ],
  ['rejects', () => Promise.reject(new Error('no user'))],
])('a provider that %s fails the dial, and another follows', async (_, token) => {
  const { start, clock } = hub()
  const client = start({ token })
  const errors = recordEvents(client, 'error')
  await clock.run(0)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'provider' } })
  expect(errors).toMatchObject([{ code: 'DialError', cause: { message: 'no user' } }])
})

describe.each([4006, 4501])('a token refused with %i', (code) => {
  const refuse = () => {
    const made = hub()
    const token = vi.fn<(dial: TokenDial) => string>(() => 't')
    const client = made.start({ token })
    const dial = async (): Promise<void> => {
      await made.clock.run(0)
      made.server.last.accept(PROTOCOL)
    }
    const again = async (): Promise<void> => {
      made.advanceToRetry(client as never)
      await dial()
    }
    return { ...made, client, dial, again, asked: () => token.mock.calls.map(([{ refresh }]) => refresh) }
  }

  test('is asked for once more, with refresh, and a second refusal is final', async () => {
    const { client, server, dial, again, asked } = refuse()
    await dial()
    server.last.close(code)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code, cause: 'server', final: false } })
    await again()
    expect(asked()).toEqual([false, true])
    server.last.close(code)
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code, cause: 'auth', final: true } })
  })

  test('after a welcome is a first refusal again', async () => {
    const { client, server, dial, again, say, asked } = refuse()
    await dial()
    server.last.close(code)
    await again()
    say({ t: 'welcome', sid: 's', key: 'k', cseq: 0 })
    server.last.close(code)
    expect(client.get().status).toBe('reconnecting')
    await again()
    expect(asked()).toEqual([false, true, true])
  })

  test('is a first one still after a dial that failed between', async () => {
    const { client, server, dial, again, asked } = refuse()
    await dial()
    server.last.close(code)
    await again()
    server.last.drop()
    await again()
    expect(asked()).toEqual([false, true, true])
    server.last.close(code)
    expect(client.get().status).toBe('closed')
  })

  test('without a provider to ask again is final at once', () => {
    const { start, server } = hub()
    const client = start()
    server.last.accept(PROTOCOL)
    server.last.close(code)
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'auth' } })
  })

  test('may be dialled by hand afterwards', async () => {
    const { client, server, dial, again, asked } = refuse()
    await dial()
    server.last.close(code)
    await again()
    server.last.close(code)
    client.open()
    await dial()
    expect(asked()).toEqual([false, true, false])
    server.last.close(code)
    expect(client.get().status).toBe('reconnecting')
  })
})

test('the user’s shouldReconnect has the last word on a refusal', async () => {
  const { start, server, clock } = hub()
  const shouldReconnect = vi.fn<() => boolean>(() => false)
  const client = start({ token: () => 't' }, { reconnect: { shouldReconnect } })
  await clock.run(0)
  server.last.accept(PROTOCOL)
  server.last.close(4501)
  expect(shouldReconnect).toHaveBeenCalledWith(expect.objectContaining({ code: 4501, final: false }), 0)
  expect(client.get().status).toBe('closed')
})
