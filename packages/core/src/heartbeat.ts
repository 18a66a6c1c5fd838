/** What a heartbeat says and how its frames are told from the application's. When to beat is the machine's business. */

import type { Clock } from './clock.ts'
import type { Guard } from './guard.ts'

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

/** The heartbeat of one connection. */
export interface Heartbeat<In> {
  ping(): void
  /** Whether a received message, as it came and, if `decoded`, as it reads, belongs to the heartbeat and not to the application. */
  takes(data: unknown, message: In, decoded: boolean): boolean
}

/**
 * @param from its `heartbeat` is read at each use; of a switch every option is undefined
 * @param send passes by the queue
 * @param timed is told the round trip of each ping, in ms
 */
export const createHeartbeat = <In, Out>(
  from: { heartbeat?: boolean | HeartbeatOptions<In, Out> },
  clock: Clock,
  guard: Guard,
  send: (message: string | Out) => void,
  timed: (latency: number) => void,
): Heartbeat<In> => {
  let pingedAt: number | undefined
  const say = (message: string | Out | null | (() => string | Out)): void =>
    guard(() => {
      const value = typeof message === 'function' ? (message as () => string | Out)() : message
      if (value !== null) send(value)
    })
  return {
    ping: () => {
      const { message = 'ping' } = (from.heartbeat ?? true) as HeartbeatOptions<In, Out>
      pingedAt = clock.now()
      say(message)
    },
    takes: (data, message, decoded) => {
      const { message: ours, isReply = ours === undefined && 'pong', answer } = (from.heartbeat ?? true) as HeartbeatOptions<In, Out>
      if (fits(guard, isReply, data, message, decoded)) {
        if (pingedAt !== undefined) timed(Math.max(0, clock.now() - pingedAt))
        pingedAt = undefined
        return true
      }
      if (!fits(guard, answer?.to, data, message, decoded)) return false
      say(answer!.with)
      return true
    },
  }
}

/** Every message passes here: text is compared first, and only a pattern that is none costs a call. */
const fits = (guard: Guard, pattern: unknown, data: unknown, message: unknown, decoded: boolean): unknown =>
  typeof pattern === 'string' ? pattern === data || pattern === message : decoded && pattern && guard(matches, pattern, message)
