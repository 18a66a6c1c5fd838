/** The messages of a heartbeat, and how they are recognised among those of the application. The machine decides when to ping. */

import { type Clock, monotonicNow } from '../base/clock.ts'
import { describe } from '../base/errors.ts'
import { type Reporter, guard } from '../base/guard.ts'
import type { TransportHeartbeat } from '../transport/transport.ts'

/** What a received message must look like: see `matches`. */
export type Pattern<In> = string | object | ((message: In) => boolean)

/**
 * A heartbeat for servers without the session protocol. A frame proves something only to the side that receives it, so a ping is due when nothing was received,
 * or when nothing was sent. A received frame replaces a missing reply.
 */
export interface HeartbeatOptions<In, Out> {
  /**
   * When a ping is due: `silence` if nothing was received or nothing was sent for `interval` ms; `interval` always after `interval` ms, for
   * servers that expect pings at a fixed rate. @default 'silence'
   */
  mode?: 'silence' | 'interval'
  /**
   * The ping. A string is sent as it is, anything else through the codec; a function is called for each ping. `null` sends nothing: for a
   * server that sends regularly. @default 'ping'
   */
  message?: string | Out | null | (() => string | Out)
  /**
   * Which received message is the reply. While a ping is unanswered, it is hidden from the application and sets `latency`. A string is
   * compared with the frame and with the decoded message; an object matches if each of its keys is equal; a function is called with the
   * message.
   *
   * @default 'pong' if `message` is 'ping', else none
   */
  isReply?: Pattern<In>
  /** How long nothing may be received or sent before a ping is sent, in ms. @default 25000 */
  interval?: number
  /** How long nothing may be received after a ping before the connection counts as dead, in ms. @default 10000 */
  timeout?: number
  /** Answers pings that the server sends as messages, and hides them from the application. A function `with` receives the ping. */
  answer?: { to: Pattern<In>; with: string | Out | ((ping: In) => string | Out) }
}

/** Whether `message` equals the pattern, has all its keys, or satisfies it. */
export const matches = (pattern: unknown, message: unknown): boolean => {
  if (typeof pattern === 'function') return !!pattern(message)
  if (!pattern || typeof pattern !== 'object') return pattern === message
  if (!message || typeof message !== 'object') return false
  return Object.entries(pattern).every(([key, value]) => matches(value, (message as Record<string, unknown>)[key]))
}

export interface HeartbeatHost extends Reporter {
  readonly clock: Clock
  /** `heartbeat` is read at each use. */
  readonly options: { heartbeat?: boolean | HeartbeatOptions<unknown, unknown> }
  /** Sends a message at once, without the queue. */
  sendNow(message: unknown): void
  /** Receives the round trip of each answered ping, in ms. */
  latencyMeasured(latency: number): void
  /** `replied`: the server has shown that it replies to pings. */
  readonly engine: { readonly watch: { replied(): void } }
}

/** Unanswered pings beyond this number are not stored. */
const MAX_UNANSWERED = 100

/** The heartbeat of one connection. */
export class Heartbeat {
  private readonly _host: HeartbeatHost
  private readonly _transport: TransportHeartbeat | undefined
  /** When the unanswered pings were sent, oldest first, in ms of the monotonic clock. */
  private _unanswered: number[] | undefined

  /** @param transport replaces the options if the transport has its own heartbeat */
  constructor(host: HeartbeatHost, transport?: TransportHeartbeat) {
    this._host = host
    this._transport = transport
  }

  ping(): void {
    const { message = 'ping' } = this._options
    if (message === null && !this._transport) return // nothing is sent, so there is no round trip
    const unanswered = (this._unanswered ??= [])
    if (unanswered.length < MAX_UNANSWERED) unanswered.push(this._now())
    if (this._transport) this._transport.ping()
    else this._send(message)
  }

  /** The reply to a ping was received. */
  replied(): void {
    const pingedAt = this._unanswered?.shift()
    this._host.engine.watch.replied()
    if (pingedAt !== undefined) this._host.latencyMeasured(this._now() - pingedAt)
  }

  /**
   * Returns true if a received message belongs to the heartbeat and not to the application.
   *
   * @param frame as it was received
   * @param message decoded; compared only if `isDecoded`
   */
  handles(frame: unknown, message: unknown, isDecoded: boolean): boolean {
    if (this._transport) return false
    const host = this._host
    const { message: ping, answer } = this._options
    const isReply = this._isReply()
    const mayReply = ping === null || this._unanswered?.length
    if (mayReply && !isReply) host.engine.watch.replied() // any message shows that the server lives
    if (mayReply && fits(host, isReply, frame, message, isDecoded)) {
      this.replied()
      return true
    }
    if (!fits(host, answer?.to, frame, message, isDecoded)) return false
    this._send(answer!.with, message)
    return true
  }

  /** What is sent and what is expected, for errors. */
  describe(): string {
    const { message = 'ping' } = this._options
    const isReply = this._isReply()
    const sent = this._transport ? 'sent a ping' : message === null ? 'sent nothing' : `sent ${describe(message)}`
    return `${sent}, expected ${isReply ? describe(isReply) : 'any message'}`
  }

  /** `heartbeat: true` has no options: all are undefined. */
  private get _options(): HeartbeatOptions<unknown, unknown> {
    return (this._host.options.heartbeat ?? true) as HeartbeatOptions<unknown, unknown>
  }

  private _isReply(): unknown {
    const { message = 'ping', isReply = message === 'ping' && 'pong' } = this._options
    return isReply
  }

  private _send(message: unknown, ping?: unknown): void {
    guard(this._host, () => {
      const value = typeof message === 'function' ? message(ping) : message
      if (value !== null) this._host.sendNow(value)
    })
  }

  private _now(): number {
    return monotonicNow(this._host.clock)
  }
}

/** Every message passes here, so text is compared first and only another pattern costs a call. */
const fits = (reporter: Reporter, pattern: unknown, frame: unknown, message: unknown, isDecoded: boolean): unknown =>
  typeof pattern === 'string'
    ? pattern === frame || pattern === message
    : isDecoded && pattern && guard(reporter, matches, pattern, message)
