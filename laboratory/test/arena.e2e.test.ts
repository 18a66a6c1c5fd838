// The built arena with all libraries, in a headless Chromium. By default a few scenarios run; with LAB=all all of them, also at ×1.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ArenaPage, type Outcome, openArenaPage } from '../scripts/arenaPage.ts'
import type { Counters, Result } from '../src/arena/protocol.ts'
import { BUILT_IN, findBuiltIn } from '../src/scenario/builtIn.ts'
import type { LaneId, Scenario } from '../src/scenario/schema.ts'

const isComplete = process.env['LAB'] === 'all'
/** A run takes seconds. This guards against one that does not end. */
const GUARD = 120_000

let arena: ArenaPage
beforeAll(async () => {
  arena = await openArenaPage(process.env['CHROMIUM'])
})
afterAll(async () => arena?.close())

const scenarioOf = (id: string): Scenario => {
  const found = findBuiltIn(id)
  if (!found) throw new Error(`no scenario ${id}`)
  return found.scenario
}

const outcomes = new Map<string, Promise<Outcome>>()
/** The first run of a scenario. */
const outcomeOf = (id: string): Promise<Outcome> => {
  const outcome = outcomes.get(id) ?? arena.run(scenarioOf(id))
  outcomes.set(id, outcome)
  return outcome
}

const countersOf = ({ lanes }: Result, id: LaneId): Counters => {
  const lane = lanes.find((each) => each.id === id)
  if (!lane) throw new Error(`no lane ${id}`)
  return lane.counters
}

test.each(isComplete ? BUILT_IN.map(({ id }) => id) : ['half-open', 'restart-empty', 'token'])(
  'the scenario %s ends without an error, and the session reports each loss',
  async (id) => {
    const { result, duration, longestTask, consoleErrors } = await outcomeOf(id)
    console.log(`${id}: ${Math.round(duration)} ms, the longest task ${Math.round(longestTask)} ms`)
    expect(duration).toBeLessThan(GUARD)
    expect(consoleErrors.filter((text) => !/token/.test(text))).toEqual([])
    expect(result.lanes.map((lane) => lane.id)).toEqual(scenarioOf(id).lanes)
    const isWorking = ({ published, lost }: Counters): boolean => published > 0 && lost < published
    expect(result.lanes.filter(({ counters }) => !isWorking(counters))).toEqual([])
    const { lost, doubled, outOfOrder, sentTwice, announced, unsent, unsentReported } = countersOf(
      result,
      'holdfastSession',
    )
    expect([doubled, outOfOrder, sentTwice]).toEqual([0, 0, 0])
    expect(announced).toBe(lost > 0)
    expect(unsentReported).toBe(unsent)
  },
)

test('half-open: a heartbeat detects the dead connection, and lanes without one never do', async () => {
  const { result } = await outcomeOf('half-open')
  const { interval, timeout } = scenarioOf('half-open').heartbeat
  const session = countersOf(result, 'holdfastSession')
  expect(session).toMatchObject({ lost: 0, doubled: 0, unsent: 0, sentTwice: 0 })
  for (const id of ['holdfastSession', 'holdfastPlain', 'vueuse'] as const) {
    expect(countersOf(result, id).detection).toBeLessThanOrEqual(interval + timeout)
  }
  for (const id of ['bare', 'partysocket', 'reconnectingWebSocket', 'ahooks'] as const) {
    expect([id, countersOf(result, id)]).toMatchObject([id, { detection: 'never', recovery: 'never' }])
  }
})

test('restart-empty: the session reports the loss, and the server is another node', async () => {
  const { result } = await outcomeOf('restart-empty')
  expect(new Set(result.nodes).size).toBe(2)
  const announcing = result.lanes.filter(({ counters }) => counters.announced).map(({ id }) => id)
  expect(announcing).toEqual(['holdfastSession'])
})

const short: Scenario = {
  ...scenarioOf('half-open'),
  length: 20_000,
  steps: [
    [3000, 'drop'],
    [8000, 'restart', 1000, true, false],
    [12_000, 'halfOpen', 2000],
  ],
}

test('runs with one seed are equal as JSON at each speed, and with another seed the random delays differ', async () => {
  const json = async (seed: number, speed: number | 'max'): Promise<string> => {
    const { result } = await arena.run({ ...short, seed }, { speed })
    return JSON.stringify(result)
  }
  const first = await json(7, 'max')
  for (const speed of isComplete ? [1, 4, 20, 'max' as const] : [60, 'max' as const])
    expect(await json(7, speed)).toBe(first)
  const [one, other]: Result[] = [JSON.parse(first), JSON.parse(await json(8, 'max'))]
  const timeline = (result: Result | undefined, id: LaneId): unknown =>
    result?.lanes.find((lane) => lane.id === id)?.timeline
  for (const id of ['holdfastSession', 'holdfastPlain'] as const) {
    expect(timeline(one, id)).not.toEqual(timeline(other, id))
  }
})

test('pausing, steps and faults by hand give a scenario with the same result', async () => {
  const { result } = await arena.run(short, {
    speed: 20,
    commands: [
      [2000, { type: 'pause' }],
      [2000, { type: 'step', ms: 500 }],
      [2500, { type: 'fault', fault: ['down', 3000, 'refuse'] }],
      [2500, { type: 'speed', speed: 'max' }],
      [2500, { type: 'resume' }],
    ],
  })
  expect(result.scenario.steps).toHaveLength(4)
  expect(result.scenario.id).toBe(undefined)
  const { result: repeated } = await arena.run(result.scenario)
  expect(JSON.stringify(repeated)).toBe(JSON.stringify(result))
})
