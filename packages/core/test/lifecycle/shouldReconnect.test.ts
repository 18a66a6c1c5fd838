/** `shouldReconnect` decides in place of the close-code policy, also later than at once. */

import { describe, expect, test } from 'vitest'
import type { CloseInfo } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

/** A predicate answered by hand. */
const questions = () => {
  const asked: { close: CloseInfo; attempt: number; answer(go: boolean): void; fail(error: unknown): void }[] = []
  const shouldReconnect = (close: CloseInfo, attempt: number): Promise<boolean> =>
    new Promise((answer, fail) => {
      asked.push({ close, attempt, answer, fail })
    })
  return { asked, shouldReconnect }
}

describe('at once', () => {
  test.each([
    [true, 1000],
    [true, 1008],
    [true, 4999],
    [false, 1006],
    [false, 1012],
  ])('%s decides for the code %d', (answer, code) => {
    const { server, open } = createTestClient()
    const client = open({ reconnect: { shouldReconnect: () => answer } })
    server.last.close(code)
    expect(client.get()).toMatchObject({
      status: answer ? 'reconnecting' : 'closed',
      lastClose: { code, final: !answer },
    })
  })

  test('it is told what the policy would decide', () => {
    const { server, open } = createTestClient()
    const told: boolean[] = []
    for (const code of [1000, 1006]) {
      open({ reconnect: { shouldReconnect: ({ final }) => told.push(final) > 0 } })
      server.last.close(code)
    }
    expect(told).toEqual([true, false])
  })

  test.each([
    [1006, 'reconnecting'],
    [1008, 'closed'],
  ])('when it throws, that is told and the policy decides: %d', (code, status) => {
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

  test('it is asked once for each loss, and not for a close that was asked for', () => {
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

  test('it does not outvote the limit of attempts', () => {
    const { server, connect } = createTestClient()
    const client = connect({ reconnect: { maxAttempts: 0, shouldReconnect: () => true } })
    server.last.refuse()
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'exhausted' } })
  })

  test('the one of the moment is asked', () => {
    const { server, open } = createTestClient()
    const reconnect = { shouldReconnect: () => true }
    const client = open({ reconnect })
    reconnect.shouldReconnect = () => false
    server.last.drop()
    expect(client.get().status).toBe('closed')
  })
})

describe('later', () => {
  test('yes: the wait begins then, as the attempt after', async () => {
    const { clock, server, open, advanceToRetry } = createTestClient()
    const { asked, shouldReconnect } = questions()
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
    asked[0]!.answer(true)
    await clock.run(0)
    expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1, retryAt: clock.now() + 750 })
    advanceToRetry(client)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('no: that is the end, announced with the close that it was about', async () => {
    const { clock, server, open } = createTestClient()
    const { asked, shouldReconnect } = questions()
    const client = open({ reconnect: { shouldReconnect } })
    const [closes, stops] = [recordEvents(client, 'close'), recordEvents(client, 'stop')]
    server.last.close(4001, 'logged out')
    asked[0]!.answer(false)
    await clock.run(0)
    expect(stops).toEqual([{ code: 4001, reason: 'logged out', wasClean: true, final: true, cause: 'server' }])
    expect([closes.length, client.get().status, clock.pending]).toEqual([1, 'closed', 0])
    expect(client.get().lastClose).toEqual(stops[0])
  })

  test.each([
    [1006, 'reconnecting'],
    [1008, 'closed'],
  ])('a rejection is told, and the policy decides: %d', async (code, status) => {
    const { clock, server, open } = createTestClient()
    const client = open({ reconnect: { shouldReconnect: () => Promise.reject(new Error('no token')) } })
    const errors = recordEvents(client, 'error')
    server.last.close(code)
    await clock.run(0)
    expect(client.get().status).toBe(status)
    expect(errors).toMatchObject([{ message: 'no token' }])
    consoleErrors.length = 0
  })

  test('never: it is not waited for longer than for a dial, then it tries again', async () => {
    const { clock, server, open } = createTestClient()
    const { asked, shouldReconnect } = questions()
    const client = open({ connectTimeout: 3000, reconnect: { shouldReconnect } })
    server.last.drop()
    clock.advance(3000)
    expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1 })
    expect(client.get().retryAt).toBeDefined()
    const before = client.get()
    asked[0]!.answer(false)
    await clock.run(0)
    expect(client.get()).toBe(before)
  })

  test.each(['open', 'reconnect', 'close', 'dispose'] as const)(
    'superseded by %s(): its answer decides nothing',
    async (call) => {
      for (const late of [true, false]) {
        const { clock, server, open } = createTestClient()
        const { asked, shouldReconnect } = questions()
        const client = open({ reconnect: { shouldReconnect } })
        server.last.drop()
        client[call]()
        const before = client.get()
        asked[0]!.answer(late)
        await clock.run(0)
        expect(client.get()).toBe(before)
        expect(before.status).toBe(call === 'open' || call === 'reconnect' ? 'reconnecting' : 'closed')
        expect(clock.pending).toBe(before.status === 'closed' ? 0 : 1)
      }
    },
  )

  test('superseded by a page that goes away: its answer wakes nothing', async () => {
    const { clock, server, page, open } = createTestClient()
    const { asked, shouldReconnect } = questions()
    const client = open({ reconnect: { shouldReconnect } })
    server.last.drop()
    page.emit('hide')
    asked[0]!.answer(true)
    await clock.run(3_600_000)
    expect(server.connections).toHaveLength(1)
    page.emit('wake')
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('superseded by a second loss: the answer about the first decides nothing', async () => {
    const { clock, server, open } = createTestClient()
    const { asked, shouldReconnect } = questions()
    const client = open({ reconnect: { shouldReconnect } })
    server.last.drop()
    client.open()
    server.last.accept()
    server.last.drop()
    asked[0]!.answer(false)
    await clock.run(0)
    expect([asked.length, client.get().status]).toEqual([2, 'reconnecting'])
    asked[1]!.answer(false)
    await clock.run(0)
    expect(client.get().status).toBe('closed')
  })

  test('the limit of attempts counts judged losses too', async () => {
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
