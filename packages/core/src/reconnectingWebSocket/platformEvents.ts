/**
 * The event classes of the platform, or ours where it has none. They are taken once, together with `EventTarget`, because `dispatchEvent` accepts
 * only events of its own realm, and a test may replace the globals later.
 */

import { ConnectTimeoutError, OptionError } from '../base/errors.ts'

/** How a connection ended (HTML, CloseEvent). */
export interface CloseEvent extends globalThis.Event {
  readonly code: number
  readonly reason: string
  readonly wasClean: boolean
}

/** A dial or a connection failed. */
export interface ErrorEvent extends globalThis.Event {
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

/** The platform's class, or one with these members. @param defaults the values where the second argument has none */
const eventClass = (name: string, defaults: Record<string, unknown>): never =>
  (global[name as 'Event'] ??
    class extends Event {
      constructor(type: string, init: Record<string, unknown> = {}) {
        super(type)
        for (const member in defaults)
          Object.defineProperty(this, member, { value: init[member] ?? defaults[member], enumerable: true })
      }
    }) as never

const MessageEvent: new (type: string, init: Pick<MessageEvent, 'data' | 'origin'>) => Event = eventClass(
  'MessageEvent',
  {
    data: null,
    origin: '',
  },
)
/** The `CloseEvent` of the platform, or ours: Node has none before version 23. */
export const CloseEvent: CloseEventConstructor = eventClass('CloseEvent', { code: 0, reason: '', wasClean: false })
/** The `ErrorEvent` of the platform, or ours. */
export const ErrorEvent: ErrorEventConstructor = eventClass('ErrorEvent', { message: '', error: undefined })

/** A copy, because an event can be dispatched once. The other members have their defaults in each message of a WebSocket, and cost time to read. */
export const copyMessage = ({ data, origin }: MessageEvent): Event => new MessageEvent('message', { data, origin })

/** @param isPlain a plain event where there is no reason, as the platform itself dispatches it */
export const errorEvent = (isPlain: boolean, error?: Error, message: string = error?.message ?? ''): Event =>
  isPlain && !error
    ? new Event('error')
    : new ErrorEvent('error', { message: error instanceof ConnectTimeoutError ? 'TIMEOUT' : message, error })
