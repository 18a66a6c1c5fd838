// The whole arena but the libraries: the real hub, the simulated network, and lanes of the test's own.

import { expect, test } from 'vitest'
import type { LaneContext, LaneClient, LaneModule, Sink } from '../src/arena/lane.ts'
import * as bare from '../src/arena/lanes/bare.ts'
import * as handWritten from '../src/arena/lanes/handWritten.ts'
import * as holdfastPlain from '../src/arena/lanes/holdfastPlain.ts'
import * as holdfastSession from '../src/arena/lanes/holdfastSession.ts'
import type { Batch, Result } from '../src/arena/protocol.ts'
import type { Fault } from '../src/scenario/faults.ts'
import type { LaneId, Step } from '../src/scenario/schema.ts'
import { runInNode, scenarioOf } from './support/runInNode.ts'

/** The bare socket, with messages that the test changes before they are reported. */
const laneOf = (
  receive: (data: string, count: number, sink: Sink) => void,
  changes: Partial<LaneClient> = {},
): LaneModule => ({
  start: (context: LaneContext, sink: Sink) => {
    let count = 0
    return { ...bare.start(context, { ...sink, message: (data) => receive(String(data), ++count, sink) }), ...changes }
  },
})

const lanes: LaneId[] = ['holdfastSession', 'holdfastPlain', 'handWritten', 'bare']
const modules = { holdfastSession, holdfastPlain, handWritten, bare }

const counters = ({ lanes }: Result, id: LaneId): Result['lanes'][number]['counters'] => {
  const lane = lanes.find((lane) => lane.id === id)
  if (!lane) throw new Error(`no lane ${id}`)
  return lane.counters
}

test('without a fault every message arrives once, in order, in both directions', async () => {
  const result = await runInNode(scenarioOf({ lanes }), modules)
  for (const id of lanes) {
    expect(counters(result, id)).toMatchObject({
      lost: 0,
      doubled: 0,
      outOfOrder: 0,
      unsent: 0,
      sentTwice: 0,
      detection: null,
      recovery: null,
      dials: 1,
      dialsWhileDown: 0,
      falselyOpen: 0,
      announced: false,
    })
    const { published, sent } = counters(result, id)
    expect(published).toBeGreaterThan(255)
    expect(sent).toBeGreaterThan(24)
  }
  expect(result).toMatchObject({ v: 1, end: 90_000, network: [[0, 'up']], nodes: [expect.any(String)] })
})

test('a lane that drops every 10th and doubles every 15th message is counted exactly so', async () => {
  const module = laneOf((data, count, sink) => {
    if (count % 10 > 0) sink.message(data)
    if (count % 15 === 0 && count % 10 > 0) sink.message(data)
  })
  const result = await runInNode(scenarioOf({ lanes: ['bare'] }), { bare: module })
  const { published, received, lost, doubled, outOfOrder } = counters(result, 'bare')
  expect({ received, lost, doubled, outOfOrder }).toEqual({
    received: published - Math.floor(published / 10),
    lost: Math.floor(published / 10),
    doubled: Math.floor(published / 15) - Math.floor(published / 30),
    outOfOrder: 0,
  })
  expect(result.lanes[0]?.gaps).toHaveLength(lost)
})

test('a lane that swaps two messages and one that sends twice are counted exactly so', async () => {
  let kept = ''
  const module = laneOf((data, count, sink) => {
    if (count % 50 === 1) kept = data
    else sink.message(data)
    if (count % 50 === 2) sink.message(kept)
  })
  const doubling: LaneModule = {
    start: (context, sink) => {
      const client = bare.start(context, sink)
      const send = (message: object): void => [message, message].forEach((each) => client.send(each))
      return { ...client, send }
    },
  }
  const result = await runInNode(scenarioOf({ lanes: ['bare', 'handWritten'] }), {
    bare: module,
    handWritten: doubling,
  })
  const { published, lost, outOfOrder } = counters(result, 'bare')
  expect([lost, outOfOrder]).toEqual([0, Math.ceil((published - 1) / 50)])
  expect(counters(result, 'handWritten')).toMatchObject({ unsent: 0 })
  const { sent, sentTwice } = counters(result, 'handWritten')
  expect([sentTwice, sent > 24]).toEqual([sent, true])
})

test('a half-open connection is detected by heartbeats within interval and timeout, and falsely open otherwise', async () => {
  const steps: Step[] = [
    [10_000, 'halfOpen', 15_000],
    [10_000, 'down', 5000, 'refuse'],
  ]
  const result = await runInNode(scenarioOf({ lanes, steps }), modules)
  expect(counters(result, 'holdfastSession')).toMatchObject({ lost: 0, doubled: 0, unsent: 0, sentTwice: 0 })
  for (const id of ['holdfastSession', 'holdfastPlain'] as const) {
    const { detection, falselyOpen } = counters(result, id)
    expect(detection).toBeLessThanOrEqual(8000)
    expect(falselyOpen).toBe(detection)
  }
  expect(counters(result, 'bare')).toMatchObject({
    detection: 'never',
    recovery: 'never',
    falselyOpen: 20_000,
    dials: 1,
  })
  expect(counters(result, 'bare').lost).toBeGreaterThan(195)
  expect(counters(result, 'handWritten').detection).toBe('never') // it waits 20 s for the close event
  expect(result.network).toEqual([
    [0, 'up'],
    [10_000, 'halfOpen'],
    [10_000, 'both'],
    [15_000, 'halfOpen'],
    [25_000, 'up'],
  ])
})

test('a server that returns without its memory is another node, and the session reports the loss', async () => {
  const steps: Step[] = [[10_000, 'restart', 3000, true, true]]
  const result = await runInNode(scenarioOf({ lanes, steps }), modules)
  expect(new Set(result.nodes).size).toBe(2)
  expect(counters(result, 'holdfastSession').announced).toBe(true)
  expect(counters(result, 'holdfastPlain').announced).toBe(false)
})

test('the session reports each own message whose session has ended meanwhile, and other lanes report none', async () => {
  const steps: Step[] = [[10_000, 'sleep', 180_000]]
  const result = await runInNode(scenarioOf({ lanes, steps, length: 200_000 }), modules)
  expect(counters(result, 'holdfastSession')).toMatchObject({ lost: 0, unsent: 1, unsentReported: 1 })
  for (const id of ['holdfastPlain', 'handWritten', 'bare'] as const) {
    expect([id, counters(result, id).unsentReported, counters(result, id).unsent > 0]).toEqual([id, 0, true])
  }
})

test('an exception and the event of a full queue report that an own message is lost', async () => {
  const refusing = laneOf((data, _count, sink) => sink.message(data), {
    send: () => {
      throw new Error('of the test')
    },
  })
  const batches: Batch[] = []
  const steps: Step[] = [
    [5000, 'down', 60_000, 'refuse'],
    [5000, 'drop'],
  ]
  const result = await runInNode(
    scenarioOf({ lanes: ['bare', 'holdfastPlain'], steps, send: { every: 100 } }),
    { bare: refusing, holdfastPlain },
    { onBatch: (batch) => batches.push(batch) },
  )
  const { sent, unsent, unsentReported } = counters(result, 'bare')
  expect([unsent, unsentReported]).toEqual([sent, sent])
  // The queue has room for 100 messages.
  const plain = counters(result, 'holdfastPlain')
  expect([plain.unsent, plain.unsentReported > 0]).toEqual([plain.unsentReported, true])
  const marks = batches.flatMap(({ marks }) => marks).filter(({ type }) => type === 'announced')
  expect(marks).toHaveLength(sent + plain.unsentReported)
  expect(marks[0]).toMatchObject({ lane: 'bare', event: 'unsent' })
})

test.each<[string, Fault]>([
  ['drop', ['drop']],
  ['close', ['close', 1011, 'of the test']],
  ['down', ['down', 5000, 'unreachable']],
  ['a crash', ['restart', 2000, false, false]],
  ['restart', ['restart', 2000, true, false]],
  ['latency', ['latency', 300, 200]],
  ['rate', ['rate', 500, 5000]],
  ['offline', ['offline', 5000, true]],
  ['hide', ['hide', 5000]],
  ['sleep', ['sleep', 15_000]],
  ['expireToken', ['expireToken']],
  ['burst', ['burst', 1000, 100]],
  ['drain', ['drain', 3000]],
  ['duplicateDial', ['duplicateDial']],
  ['flap', ['flap', 5000, 1011]],
])('a session loses and doubles nothing by %s', async (_, fault) => {
  const step = [10_000, ...fault] as Step
  const result = await runInNode(scenarioOf({ lanes: ['holdfastSession'], steps: [step], length: 40_000 }), modules)
  expect(counters(result, 'holdfastSession')).toMatchObject({
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
    unsent: 0,
    sentTwice: 0,
    announced: false,
  })
  expect(result.lanes[0]?.timeline.at(-1)).toEqual([expect.any(Number), 1, 'open', 0])
})

const faults: Step[] = [
  [5000, 'drop'],
  [8000, 'halfOpen', 4000],
  [14_000, 'restart', 2000, false, false],
  [20_000, 'latency', 50, 300],
]

test('two runs with one seed are equal as JSON, whatever the steps of time; another seed is not', async () => {
  const run = async (seed: number, step: number): Promise<string> =>
    JSON.stringify(
      await runInNode(scenarioOf({ seed, lanes, steps: faults, clients: 3 }), modules, {
        next: ({ now }) => now + step,
      }),
    )
  const first = await run(7, Infinity)
  const { lanes: results }: Result = JSON.parse(first)
  for (const { timeline } of results) {
    const times = timeline.map(([at]) => at)
    expect(times).toEqual([...new Set(times)].sort((one, other) => one - other))
  }
  expect(await run(7, 16)).toBe(first)
  expect(await run(7, 437)).toBe(first)
  expect(await run(8, Infinity)).not.toBe(first)
})

test('random numbers that a library draws while it is loaded have no influence', async () => {
  const run = (load?: () => void): Promise<Result> =>
    runInNode(scenarioOf({ lanes, steps: faults }), modules, load && { load })
  const draw = (): void => void [Math.random(), crypto.getRandomValues(new Uint8Array(3))]
  expect(JSON.stringify(await run(draw))).toBe(JSON.stringify(await run()))
})

test('clients start within 4 s, at the same times in each lane and at others with another seed', async () => {
  const startsOf = async (seed: number): Promise<number[][]> => {
    const marks = new Map<string, number[]>()
    await runInNode(scenarioOf({ seed, lanes, clients: 3, length: 5000 }), modules, {
      onBatch: (batch) => {
        for (const mark of batch.marks) {
          if (mark.type === 'dial') marks.set(mark.lane, [...(marks.get(mark.lane) ?? []), mark.at])
        }
      },
    })
    return [...marks.values()]
  }
  const [starts, others] = [await startsOf(7), await startsOf(8)]
  expect(new Set(starts.map(String)).size).toBe(1)
  expect(new Set(starts[0]).size).toBe(3)
  expect(Math.max(...(starts[0] ?? []))).toBeLessThan(4000)
  expect(others).not.toEqual(starts)
})

test('a lane has the same result with and without other lanes', async () => {
  const run = async (ids: LaneId[]): Promise<unknown> =>
    (await runInNode(scenarioOf({ lanes: ids, steps: faults }), modules)).lanes.at(-1)
  expect(await run(['holdfastPlain'])).toEqual(await run(['bare', 'holdfastSession', 'holdfastPlain']))
})

test('a fault by hand becomes a step with which the scenario gives the same result', async () => {
  const steps: Step[] = [[12_000, 'drop']]
  let injected = 0
  const manual = await runInNode(scenarioOf({ id: 'of-the-test', lanes, steps }), modules, {
    next: (run) => {
      if (injected < 2 && run.now >= 5000 + 10_000 * injected) {
        run.inject(injected === 0 ? ['restart', 500, true, false] : ['halfOpen', 1000])
        injected++
      }
      return run.now + 20
    },
  })
  const [first, scripted, last] = manual.scenario.steps
  expect(scripted).toEqual([12_000, 'drop'])
  expect([first?.slice(1), last?.slice(1)]).toEqual([
    ['restart', 500, true, false],
    ['halfOpen', 1000],
  ])
  expect(Number(first?.[0])).toBeGreaterThan(5000)
  expect(Number(last?.[0])).toBeGreaterThan(15_000)
  expect(manual.scenario).not.toHaveProperty('id')
  const { id: _, ...repeated } = scenarioOf({ ...manual.scenario })
  expect(JSON.stringify(await runInNode(repeated, modules))).toBe(JSON.stringify(manual))
})

test('batches report marks once and in order, and the slowest message of each 100 ms', async () => {
  const batches: Batch[] = []
  await runInNode(
    scenarioOf({
      lanes: ['bare'],
      steps: [
        [10_000, 'latency', 200, 0],
        [20_000, 'drop'],
      ],
      length: 22_000,
    }),
    modules,
    {
      next: ({ now }) => now + 100,
      onBatch: (batch) => batches.push(batch),
    },
  )
  const marks = batches.flatMap(({ marks }) => marks)
  const start = marks.find(({ type }) => type === 'dial')?.at ?? 0
  expect(marks.filter(({ type }) => type !== 'server')).toEqual([
    { type: 'dial', at: start, lane: 'bare' },
    { type: 'status', at: start, lane: 'bare', status: 'connecting', open: 0, dead: 0 },
    { type: 'status', at: start + 40, lane: 'bare', status: 'open', open: 1, dead: 0 },
    { type: 'fault', at: 10_000, until: 10_000, step: [10_000, 'latency', 200, 0] },
    { type: 'status', at: 20_000, lane: 'bare', status: 'open', open: 1, dead: 1 },
    { type: 'fault', at: 20_000, until: 20_000, step: [20_000, 'drop'] },
    { type: 'status', at: 20_000, lane: 'bare', status: 'closed', open: 0, dead: 0 },
  ])
  const latencies = batches.flatMap(({ samples }) => samples).map(({ at, latency }) => [at < 10_000, latency])
  expect(new Set(latencies.map(String))).toEqual(new Set(['true,20', 'false,200']))
})
