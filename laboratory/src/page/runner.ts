// Runs one scenario after another and keeps what the page shows.

import type { Result, Report, Speed } from '../arena/protocol.ts'
import type { Fault } from '../scenario/faults.ts'
import type { Scenario, Step } from '../scenario/schema.ts'
import type { ArenaFrame } from './arenaFrame.ts'
import { type History, addBatch, createHistory, historyOf } from './history.ts'

/** `idle`: nothing has run yet. `example`: a result that was computed before. */
export type Phase = 'idle' | 'example' | 'loading' | 'running' | 'paused' | 'hidden' | 'done' | 'stopped' | 'failed'

export interface RunState {
  phase: Phase
  /** With the faults that were injected by hand. */
  scenario: Scenario
  history: History
  result: Result | null
  error: string | null
}

export interface Runner {
  readonly state: RunState
  /** Shows a scenario that has not begun, or its result. Ends the present run. */
  show(scenario: Scenario, example?: Result | null): void
  run(speed: Speed): void
  pause(): void
  resume(): void
  setSpeed(speed: Speed): void
  inject(fault: Fault): void
  stop(): void
  /** The page is in a hidden tab, where the arena gets no animation frames. */
  setHidden(isHidden: boolean): void
}

export const isActive = ({ phase }: RunState): boolean => ['loading', 'running', 'paused', 'hidden'].includes(phase)

export function createRunner(
  first: Scenario,
  open: (receive: (report: Report) => void) => ArenaFrame,
  onChange: (state: RunState) => void,
): Runner {
  let arena: ArenaFrame | null = null
  let isHurrying = false
  let isPageHidden = false
  const state: RunState = fresh(first)

  const change = (changes: Partial<RunState>): void => {
    Object.assign(state, changes)
    onChange(state)
  }

  function close(): void {
    arena?.close()
    arena = null
  }

  /** After the end of the scenario nothing new happens, so the rest is computed at once. */
  function hurryAfterEnd(now: number): void {
    if (isHurrying || now < state.scenario.length) return
    isHurrying = true
    arena?.send({ type: 'speed', speed: 'max' })
  }

  function pauseIfHidden(): void {
    if (!isPageHidden || state.phase !== 'running') return
    arena?.send({ type: 'pause' })
    change({ phase: 'hidden' })
  }

  function receive(report: Report): void {
    if (report.type === 'error') {
      close()
      change({ phase: 'failed', error: report.message })
    } else if (report.type === 'batch') {
      addBatch(state.history, report)
      const { done } = report
      if (done) {
        close()
        change({ phase: 'done', result: done, scenario: done.scenario })
      } else {
        hurryAfterEnd(report.now)
        change({ phase: state.phase === 'loading' ? 'running' : state.phase, scenario: withFaults(state) })
        pauseIfHidden()
      }
    }
  }

  return {
    state,
    show(scenario, example = null) {
      close()
      change({
        ...fresh(scenario),
        ...(example && { phase: 'example', result: example, history: historyOf(example) }),
      })
    },
    run(speed) {
      close()
      isHurrying = false
      const { scenario } = state
      change({ ...fresh(scenario), phase: 'loading' })
      arena = open((report) => {
        if (report.type === 'ready') arena?.send({ type: 'run', scenario, speed })
        else receive(report)
      })
    },
    pause() {
      if (state.phase !== 'running') return
      arena?.send({ type: 'pause' })
      change({ phase: 'paused' })
    },
    resume() {
      if (state.phase !== 'paused') return
      arena?.send({ type: 'resume' })
      change({ phase: 'running' })
    },
    setSpeed: (speed) => arena?.send({ type: 'speed', speed }),
    inject: (fault) => arena?.send({ type: 'fault', fault }),
    stop() {
      close()
      change({ phase: 'stopped' })
    },
    setHidden(isHidden) {
      isPageHidden = isHidden
      pauseIfHidden()
      if (isHidden || state.phase !== 'hidden') return
      arena?.send({ type: 'resume' })
      change({ phase: 'running' })
    },
  }
}

const fresh = (scenario: Scenario): RunState => ({
  phase: 'idle',
  scenario,
  history: createHistory(scenario),
  result: null,
  error: null,
})

/** Returns the scenario with the faults that were injected until now and are not among its steps. A changed scenario has no id. */
function withFaults({ scenario, history }: RunState): Scenario {
  const known = new Set(scenario.steps.map((step) => JSON.stringify(step)))
  const added = history.faults.map(({ step }) => step).filter((step) => !known.has(JSON.stringify(step)))
  if (added.length === 0) return scenario
  const { id: _id, ...rest } = scenario
  return { ...rest, steps: [...scenario.steps, ...added].sort(byTime) }
}

const byTime = (one: Step, other: Step): number => one[0] - other[0]
