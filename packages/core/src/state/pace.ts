/**
 * How often subscribers are notified. The first change after a pause is notified at once; changes that are only messages are then
 * combined into one notification per frame.
 */

import { type Clock, setTimer } from '../base/clock.ts'
import type { Reporter } from '../base/guard.ts'
import { Listeners } from '../base/listeners.ts'

/** `'frame'`: one notification per animation frame; `'sync'`: one per change; a number: one per so many ms. */
export type Pace = 'frame' | 'sync' | number

export interface PacerHost extends Reporter {
  readonly clock: Clock
  readonly settings: { readonly pace: Pace }
}

/** Length of a frame where none are drawn, in ms: a hidden page, a worker, Node. */
const FRAME = 16
/** The longest wait for an animation frame, in ms: an off-screen iframe draws none, although its page counts as visible. */
const LONGEST_FRAME = 1000

export class Pacer {
  /** Changes wait for the next notification. */
  pending = false
  private readonly _host: PacerHost
  private readonly _beforeNotify: () => void
  /** Subscribers to all changes, and those that skip changes by messages. */
  private readonly _throttled: Listeners
  private readonly _immediate: Listeners
  /** Cancels the wait for the frame that has begun. */
  private _cancel: (() => void) | undefined

  constructor(host: PacerHost, beforeNotify: () => void) {
    this._host = host
    this._beforeNotify = beforeNotify
    this._throttled = new Listeners(host)
    this._immediate = new Listeners(host)
  }

  /** Adds a subscriber and returns the function that unsubscribes. Without subscribers to messages, no frame is requested. */
  add(listener: () => void, messages: boolean): () => void {
    return (messages ? this._throttled : this._immediate).add(listener)
  }

  /** A message changed the state: notifies now, or at the end of the current frame. */
  schedule(): void {
    if (!this._throttled.size) return
    if (this._cancel) this.pending = true
    else this._startFrame()
  }

  /** Notifies all subscribers now, also of changes that were waiting. */
  flush(): void {
    this._notify()
    this._immediate.call()
  }

  /** Starts another frame: the page was hidden and draws none. */
  restart(): void {
    const wasPending = this.pending
    this.stop()
    if (wasPending) this._startFrame()
  }

  stop(): void {
    this._cancel?.()
    this._cancel = undefined
  }

  private _notify(): void {
    this.pending = false
    this._beforeNotify()
    this._throttled.call()
  }

  /** Notifies, and combines what follows until the frame ends. */
  private _startFrame(): void {
    const { clock, settings } = this._host
    const { pace } = settings
    if (pace !== 'sync') {
      const end = (): void => {
        this._cancel?.()
        this._cancel = undefined
        if (this.pending) this._startFrame()
      }
      const drawsFrames =
        pace === 'frame' && globalThis.document?.hidden === false && typeof requestAnimationFrame === 'function'
      const frame = drawsFrames && requestAnimationFrame(end)
      const timer = setTimer(clock, end, drawsFrames ? LONGEST_FRAME : pace === 'frame' ? FRAME : pace)
      this._cancel = () => {
        if (frame) cancelAnimationFrame(frame)
        clock.clearTimeout(timer)
      }
    }
    this._notify()
  }
}
