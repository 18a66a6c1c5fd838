/** The renderers, and how often they are told. The first change after quiet is told at once; what follows is gathered into one notice per frame. */

import { type Clock, later } from '../base/clock.ts'
import type { Reporter } from '../base/guard.ts'
import { Listeners } from '../base/listeners.ts'

/** `'frame'`: one notice per animation frame; `'sync'`: one per change; a number: one per so many ms. */
export type Pace = 'frame' | 'sync' | number

/** What is shown. */
export interface Shown extends Reporter {
  readonly clock: Clock
  readonly settings: { readonly pace: Pace }
}

/** A frame where no frames are drawn, in ms: a hidden page, a worker, Node. */
const FRAME = 16

export class Pacer {
  /** Changes are waiting for the next notice. */
  pending = false
  readonly #shown: Shown
  readonly #before: () => void
  readonly #patients: Listeners
  readonly #others: Listeners
  /** Ends the wait for a frame that has begun. */
  #cancel: (() => void) | undefined

  /** @param before runs before renderers are told */
  constructor(shown: Shown, before: () => void) {
    this.#shown = shown
    this.#before = before
    this.#patients = new Listeners(shown)
    this.#others = new Listeners(shown)
  }

  /** Adds a renderer; returns its removal. Without `patient` ones nothing waits for a frame, and none is asked for. */
  add(listener: () => void, patient: boolean): () => void {
    return (patient ? this.#patients : this.#others).add(listener)
  }

  /** Something changed that may wait for the frame, and is told to the patient only. */
  soon(): void {
    if (!this.#patients.size) return
    if (this.#cancel) this.pending = true
    else this.#begin()
  }

  /** Something changed that must be told to all now; what was waiting goes along. */
  now(): void {
    this.#tell()
    this.#others.call()
  }

  /** The frame will not come, because the page is out of sight and draws none. */
  flush(): void {
    const untold = this.pending
    this.stop()
    if (untold) this.#begin()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.pending = false
  }

  #tell(): void {
    this.pending = false
    this.#before()
    this.#patients.call()
  }

  /** Tells, and gathers what comes until the next frame. */
  #begin(): void {
    const { clock, settings } = this.#shown
    const end = (): void => {
      this.#cancel = undefined
      if (this.pending) this.#begin()
    }
    if (settings.pace === 'frame' && globalThis.document?.hidden === false) {
      const id = requestAnimationFrame(end)
      this.#cancel = () => cancelAnimationFrame(id)
    } else if (settings.pace !== 'sync') {
      const id = later(clock, end, settings.pace === 'frame' ? FRAME : settings.pace)
      this.#cancel = () => clock.clearTimeout(id)
    }
    this.#tell()
  }
}
