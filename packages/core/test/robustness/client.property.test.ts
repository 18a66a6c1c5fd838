/** Compares the real client with a small model over random sequences of calls, server actions, page events and time. */

import fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'
import { type Command, type Run, settle } from '../support/clientModel/command.ts'
import { commandSequences, reentrantCommandSequences } from '../support/clientModel/commands.ts'
import {
  type ModelTestClient,
  type RunOptions,
  createModelTestClient,
} from '../support/clientModel/createModelTestClient.ts'
import { createInvariants } from '../support/clientModel/invariants.ts'
import { type Model, createModel } from '../support/clientModel/model.ts'

const numRuns = Number(process.env['FAST_CHECK_RUNS'] ?? 500)
const seed = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31)

const anyOptions: fc.Arbitrary<RunOptions> = fc.record({
  lazy: fc.boolean(),
  heartbeat: fc.boolean(),
  queue: fc.constantFrom('drop-new', 'drop-old', 'off'),
  maxAttempts: fc.constantFrom(Infinity, 0, 1, 3),
  pace: fc.constantFrom('sync', 'frame'),
  subscribed: fc.boolean(),
  decision: fc.constantFrom('policy', 'later', 'never'),
  onConnect: fc.constantFrom('none', 'none', 'finishes', 'finishes', 'rejects', 'never finishes'),
})

const createRun = (options: RunOptions, strict: boolean): { model: Model; real: Run } => {
  const model = createModel()
  let testClient: ModelTestClient
  const invariants = createInvariants(options, model, () => testClient, strict)
  testClient = createModelTestClient(options, invariants)
  invariants.watch()
  return { model, real: Object.assign(testClient, { options, invariants, strict }) }
}

const expectDisposeLeavesNothing = async ({ client, clock, page, alive, releases }: Run): Promise<void> => {
  client.dispose()
  for (const release of releases) release()
  await settle()
  const { status } = client.get()
  const left = { timers: clock.pending, listeners: page.listeners, sockets: alive().length, status }
  expect(left).toEqual({ timers: 0, listeners: 0, sockets: 0, status: 'closed' })
}

/** @returns how often each event was emitted in all runs */
const runAll = async (sequences: fc.Arbitrary<Iterable<Command>>, strict: boolean): Promise<Record<string, number>> => {
  const startedAt = Date.now()
  const total: Record<string, number> = {}
  const property = fc.asyncProperty(anyOptions, sequences, async (options, commands) => {
    const run = createRun(options, strict)
    await fc.asyncModelRun(() => run, commands)
    await expectDisposeLeavesNothing(run.real)
    total['commands'] = (total['commands'] ?? 0) + [...commands].length
    for (const [type, times] of Object.entries(run.real.invariants.emittedCounts))
      total[type] = (total[type] ?? 0) + times
  })
  await fc.assert(property, { numRuns, seed })
  const counts = Object.entries(total).map(([type, times]) => `${times} ${type}`)
  console.log(`${numRuns} runs with seed ${seed} in ${Date.now() - startedAt} ms: ${counts.join(', ')}`)
  return total
}

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}))

test('the client behaves as its model does over random commands', async () => {
  const total = await runAll(commandSequences, true)
  // Fewer events would mean that the random runs no longer reach the interesting states.
  const isRare = (type: string): boolean => !(total[type]! > numRuns / 20)
  expect(['dial', 'open', 'close', 'retry', 'stop', 'drop', 'message', 'error'].filter(isRare)).toEqual([])
}, 600_000)

test('the client keeps its invariants while its own listeners call it', async () => {
  const total = await runAll(reentrantCommandSequences, false)
  expect(total['open']).toBeGreaterThan(numRuns / 20)
}, 600_000)
