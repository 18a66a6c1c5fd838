/** Processes events one after another: an event that is posted during the processing of another one waits until that has finished. */

import type { Reporter } from '../base/guard.ts'
import type { EngineEvent } from './engineHost.ts'
import type { Event } from './machineEvents.ts'

/** More events than this in one call are an endless loop of a listener. */
const MAX_EVENTS = 1000

/** Handles the events. */
export interface InboxOwner {
  process(event: EngineEvent): void
}

export class Inbox {
  private readonly _owner: InboxOwner
  private readonly _reporter: Reporter
  private readonly _waiting: EngineEvent[] = []
  private _isProcessing = false

  constructor(owner: InboxOwner, reporter: Reporter) {
    this._owner = owner
    this._reporter = reporter
  }

  /** Whether an event of this type waits. Every `send` asks, so it creates no function. */
  has(type: Event['type']): boolean {
    for (const event of this._waiting) if (event.type === type) return true
    return false
  }

  /** Whether the last call that waits asks for a connection or ends it; undefined if none waits. */
  wantsConnection(): boolean | undefined {
    let wants: boolean | undefined
    for (const { type } of this._waiting) {
      if (type === 'close') wants = false
      else if (type === 'open' || type === 'reconnect') wants = true
    }
    return wants
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
        this._owner.process(next)
      }
    } catch (error) {
      failure = error
    }
    waiting.length = 0
    this._isProcessing = false
    if (failure) this._reporter.report(failure)
  }
}
