/** The real client against a small model, over random lives: what users, servers, pages and clocks do to it. */

import fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'
import { type Command, type Play, settle } from '../support/clientModel/command.ts'
import { commands, reentrantCommands } from '../support/clientModel/commands.ts'
import { type Model, createModel } from '../support/clientModel/model.ts'
import { createReferee } from '../support/clientModel/invariants.ts'
import { type Setup, type Stage, createStage } from '../support/clientModel/createModelTestClient.ts'

const numRuns = Number(process.env['FAST_CHECK_RUNS'] ?? 500)
const seed = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31)

const setups: fc.Arbitrary<Setup> = fc.record({
  lazy: fc.boolean(),
  beats: fc.boolean(),
  queue: fc.constantFrom('drop-new', 'drop-old', 'off'),
  maxAttempts: fc.constantFrom(Infinity, 0, 1, 3),
  pace: fc.constantFrom('sync', 'frame'),
  subscribed: fc.boolean(),
  judge: fc.constantFrom('policy', 'later', 'never'),
})

const begin = (setup: Setup, strict: boolean): { model: Model; real: Play } => {
  const model = createModel()
  let stage: Stage
  const referee = createReferee(setup, model, () => stage, strict)
  stage = createStage(setup, referee)
  referee.watch()
  return { model, real: Object.assign(stage, { setup, referee, strict }) }
}

/** Whatever has happened, dispose() leaves nothing. */
const end = async ({ client, clock, page, alive, releases }: Play): Promise<void> => {
  client.dispose()
  for (const release of releases) release()
  await settle()
  const { status } = client.get()
  const left = { timers: clock.pending, listeners: page.listeners, sockets: alive().length, status }
  expect(left).toEqual({ timers: 0, listeners: 0, sockets: 0, status: 'closed' })
}

const live = async (lives: fc.Arbitrary<Iterable<Command>>, strict: boolean): Promise<Record<string, number>> => {
  const from = Date.now()
  const total: Record<string, number> = {}
  const property = fc.asyncProperty(setups, lives, async (setup, life) => {
    const stages = begin(setup, strict)
    await fc.asyncModelRun(() => stages, life)
    await end(stages.real)
    total['commands'] = (total['commands'] ?? 0) + [...life].length
    for (const [type, times] of Object.entries(stages.real.referee.heard)) total[type] = (total[type] ?? 0) + times
  })
  await fc.assert(property, { numRuns, seed })
  const heard = Object.entries(total).map(([type, times]) => `${times} ${type}`)
  console.log(`${numRuns} lives with seed ${seed} in ${Date.now() - from} ms: ${heard.join(', ')}`)
  return total
}

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))

test('does what it promises over any life', async () => {
  const total = await live(commands, true)
  // Fewer would mean that the lives have become too dull to prove anything.
  const rare = (type: string): boolean => !(total[type]! > numRuns / 20)
  expect(['dial', 'open', 'close', 'retry', 'stop', 'drop', 'message', 'error'].filter(rare)).toEqual([])
}, 600_000)

test('stays sound over any life in which its listeners use it too', async () => {
  const total = await live(reentrantCommands, false)
  expect(total['open']).toBeGreaterThan(numRuns / 20)
}, 600_000)
