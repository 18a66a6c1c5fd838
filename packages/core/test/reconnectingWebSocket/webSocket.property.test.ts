/**
 * Random calls and server actions on a real server. The model is a `WebSocket` that may open again. `FAST_CHECK_RUNS` and `FAST_CHECK_SEED`
 * select a longer run.
 */

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ReconnectingWebSocket } from '../../src/reconnectingWebSocket/index.ts'
import { type Bug, mutate } from '../support/explore/mutate.ts'
import { type ScenarioServer, type Step, runScenario, startScenarioServer } from './socketScenario.ts'

const numRuns = Number(process.env['FAST_CHECK_RUNS'] ?? 100)
const seed = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31)

const step: fc.Arbitrary<Step> = fc.oneof(
  ...(['send', 'close', 'reconnect', 'settle', 'settle', 'retry', 'retry'] as const).map((name) =>
    fc.constant<Step>({ do: name }),
  ),
  ...(['serverCuts', 'serverSends', 'serverRefuses'] as const).map((name) => fc.constant<Step>({ do: name })),
  fc.record({ do: fc.constant('serverClose' as const), code: fc.constantFrom(1000, 1001, 1012, 4000, 4500) }),
  fc.record({
    do: fc.constantFrom('closeInListener' as const, 'reconnectInListener' as const),
    type: fc.constantFrom('open' as const, 'message' as const, 'close' as const, 'error' as const),
  }),
)
const scenarios = fc.array(step, { maxLength: 12 })

let server: ScenarioServer
beforeAll(async () => {
  server = await startScenarioServer()
})
afterAll(() => server.stop())

/** @returns how often each event was dispatched */
const check = async (Class: typeof ReconnectingWebSocket): Promise<Record<string, number>> => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const total: Record<string, number> = {}
  const property = fc.asyncProperty(scenarios, async (steps) => {
    const counts = await runScenario(Class, server, steps)
    for (const [type, count] of Object.entries(counts)) total[type] = (total[type] ?? 0) + count
  })
  await fc.assert(property, { numRuns, seed, timeout: Number(process.env['FC_TIMEOUT'] ?? 20_000) })
  return total
}

test('the class behaves as a WebSocket that may open again, over random calls and server actions', async () => {
  const startedAt = Date.now()
  const total = await check(ReconnectingWebSocket)
  console.log(`${numRuns} runs with seed ${seed} in ${Date.now() - startedAt} ms: ${JSON.stringify(total)}`)
  // Fewer events would mean that the random runs no longer reach the interesting states.
  for (const type of ['open', 'message', 'close', 'error']) expect(total[type]).toBeGreaterThan(numRuns / 10)
}, 600_000)

const bugs: Record<string, Bug> = {
  'inside close|after the final close|timers left|readyState': [
    'the close that the core emits synchronously is forwarded',
    'if (before === CLOSED || this._failing !== undefined) return',
    'if (before === CLOSED) return',
  ],
  'was sent before|was received after': [
    'queued messages are sent after open',
    `this.queue.take((message) => this.readyState === OPEN && this.client.send(message))
    this._dispatch(new Event('open'))`,
    `this._dispatch(new Event('open'))
    this.queue.take((message) => this.readyState === OPEN && this.client.send(message))`,
  ],
}

test.each(Object.entries(bugs))(
  'finds a seeded bug: %s',
  async (violation, bug) => {
    const { ReconnectingWebSocket: Class } = await mutate<{ ReconnectingWebSocket: typeof ReconnectingWebSocket }>(
      'reconnectingWebSocket/index.ts',
      'reconnectingWebSocket/connection.ts',
      bug,
    )
    await expect(check(Class)).rejects.toMatchObject({ cause: { message: expect.stringMatching(violation) } })
  },
  600_000,
)
