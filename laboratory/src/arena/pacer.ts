/** Advances a run at a speed, and reports about once per animation frame. The speed has no influence on the result. */

import type { Fault } from '../scenario/faults.ts'
import type { Platform } from './platform.ts'
import type { Batch, Speed } from './protocol.ts'
import { type Run, TICK } from './run.ts'

/** Between two reports, in ms of real time. */
const FRAME = 16
/** A run that is behind by at most so many ms of real time catches up. One that cannot keep its speed continues from where it is. */
const MOST_LATE = 250

/** What the pacer needs of a run. */
export type DrivenRun = Pick<Run, 'now' | 'isDone' | 'advance' | 'takeBatch' | 'inject' | 'stop'>

export interface Pacer {
  /** Resolves at the end of the run, or when it is stopped. */
  drive(run: DrivenRun): Promise<void>
  setSpeed(speed: Speed): void
  pause(): void
  resume(): void
  /** Advances a paused run. */
  step(ms: number): void
  inject(fault: Fault): void
  stop(): void
}

export const createPacer = (platform: Platform, report: (batch: Batch) => void): Pacer => {
  let current: DrivenRun | undefined
  let speed: Speed = 1
  let isPaused = false
  let isStopped = false
  /** Faults that were injected before the lanes were loaded. */
  const early: Fault[] = []
  /** While paused: advance to here. */
  let stepTo = 0
  let wake: (() => void) | undefined

  /** The virtual time that is due after `elapsed` ms of real time, from `since` on. */
  const targetOf = (since: number, elapsed: number): number => {
    if (isPaused) return stepTo
    return speed === 'max' ? Infinity : since + speed * elapsed
  }
  const woken = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
    })
  const restart = (): void => {
    wake?.()
    wake = undefined
  }
  /** Advances for at most one frame of real time. Returns whether the run is behind its time. */
  const advance = async (run: DrivenRun, since: number, start: number): Promise<boolean> => {
    const deadline = platform.now() + FRAME
    for (;;) {
      const target = targetOf(since, platform.now() - start)
      if (isStopped || run.isDone || run.now + TICK > target) return false
      if (platform.now() >= deadline) return true
      await run.advance(target)
    }
  }
  return {
    drive: async (run) => {
      current = run
      for (const fault of early) run.inject(fault)
      let [since, start, drivenSpeed] = [run.now, platform.now(), speed]
      while (!isStopped && !run.isDone) {
        const isLate = await advance(run, since, start)
        if (isStopped) break
        report(run.takeBatch())
        if (isPaused && run.now + TICK > stepTo) {
          await woken()
          start = platform.now()
          since = run.now
          continue
        }
        await platform.sleep(isLate ? 0 : FRAME / 2)
        const isTooLate = isLate && targetOf(since, platform.now() - MOST_LATE - start) > run.now
        if (isTooLate || speed !== drivenSpeed) [since, start, drivenSpeed] = [run.now, platform.now(), speed]
      }
      run.stop()
    },
    setSpeed: (next) => {
      speed = next
    },
    pause: () => {
      isPaused = true
      stepTo = current?.now ?? 0
    },
    resume: () => {
      isPaused = false
      restart()
    },
    step: (ms) => {
      stepTo = (current?.now ?? 0) + Math.ceil(ms / TICK) * TICK
      restart()
    },
    inject: (fault) => {
      if (current) current.inject(fault)
      else early.push(fault)
    },
    stop: () => {
      isStopped = true
      restart()
    },
  }
}
