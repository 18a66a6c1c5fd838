/** An example for each option of `reconnect`. The delay is `minDelay + random * min(maxDelay, baseDelay * 2 ** attempt)`. */

import { createWebSocket } from '@holdfast/core'
import type { ReconnectOptions } from '@holdfast/core'
import { expect, test } from 'vitest'
import { stage } from './support/stage.ts'

/** The first delays of a client whose server refuses every connection, with a fixed random number. */
const delaysOf = async (reconnect: ReconnectOptions, { random = 0.5, count = 4 } = {}): Promise<number[]> => {
  const { server, clock, fakes } = stage()
  server.auto = false
  clock.setRandom(random)
  const delays: number[] = []
  const client = createWebSocket('ws://test', { ...fakes, reconnect, onRetry: ({ delay }) => delays.push(delay) })
  while (delays.length < count) {
    server.last.refuse()
    await clock.run(delays.at(-1)!)
  }
  client.dispose()
  return delays
}

test('reconnect.minDelay is the delay if the random number is 0', async () => {
  expect(await delaysOf({ minDelay: 100 }, { random: 0 })).toEqual([100, 100, 100, 100])
})

test('reconnect.baseDelay doubles at each attempt', async () => {
  expect(await delaysOf({ baseDelay: 200, minDelay: 0 })).toEqual([100, 200, 400, 800])
})

test('reconnect.maxDelay caps the growth, before the random factor is applied', async () => {
  expect(await delaysOf({ maxDelay: 2000, minDelay: 0 })).toEqual([500, 1000, 1000, 1000])
})

test('reconnect.maxAttempts ends the attempts with the event stop', async () => {
  const { server, clock, fakes } = stage()
  server.auto = false
  const client = createWebSocket('ws://test', { ...fakes, reconnect: { maxAttempts: 1 } })
  const stops: string[] = []
  client.on('stop', ({ cause }) => void stops.push(cause))
  server.last.refuse()
  await clock.run(30_000)
  server.last.refuse()
  expect([stops, client.get().status, server.connections.length]).toEqual([['exhausted'], 'closed', 2])
})

test('reconnect.stableAfter is how long a connection must be open to reset the number of attempts', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, reconnect: { stableAfter: 5000, delay: () => 100 } })
  const attempts: number[] = []
  client.on('retry', ({ attempt }) => void attempts.push(attempt))
  for (const lifetime of [1000, 1000, 6000, 1000]) {
    await clock.run(lifetime)
    server.last.drop()
    await clock.run(100)
  }
  expect(attempts).toEqual([1, 2, 1, 2])
})

test('reconnect.delay replaces the calculated delays', async () => {
  expect(await delaysOf({ delay: () => 5000 })).toEqual([5000, 5000, 5000, 5000])
  expect(await delaysOf({ delay: (attempt) => 100 * (attempt + 1) })).toEqual([100, 200, 300, 400])
})

test('reconnect.shouldReconnect receives the error: an expired login ends the attempts, a failed request does not', async () => {
  const { clock, fakes } = stage()
  class LoginExpired extends Error {}
  const failures = [new TypeError('fetch failed'), new LoginExpired()]
  const client = createWebSocket(() => Promise.reject(failures.shift()!), {
    ...fakes,
    reconnect: { shouldReconnect: ({ error, final }) => !final && !(error?.cause instanceof LoginExpired) },
    onError: () => {},
  })
  const stops: unknown[] = []
  client.on('stop', ({ cause, error }) => void stops.push(cause, error?.cause))
  await clock.run(0)
  expect(client.get().status).toBe('reconnecting')
  await clock.run(30_000)
  expect(stops).toEqual(['provider', expect.any(LoginExpired)])
})

test('reconnect.shouldReconnect decides last, and may be asynchronous', async () => {
  const { server, clock, fakes } = stage()
  const refreshToken = async (): Promise<string> => 'fresh'
  let token = 'stale'
  const client = createWebSocket(() => `ws://test?token=${token}`, {
    ...fakes,
    reconnect: {
      shouldReconnect: async ({ code, final }) => {
        if (code !== 4401) return !final
        token = await refreshToken()
        return true
      },
    },
  })
  await clock.run(0)
  server.last.close(4401, 'token expired')
  await clock.run(30_000)
  expect([client.get().status, server.last.url]).toEqual(['open', 'ws://test/?token=fresh'])
})
