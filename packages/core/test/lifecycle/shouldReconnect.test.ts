/** `shouldReconnect` replaces the close-code policy, with an answer at once or a promise. */

import { describe, expect, test } from 'vitest'
import type { CloseInfo } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

/** An async `shouldReconnect` whose promises the test settles, in the order of the calls. */
const createDecisions = () => {
  const calls: { close: CloseInfo; attempt: number; answer(go: boolean): void; fail(error: unknown): void }[] = []
  const shouldReconnect = (close: CloseInfo, attempt: number): Promise<boolean> =>
    new Promise((answer, fail) => {
      calls.push({ close, attempt, answer, fail })
    })
  return { calls, shouldReconnect }
}

describe('shouldReconnect with an answer at once', () => {
  test.each([
    [true, 1000],
    [true, 1008],
    [true, 4999],
    [false, 1006],
    [false, 1012],
  ])('overrides the policy: %s after the code %d', (answer, code) => {
    const { server, open } = createTestClient()
    const client = open({ reconnect: { shouldReconnect: () => answer } })
    server.last.close(code)
    expect(client.get()).toMatchObject({
      status: answer ? 'reconnecting' : 'closed',
      lastClose: { code, final: !answer },
    })
  })

  test('receives the decision of the policy as final', () => {
    const { server, open } = createTestClient()
    const finals: boolean[] = []
    for (const code of [1000, 1006]) {
      open({ reconnect: { shouldReconnect: ({ final }) => finals.push(final) > 0 } })
      server.last.close(code)
    }
    expect(finals).toEqual([true, false])
  })

  test.each([
    [1006, 'reconnecting'],
    [1008, 'closed'],
  ])('is reported when it throws, and the policy decides: code %d leads to %s', (code, status) => {
    const { server, open } = createTestClient()
    const client = open({
      reconnect: {
        shouldReconnect: () => {
          throw new Error('a bug')
        },
      },
    })
    const errors = recordEvents(client, 'error')
    server.last.close(code)
    expect(client.get().status).toBe(status)
    expect(errors).toMatchObject([{ message: 'a bug' }])
    consoleErrors.length = 0
  })

  test('is called once for each loss, and not for close() or reconnect()', () => {
    const { clock, server, open, advanceToRetry } = createTestClient()
    const asked: number[] = []
    const client = open({ reconnect: { shouldReconnect: (_, attempt) => asked.push(attempt) > 0 } })
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
    client.close()
    server.last.finish()
    client.open()
    client.reconnect()
    client.close()
    clock.advance(3_600_000)
    expect(asked).toEqual([0])
  })

  test('cannot exceed maxAttempts', () => {
    const { server, connect } = createTestClient()
    const client = connect({ reconnect: { maxAttempts: 0, shouldReconnect: () => true } })
    server.last.refuse()
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'exhausted' } })
  })

  test('may be replaced: the current function is called', () => {
    const { server, open } = createTestClient()
    const reconnect = { shouldReconnect: () => true }
    const client = open({ reconnect })
    reconnect.shouldReconnect = () => false
    server.last.drop()
    expect(client.get().status).toBe('closed')
  })

  test.each([
    ['', 'closed'],
    [0, 'closed'],
    ['yes', 'reconnecting'],
    ['restart'.match('re'), 'reconnecting'],
    [{}, 'reconnecting'],
  ])('may be %j in JavaScript: only its truth counts', (answer, status) => {
    const { server, open } = createTestClient()
    const client = open({ reconnect: { shouldReconnect: () => answer as unknown as boolean } })
    server.last.drop()
    expect(client.get().status).toBe(status)
  })
})

describe('shouldReconnect with a promise', () => {
  test('starts the wait for the next attempt when it answers true', async () => {
    const { clock, server, open, advanceToRetry } = createTestClient()
    const { calls, shouldReconnect } = createDecisions()
    const client = open({ reconnect: { shouldReconnect } })
    const retries = recordEvents(client, 'retry')
    server.last.close(4500, 'token expired')
    expect(client.get()).toMatchObject({
      status: 'reconnecting',
      retryAt: undefined,
      lastClose: { code: 4500, final: false },
    })
    await clock.run(5000)
    expect(retries).toEqual([])
    calls[0]!.answer(true)
    await clock.run(0)
    expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1, retryAt: clock.now() + 750 })
    advanceToRetry(client)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('stops when it answers false, with the close info of the loss', async () => {
    const { clock, server, open } = createTestClient()
    const { calls, shouldReconnect } = createDecisions()
    const client = open({ reconnect: { shouldReconnect } })
    const [closes, stops] = [recordEvents(client, 'close'), recordEvents(client, 'stop')]
    server.last.close(4001, 'logged out')
    calls[0]!.answer(false)
    await clock.run(0)
    expect(stops).toEqual([{ code: 4001, reason: 'logged out', wasClean: true, final: true, cause: 'server' }])
    expect([closes.length, client.get().status, clock.pending]).toEqual([1, 'closed', 0])
    expect(client.get().lastClose).toEqual(stops[0])
  })

  test.each([
    [1006, 'reconnecting'],
    [1008, 'closed'],
  ])('is reported when it rejects, and the policy decides: code %d leads to %s', async (code, status) => {
    const { clock, server, open } = createTestClient()
    const client = open({ reconnect: { shouldReconnect: () => Promise.reject(new Error('no token')) } })
    const errors = recordEvents(client, 'error')
    server.last.close(code)
    await clock.run(0)
    expect(client.get().status).toBe(status)
    expect(errors).toMatchObject([{ message: 'no token' }])
    consoleErrors.length = 0
  })

  test('counts as true after connectTimeout without an answer, and a later answer is ignored', async () => {
    const { clock, server, open } = createTestClient()
    const { calls, shouldReconnect } = createDecisions()
    const client = open({ connectTimeout: 3000, reconnect: { shouldReconnect } })
    server.last.drop()
    clock.advance(3000)
    expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1 })
    expect(client.get().retryAt).toBeDefined()
    const before = client.get()
    calls[0]!.answer(false)
    await clock.run(0)
    expect(client.get()).toBe(before)
  })

  test.each(['open', 'reconnect', 'close', 'dispose'] as const)(
    'is ignored when it answers after %s()',
    async (call) => {
      for (const late of [true, false]) {
        const { clock, server, open } = createTestClient()
        const { calls, shouldReconnect } = createDecisions()
        const client = open({ reconnect: { shouldReconnect } })
        server.last.drop()
        client[call]()
        const before = client.get()
        calls[0]!.answer(late)
        await clock.run(0)
        expect(client.get()).toBe(before)
        expect(before.status).toBe(call === 'open' || call === 'reconnect' ? 'reconnecting' : 'closed')
        expect(clock.pending).toBe(before.status === 'closed' ? 0 : 1)
      }
    },
  )

  test('is ignored when it answers while the page is away', async () => {
    const { clock, server, page, open } = createTestClient()
    const { calls, shouldReconnect } = createDecisions()
    const client = open({ reconnect: { shouldReconnect } })
    server.last.drop()
    page.emit('hide')
    calls[0]!.answer(true)
    await clock.run(3_600_000)
    expect(server.connections).toHaveLength(1)
    page.emit('wake')
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('is ignored when it answers about a loss before the last one', async () => {
    const { clock, server, open } = createTestClient()
    const { calls, shouldReconnect } = createDecisions()
    const client = open({ reconnect: { shouldReconnect } })
    server.last.drop()
    client.open()
    server.last.accept()
    server.last.drop()
    calls[0]!.answer(false)
    await clock.run(0)
    expect([calls.length, client.get().status]).toEqual([2, 'reconnecting'])
    calls[1]!.answer(false)
    await clock.run(0)
    expect(client.get().status).toBe('closed')
  })

  test('cannot exceed maxAttempts either', async () => {
    const { clock, server, connect, advanceToRetry } = createTestClient()
    const client = connect({ reconnect: { maxAttempts: 2, shouldReconnect: async () => true } })
    for (let dial = 1; dial <= 3; dial++) {
      expect(server.connections).toHaveLength(dial)
      server.last.refuse()
      await clock.run(0)
      if (dial < 3) advanceToRetry(client)
    }
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'exhausted' } })
  })
})
