/** Who uses a shared connection: the first user opens it, and some time after the last one it ends. A quick remount changes nothing. */

import { type Clock, later } from '../base/clock.ts'

/** What is shared. */
export interface Retained {
  readonly clock: Clock
  /** `linger`: ms between the last release and `rest`; 0 is a microtask. */
  readonly settings: { readonly linger: number }
  /** There is a first user. */
  wanted(): void
  /** There is none any more. */
  rest(): void
}

export class Retention {
  readonly #shared: Retained
  #users = 0
  #lingering = false
  #handle: unknown

  constructor(shared: Retained) {
    this.#shared = shared
  }

  /** Somebody uses it, or did a moment ago. */
  get held(): boolean {
    return this.#lingering || !!this.#users
  }

  /** Counts one user more; the returned release counts once, however often it is called. */
  retain(): () => void {
    this.#stay()
    if (!this.#users++) this.#shared.wanted()
    let released = false
    return () => {
      if (!released) this.#release()
      released = true
    }
  }

  /** For good: nobody is counted any more. */
  stop(): void {
    this.#stay()
    this.#users = Infinity
  }

  #release(): void {
    this.#lingering = !--this.#users
    if (!this.#lingering) return
    const { clock, settings } = this.#shared
    const end = (): void => {
      if (this.#lingering) this.#shared.rest()
      this.#lingering = false
    }
    if (settings.linger) this.#handle = later(clock, end, settings.linger)
    else queueMicrotask(end)
  }

  #stay(): void {
    this.#shared.clock.clearTimeout(this.#handle)
    this.#lingering = false
  }
}
