import { describe, expect, it } from 'vitest'
import type { Batch } from '../src/arena/protocol.ts'
import { counterTone, clockTime, storyOf, tableOf, toMarkdown, verdictOf } from '../src/page/describe.ts'
import { addBatch, createHistory, historyOf } from '../src/page/history.ts'
import { COUNTERS, TEXTS } from '../src/page/texts/index.ts'
import { axisTimes, messageSpans, networkSpans, statusSpans } from '../src/page/timeline.ts'
import { builtIn, counters, result, scenario } from './fixtures.ts'

const batch = (now: number, lost: number, marks: Batch['marks'] = []): Batch => ({
  now,
  marks,
  samples: [],
  lanes: [{ id: 'holdfastPlain', status: 'open', open: 1, counters: { ...counters, lost } }],
})

describe('the time line', () => {
  it('shows an open status as dead while no byte passes', () => {
    const history = historyOf(result)
    expect(statusSpans(history, history.lanes[0]!).map(({ from, to, kind }) => [from, to, kind])).toEqual([
      [0, 60, 'connecting'],
      [60, 10_000, 'open'],
      [10_000, 18_000, 'dead'],
      [18_000, 25_600, 'closed'],
      [25_600, 75_000, 'open'],
    ])
    expect(statusSpans(history, history.lanes[1]!).at(-1)).toEqual({ from: 10_000, to: 75_000, kind: 'dead' })
  })

  it('shows the part of several clients that is open, and the part that is dead', () => {
    const history = createHistory({ ...scenario, clients: 20 })
    history.now = 2000
    history.lanes[0]!.states = [[0, 15, 'open', 5]]
    expect(statusSpans(history, history.lanes[0]!)).toEqual([
      { from: 0, to: 2000, kind: 'many', level: 0.75, striped: 0.25 },
    ])
  })

  it('ends at the present time of a run', () => {
    const history = historyOf(result)
    history.now = 12_000
    expect(statusSpans(history, history.lanes[0]!).map(({ to }) => to)).toEqual([60, 10_000, 12_000])
    expect(networkSpans(history, TEXTS.en.networkStates).at(-1)).toMatchObject({ from: 10_000, to: 12_000 })
  })

  it('shows missing messages from the first to the last, after the first open', () => {
    const history = historyOf(result)
    expect(messageSpans(history, history.lanes[0]!)).toEqual([
      { from: 60, to: 75_000, kind: 'received' },
      { from: 10_000, to: 26_000, kind: 'missing' },
    ])
    expect(messageSpans(createHistory(scenario), history.lanes[0]!)).toEqual([])
  })

  it('removes the missing messages of a run that arrive later', () => {
    const history = createHistory(scenario)
    for (const [now, lost] of [
      [1000, 0],
      [2000, 1],
      [3000, 2],
      [8000, 2],
    ] as const) {
      addBatch(history, batch(now, lost))
    }
    expect(history.lanes[0]!.gaps).toEqual([[1000, 3000, 2]])
    addBatch(history, batch(9000, 3))
    expect(history.lanes[0]!.gaps).toHaveLength(2)
    addBatch(history, batch(10_000, 0))
    expect(history.lanes[0]!.gaps).toEqual([])
  })

  it('does not count the messages that are on their way', () => {
    const history = createHistory(scenario)
    const shown = [
      [1000, 0],
      [1010, 1],
      [1030, 0],
      [2010, 1],
      [2300, 1],
      [2520, 1],
    ].map(([now = 0, lost = 0]) => {
      addBatch(history, batch(now, lost))
      return history.lanes[0]!.counters!.lost
    })
    expect(shown).toEqual([0, 0, 0, 1, 1, 1])
  })

  it('collects the marks of a run and takes exact values from its result', () => {
    const history = createHistory(scenario)
    addBatch(
      history,
      batch(500, 0, [
        { type: 'network', at: 100, state: 'down' },
        { type: 'status', at: 60, lane: 'bare', status: 'open', open: 1, dead: 0 },
        { type: 'dial', at: 20, lane: 'bare' },
        { type: 'fault', at: 100, until: 200, step: [100, 'down', 100, 'hang'] },
      ]),
    )
    expect(history).toMatchObject({ now: 500, network: [[0, 'up'], [100, 'down']] }) // prettier-ignore
    expect(history.lanes[1]).toMatchObject({ states: [[60, 1, 'open', 0]], dials: [20] })
    expect(history.faults).toEqual([{ at: 100, step: [100, 'down', 100, 'hang'] }])
    addBatch(history, { ...batch(135_000, 16), done: result })
    expect(history.lanes[1]).toMatchObject({ states: result.lanes[1]!.timeline, dials: [20] })
  })

  it('has an axis of few round times', () => {
    expect(axisTimes(135_000, 8)).toEqual([0, 30_000, 60_000, 90_000, 120_000])
    expect(axisTimes(660_000, 8).map(clockTime)).toEqual(['0:00', '2:00', '4:00', '6:00', '8:00', '10:00'])
  })
})

describe('the texts about a run', () => {
  it('are those of the built-in scenario, and descriptions of the faults by hand', () => {
    const changed = { ...scenario, steps: [...scenario.steps, [20_000, 'drop' as const] as [number, 'drop']] }
    expect(storyOf(changed, builtIn, TEXTS.zh)).toEqual([
      { at: 10_000, text: '数据不通。', isByHand: false },
      { at: 10_000, text: '连不上。', isByHand: false },
      { at: 20_000, text: TEXTS.zh.describeFault(['drop']), isByHand: true },
    ])
  })

  it('name the clients that lost the fewest and the most messages, and those that noticed nothing', () => {
    expect(verdictOf(result, TEXTS.en)).toBe(
      'Fewest messages lost: Holdfast plain, 16 of 135. Most: Bare WebSocket, 125. ' +
        'Never noticed the dead connection: Bare WebSocket.',
    )
    const equal = { ...result, lanes: result.lanes.map((lane) => ({ ...lane, counters })) }
    expect(verdictOf(equal, TEXTS.en)).toBe('Each client lost 16 of 135 messages.')
  })

  it('become a Markdown table', () => {
    const lines = toMarkdown(tableOf(result, COUNTERS, TEXTS.en)).split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[3]).toBe('| Bare WebSocket | – | 125 | no | 0 | 8 | 0 | never | never | 65.0 s | 3 |')
  })

  it('colour own messages as bad unless their loss was reported', () => {
    const tone = (unsentReported: number, isFinal = true) =>
      counterTone({ ...counters, unsent: 8, unsentReported }, 'unsent', isFinal)
    expect([tone(7), tone(8), tone(7, false)]).toEqual(['bad', 'warn', 'warn'])
    expect(counterTone({ ...counters, unsent: 0 }, 'unsent', true)).toBe('')
  })
})
