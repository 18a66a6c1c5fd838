/**
 * Real events, so that a library that copies an event by its constructor, `new event.constructor(event.type, event)`, keeps all fields.
 * Classes that the platform does not have are replaced by ones with the same fields.
 */

// Taken once, so that a test may replace or remove the global ones.
const PlatformEvent = globalThis.Event

class FakeMessageEvent extends Event {
  readonly data: unknown
  readonly origin: string
  constructor(type: string, { data = null, origin = '' }: MessageEventInit = {}) {
    super(type)
    this.data = data
    this.origin = origin
  }
}

/** Node has no `CloseEvent` before version 23. */
class FakeCloseEvent extends Event {
  readonly code: number
  readonly reason: string
  readonly wasClean: boolean
  constructor(type: string, { code = 0, reason = '', wasClean = false }: CloseEventInit = {}) {
    super(type)
    this.code = code
    this.reason = reason
    this.wasClean = wasClean
  }
}

const { MessageEvent = FakeMessageEvent, CloseEvent = FakeCloseEvent } = globalThis

export const createOpenEvent = (): Event => new PlatformEvent('open')
export const createErrorEvent = (): Event => new PlatformEvent('error')
export const createMessageEvent = (data: unknown, origin: string): Event =>
  new MessageEvent('message', { data, origin })
export const createCloseEvent = (init: CloseEventInit): Event => new CloseEvent('close', init)
