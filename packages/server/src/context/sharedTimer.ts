/**
 * Calls back for many items, each a fixed time after it was added, with one timer. A timer of its own with its callbacks would cost each
 * idle connection about 400 bytes.
 */

import { type Clock, type Timers, monotonicNow } from '../clock.ts'

export class SharedTimer<Item> {
  private readonly _clock: Clock
  private readonly _timers: Timers
  private readonly _delay: number
  private readonly _onDue: (item: Item) => void
  /** In the order of their times, because the delay is the same for all. */
  private readonly _dueTimes = new Map<Item, number>()
  private _cancel: (() => void) | undefined

  /**
   * @param delay in ms
   * @param onDue is called once for each item. It may add the item again. It must not throw
   */
  constructor(clock: Clock, timers: Timers, delay: number, onDue: (item: Item) => void) {
    this._clock = clock
    this._timers = timers
    this._delay = delay
    this._onDue = onDue
  }

  /** Starts the delay of an item that is not added yet. */
  add(item: Item): void {
    this._dueTimes.set(item, monotonicNow(this._clock) + this._delay)
    if (!this._cancel) this._schedule(this._delay)
  }

  /** Returns false if the item was not added, or is due already. */
  delete(item: Item): boolean {
    if (!this._dueTimes.delete(item)) return false
    if (this._dueTimes.size > 0) return true
    this._cancel?.()
    this._cancel = undefined
    return true
  }

  private _schedule(delay: number): void {
    // Rounded up, because a timer of Node may fire a fraction of a millisecond early.
    this._cancel = this._timers.after(Math.ceil(delay), () => this._run())
  }

  private _run(): void {
    const now = monotonicNow(this._clock)
    for (const [item, dueTime] of this._dueTimes) {
      if (dueTime > now) break
      this._dueTimes.delete(item)
      this._onDue(item)
    }
    // An item that was added meanwhile may be later than the first one.
    this._cancel?.()
    this._cancel = undefined
    for (const dueTime of this._dueTimes.values()) return this._schedule(dueTime - now)
  }
}
