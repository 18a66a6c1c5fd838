/** What a heartbeat says and how its frames are told from the application's. When to beat is the machine's business. */

import type { Clock } from '../base/clock.ts'
import { type Reporter, guard } from '../base/guard.ts'

/** What a received message must be like: see `matches`. */
export type Pattern<In> = string | object | ((message: In) => boolean)

/** A heartbeat for servers that speak no protocol of ours. Any received frame proves life and postpones the next ping. */
export interface HeartbeatOptions<In, Out> {
  /**
   * What is sent after `interval` of silence. A string is sent as it is, anything else through the codec; a function is called each
   * time. `null` sends nothing: a server that speaks by itself is only watched. @default 'ping'
   */
  message?: string | Out | null | (() => string | Out)
  /**
   * Which received message answers it: that one is hidden from the application and gives `latency`. A string is compared with the
   * frame as it came and with the decoded message; an object fits when every key that it names is equal; a function is asked.
   * @default 'pong' where `message` is the default too, else none
   */
  isReply?: Pattern<In>
  /** How long the link may be silent before a ping, in ms. @default 25000 */
  interval?: number
  /** How long the silence may go on after it before the link counts as dead, in ms. @default 10000 */
  timeout?: number
  /** Answers the server's own application pings, and hides them. */
  answer?: { to: Pattern<In>; with: string | Out | (() => string | Out) }
}

/** Whether `message` is the pattern, holds every key of it, or satisfies it. */
export const matches = (pattern: unknown, message: unknown): boolean => {
  if (typeof pattern === 'function') return !!pattern(message)
  if (!pattern || typeof pattern !== 'object') return pattern === message
  if (!message || typeof message !== 'object') return false
  return Object.entries(pattern).every(([key, value]) => matches(value, (message as Record<string, unknown>)[key]))
}

/** What beats. */
export interface Beating extends Reporter {
  readonly clock: Clock
  /** `heartbeat` is read at each use; of a switch every option is undefined. */
  readonly options: { heartbeat?: boolean | HeartbeatOptions<unknown, unknown> }
  /** Sends past the queue. */
  beat(message: unknown): void
  /** Is told the round trip of each ping, in ms. */
  timed(latency: number): void
}

/** The heartbeat of one connection. */
export class Heartbeat {
  readonly #client: Beating
  #pingedAt: number | undefined

  constructor(client: Beating) {
    this.#client = client
  }

  ping(): void {
    const { message = 'ping' } = this.#options()
    this.#pingedAt = this.#client.clock.now()
    this.#say(message)
  }

  /** Whether a received message, as it came and, if `decoded`, as it reads, belongs to the heartbeat and not to the application. */
  takes(data: unknown, message: unknown, decoded: boolean): boolean {
    const { message: ours, isReply = ours === undefined && 'pong', answer } = this.#options()
    const client = this.#client
    const pingedAt = this.#pingedAt
    if (fits(client, isReply, data, message, decoded)) {
      if (pingedAt !== undefined) client.timed(Math.max(0, client.clock.now() - pingedAt))
      this.#pingedAt = undefined
      return true
    }
    if (!fits(client, answer?.to, data, message, decoded)) return false
    this.#say(answer!.with)
    return true
  }

  #options(): HeartbeatOptions<unknown, unknown> {
    return (this.#client.options.heartbeat ?? true) as HeartbeatOptions<unknown, unknown>
  }

  #say(message: unknown): void {
    guard(this.#client, () => {
      const value = typeof message === 'function' ? message() : message
      if (value !== null) this.#client.beat(value)
    })
  }
}

/** Every message passes here: text is compared first, and only a pattern that is none costs a call. */
const fits = (reporter: Reporter, pattern: unknown, data: unknown, message: unknown, decoded: boolean): unknown =>
  typeof pattern === 'string'
    ? pattern === data || pattern === message
    : decoded && pattern && guard(reporter, matches, pattern, message)
