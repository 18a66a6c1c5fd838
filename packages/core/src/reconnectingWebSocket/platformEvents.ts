/**
 * The event classes of the platform, or ours where it has none. They are taken once, together with `EventTarget`, because `dispatchEvent` accepts
 * only events of its own realm, and a test may replace the globals later.
 */

import { OptionError } from '../base/errors.ts'

/** How a connection ended (HTML, CloseEvent). */
export interface CloseEvent extends Event {
  readonly code: number
  readonly reason: string
  readonly wasClean: boolean
}

/** A dial or a connection failed. */
export interface ErrorEvent extends Event {
  /** `'TIMEOUT'` for a dial that took longer than `connectionTimeout`, else the message of `error`. */
  readonly message: string
  /** Undefined where the platform gives no reason, as browsers do. */
  readonly error: Error | undefined
}

interface CloseEventConstructor {
  prototype: CloseEvent
  new (type: string, init?: { code?: number; reason?: string; wasClean?: boolean }): CloseEvent
}
interface ErrorEventConstructor {
  prototype: ErrorEvent
  new (type: string, init?: { message?: string; error?: unknown }): ErrorEvent
}

const global: Partial<typeof globalThis> = globalThis

/** Thrown by the constructor and not at the import, which must never throw. */
function MissingEventTarget(): never {
  throw new OptionError('EventTarget', undefined, 'a global class, as of event-target-polyfill')
}

/** The base of the class. */
export const EventTarget: typeof globalThis.EventTarget = global.EventTarget ?? (MissingEventTarget as never)
/** Without an `Event`, nothing is ever dispatched. */
export const Event: typeof globalThis.Event = global.Event ?? (Object as never)

/** A class with these members, for platforms without it. @param defaults the values where the second argument has none */
const createEventClass = (name: string, defaults: Record<string, unknown>): never => {
  const created = class extends Event {
    constructor(type: string, init: Record<string, unknown> = {}) {
      super(type)
      for (const member in defaults)
        Object.defineProperty(this, member, { value: init[member] ?? defaults[member], enumerable: true })
    }
  }
  return Object.defineProperty(created, 'name', { value: name }) as never
}

export const MessageEvent: typeof globalThis.MessageEvent =
  global.MessageEvent ?? createEventClass('MessageEvent', { data: null, origin: '', lastEventId: '', ports: [] })
/** The `CloseEvent` of the platform, or ours: Node has none before version 23. */
export const CloseEvent: CloseEventConstructor =
  global.CloseEvent ?? createEventClass('CloseEvent', { code: 0, reason: '', wasClean: false })
/** The `ErrorEvent` of the platform, or ours. */
export const ErrorEvent: ErrorEventConstructor =
  global.ErrorEvent ?? createEventClass('ErrorEvent', { message: '', error: undefined })

/** @param close how a connection ended */
export const closeEvent = ({ code, reason, wasClean }: Pick<CloseEvent, 'code' | 'reason' | 'wasClean'>): CloseEvent =>
  new CloseEvent('close', { code, reason, wasClean })

/** A plain event where the platform gives no reason and reconnection is off, as the platform dispatches it. */
export const errorEvent = (isPlain: boolean, error?: Error, message: string = error?.message ?? ''): Event => {
  const isTimeout = (error as { code?: string } | undefined)?.code === 'ConnectTimeoutError'
  if (isPlain && !error) return new Event('error')
  return new ErrorEvent('error', { message: isTimeout ? 'TIMEOUT' : message, error })
}
