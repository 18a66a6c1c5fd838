// What is known about a run: collected from the arena's batches, or from a result.

import type { Batch, Counters, LaneStatus, Mark, NetworkState, Result } from '../arena/protocol.ts'
import { LATE, type LateSpan, addLate } from '../arena/late.ts'
import type { LaneId, Scenario, Step } from '../scenario/schema.ts'

export interface LaneHistory {
  id: LaneId
  states: [at: number, open: number, status: LaneStatus, dead: number][]
  dials: number[]
  /** Runs of messages that were not received: when the first and the last was published, and how many. */
  gaps: [from: number, to: number, count: number][]
  /** Messages that were received late. While the run goes on, they are known to a tenth of a second. */
  late: LateSpan[]
  /** While the run goes on, without the messages that are on their way. */
  counters: Counters | null
  /** The present numbers of messages that have not arrived, and those shortly before. */
  recent: { at: number; lost: number; unsent: number }[]
}

export interface FaultMark {
  at: number
  step: Step
}

export type NoteMark = Extract<Mark, { type: 'server' | 'announced' }>

export interface History {
  now: number
  /** The end of the scenario and of the time axis. The counters are read later, when no fault follows any more. */
  end: number
  clients: number
  /** A message is published every so many ms. */
  every: number
  network: [at: number, state: NetworkState][]
  faults: FaultMark[]
  /** Starts of the server, with the node's name, and losses that a lane reported. Single events, which a result does not contain. */
  notes: NoteMark[]
  lanes: LaneHistory[]
}

/** Returns the history of a scenario that has not begun. */
export const createHistory = (scenario: Scenario): History => ({
  now: 0,
  end: scenario.length,
  clients: scenario.clients ?? 1,
  every: scenario.publish.every,
  network: [[0, 'up']],
  faults: [],
  notes: [],
  lanes: scenario.lanes.map((id) => ({ id, states: [], dials: [], gaps: [], late: [], counters: null, recent: [] })),
})

/** Adds what a batch contains. */
export function addBatch(history: History, batch: Batch): void {
  for (const state of batch.lanes) {
    const lane = history.lanes.find(({ id }) => id === state.id)
    if (!lane) continue
    const { lost, unsent } = state.counters
    const change = lost - (lane.recent.at(-1)?.lost ?? 0)
    if (change > 0) addToGaps(lane, history, batch.now, change)
    if (change < 0) takeFromGaps(lane, -change)
    lane.recent = [...lane.recent.filter(({ at }) => at > batch.now - ON_ITS_WAY), { at: batch.now, lost, unsent }]
    lane.counters = { ...state.counters, lost: least(lane, 'lost'), unsent: least(lane, 'unsent') }
  }
  for (const mark of batch.marks) addMark(history, mark)
  for (const { lane, at, latency } of batch.samples) {
    // All that was published since then arrived not before this message.
    if (latency > LATE) addLate(laneOf(history, lane)?.late ?? [], at - latency, at - LATE)
  }
  history.now = batch.now
  if (batch.done) addResult(history, batch.done)
}

/** A message that arrives within this time was on its way, in ms: the counters would flicker with each message. */
export const ON_ITS_WAY = 500

const least = ({ recent }: LaneHistory, name: 'lost' | 'unsent'): number =>
  Math.min(...recent.map((entry) => entry[name]))

/** Returns the history that a result describes. Single connection attempts are not part of a result. */
export function historyOf(result: Result): History {
  const history = createHistory(result.scenario)
  addResult(history, result)
  return history
}

function addMark(history: History, mark: Mark): void {
  if (mark.type === 'fault') history.faults.push({ at: mark.at, step: mark.step })
  if (mark.type === 'server' || mark.type === 'announced') history.notes.push(mark)
  if (mark.type === 'network') history.network.push([mark.at, mark.state])
  if (mark.type === 'status') laneOf(history, mark.lane)?.states.push([mark.at, mark.open, mark.status, mark.dead])
  if (mark.type === 'dial') laneOf(history, mark.lane)?.dials.push(mark.at)
}

function addResult(history: History, result: Result): void {
  history.now = result.end
  history.network = result.network
  history.faults = result.scenario.steps.map((step) => ({ at: step[0], step }))
  for (const { id, counters, timeline, gaps, late } of result.lanes) {
    const lane = laneOf(history, id)
    if (lane) Object.assign(lane, { counters, states: timeline, gaps, late })
  }
}

const laneOf = (history: History, id: LaneId): LaneHistory | undefined => history.lanes.find((lane) => lane.id === id)

/** While a run goes on, only the number of missing messages is known. It grows when one is published. */
function addToGaps(lane: LaneHistory, { now, every }: History, to: number, count: number): void {
  const last = lane.gaps.at(-1)
  if (last && now - last[1] < 2 * every) {
    last[1] = to
    last[2] += count
  } else lane.gaps.push([now, to, count])
}

/** Messages that arrive late are mostly those of the last gap. */
function takeFromGaps(lane: LaneHistory, count: number): void {
  for (let rest = count; rest > 0;) {
    const last = lane.gaps.at(-1)
    if (!last) return
    const taken = Math.min(rest, last[2])
    last[2] -= taken
    rest -= taken
    if (last[2] === 0) lane.gaps.pop()
  }
}
