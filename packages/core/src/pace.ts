/** The renderers, and how often they are told. The first change after quiet is told at once; what follows is gathered into one notice per frame. */

import { type Clock, later } from './clock.ts'
import type { Guard } from './guard.ts'
import { createListeners } from './listeners.ts'

/** `'frame'`: one notice per animation frame; `'sync'`: one per change; a number: one per so many ms. */
export type Pace = 'frame' | 'sync' | number

export interface Pacer {
  /** Adds a renderer; returns its removal. Without `patient` ones nothing waits for a frame, and none is asked for. */
  add(listener: () => void, patient: boolean): () => void
  /** Changes are waiting for the next notice. */
  pending(): boolean
  /** Something changed that may wait for the frame, and is told to the patient only. */
  soon(): void
  /** Something changed that must be told to all now; what was waiting goes along. */
  now(): void
  /** The frame will not come, because the page is out of sight and draws none. */
  flush(): void
  stop(): void
}

/** A frame where no frames are drawn, in ms: a hidden page, a worker, Node. */
const FRAME = 16

/** @param before runs before renderers are told */
export const createPacer = (pace: Pace, clock: Clock, guard: Guard, before: () => void): Pacer => {
  const patients = createListeners(guard)
  const others = createListeners(guard)
  /** Ends the wait for a frame that has begun. */
  let cancel: (() => void) | undefined
  let waiting = false
  const tell = (): void => {
    waiting = false
    before()
    patients.call()
  }
  /** Tells, and gathers what comes until the next frame. */
  const begin = (): void => {
    if (pace === 'frame' && globalThis.document?.hidden === false) {
      const id = requestAnimationFrame(end)
      cancel = () => cancelAnimationFrame(id)
    } else if (pace !== 'sync') {
      const id = later(clock, end, pace === 'frame' ? FRAME : pace)
      cancel = () => clock.clearTimeout(id)
    }
    tell()
  }
  const end = (): void => {
    cancel = undefined
    if (waiting) begin()
  }
  const stop = (): void => {
    cancel?.()
    cancel = undefined
    waiting = false
  }
  return {
    add: (listener, patient) => (patient ? patients : others).add(listener),
    pending: () => waiting,
    soon: () => {
      if (!patients.size()) return
      if (cancel) waiting = true
      else begin()
    },
    now: () => {
      tell()
      others.call()
    },
    flush: () => {
      const untold = waiting
      stop()
      if (untold) begin()
    },
    stop,
  }
}
