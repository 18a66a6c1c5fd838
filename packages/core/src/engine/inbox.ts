/** Processes events one after another: an event that is posted during the processing of another one waits until that has finished. */

import type { EngineEvent } from './engineHost.ts'
import type { Event } from './machineEvents.ts'

/** More events than this in one call are an endless loop of a listener. */
const MAX_EVENTS = 1000

export class Inbox {
  private readonly _process: (event: EngineEvent) => void
  private readonly _report: (error: unknown) => void
  private readonly _waiting: EngineEvent[] = []
  private _isProcessing = false

  constructor(process: (event: EngineEvent) => void, report: (error: unknown) => void) {
    this._process = process
    this._report = report
  }

  /** Whether an event of this type waits. */
  has(type: Event['type']): boolean {
    return this._waiting.some((event) => event.type === type)
  }

  post(event: EngineEvent): void {
    const waiting = this._waiting
    waiting.push(event)
    if (this._isProcessing) return
    this._isProcessing = true
    let failure: unknown
    try {
      for (let next, count = 0; (next = waiting.shift());) {
        if (++count > MAX_EVENTS) throw new Error('a listener calls open() or reconnect() in an endless loop')
        this._process(next)
      }
    } catch (error) {
      failure = error
    }
    waiting.length = 0
    this._isProcessing = false
    if (failure) this._report(failure)
  }
}
