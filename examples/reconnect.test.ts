/** One small example for each option of `reconnect`. The wait is `minDelay + random * min(maxDelay, baseDelay * 2 ** attempt)`. */

import { createWebSocket } from '@holdfast/core'
import type { ReconnectOptions } from '@holdfast/core'
import { expect, test } from 'vitest'
import { stage } from './support/stage.ts'

/** The first waits of a client whose server refuses every dial, with the dice at a given number. */
const waits = async (reconnect: ReconnectOptions, { random = 0.5, count = 4 } = {}): Promise<number[]> => {
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

test('reconnect.minDelay is waited for even when the dice say 0', async () => {
  expect(await waits({ minDelay: 100 }, { random: 0 })).toEqual([100, 100, 100, 100])
})

test('reconnect.baseDelay doubles at each attempt', async () => {
  expect(await waits({ baseDelay: 200, minDelay: 0 })).toEqual([100, 200, 400, 800])
})

test('reconnect.maxDelay caps the growth, and the dice still count at the cap', async () => {
  expect(await waits({ maxDelay: 2000, minDelay: 0 })).toEqual([500, 1000, 1000, 1000])
})

test('reconnect.maxAttempts ends the attempts, and stop says so', async () => {
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

test('reconnect.stableAfter is how long a connection must last for the attempts to count from 0 again', async () => {
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

test('reconnect.delay replaces the waits by yours', async () => {
  expect(await waits({ delay: () => 5000 })).toEqual([5000, 5000, 5000, 5000])
  expect(await waits({ delay: (attempt) => 100 * (attempt + 1) })).toEqual([100, 200, 300, 400])
})

test('reconnect.shouldReconnect has the last word, and may take its time', async () => {
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
