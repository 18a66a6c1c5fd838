import { describe, expect, it } from 'vitest'
import type { Command, Mark, Report } from '../src/arena/protocol.ts'
import { createRunner } from '../src/page/runner.ts'
import type { Step } from '../src/scenario/schema.ts'
import { result, scenario } from './fixtures.ts'

/** A run in an arena that does nothing by itself. */
function run() {
  const commands: Command['type'][] = []
  let report: (report: Report) => void = () => undefined
  let closed = 0
  const runner = createRunner(
    scenario,
    (receive) => {
      report = receive
      return { send: ({ type }) => commands.push(type), close: () => closed++ }
    },
    () => undefined,
  )
  const batch = (done?: typeof result, marks: Mark[] = []): void =>
    report({ type: 'batch', now: 1000, lanes: [], marks, samples: [], ...(done && { done }) })
  runner.run(20)
  report({ type: 'ready' })
  return { runner, commands, batch, closed: () => closed }
}

describe('a run', () => {
  it('pauses while the tab is hidden, and shows it', () => {
    const { runner, commands, batch } = run()
    batch()
    runner.setHidden(true)
    expect(runner.state.phase).toBe('hidden')
    // A batch that was on its way.
    batch()
    expect(runner.state.phase).toBe('hidden')
    runner.setHidden(false)
    expect(runner.state.phase).toBe('running')
    expect(commands).toEqual(['run', 'pause', 'resume'])
  })

  it('that begins in a hidden tab pauses with its first batch', () => {
    const { runner, commands, batch } = run()
    runner.setHidden(true)
    expect(runner.state.phase).toBe('loading')
    batch()
    expect(runner.state.phase).toBe('hidden')
    expect(commands).toEqual(['run', 'pause'])
  })

  it('that the user has paused stays paused when the tab is shown again', () => {
    const { runner, commands, batch } = run()
    batch()
    runner.pause()
    runner.setHidden(true)
    runner.setHidden(false)
    expect(runner.state.phase).toBe('paused')
    expect(commands).toEqual(['run', 'pause'])
  })

  it('adds the faults that the arena reports to the steps of its scenario, in order, and loses its id', () => {
    const { runner, batch } = run()
    const mark = (step: Step): Mark => ({ type: 'fault', at: step[0], until: step[0], step })
    batch(undefined, scenario.steps.map(mark))
    expect(runner.state.scenario).toBe(scenario)
    batch(undefined, [mark([9000, 'drop'])])
    runner.stop()
    const { id: _id, ...rest } = scenario
    expect(runner.state.scenario).toEqual({ ...rest, steps: [[9000, 'drop'], ...scenario.steps] })
  })

  it('closes its arena when it ends and when it is stopped', () => {
    const ended = run()
    ended.batch(result)
    expect([ended.runner.state.phase, ended.closed()]).toEqual(['done', 1])
    const stopped = run()
    stopped.batch()
    stopped.runner.stop()
    expect([stopped.runner.state.phase, stopped.closed()]).toEqual(['stopped', 1])
  })
})
