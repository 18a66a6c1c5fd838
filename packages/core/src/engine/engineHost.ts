/** What the engine needs from the client: options, settings and the host that it reports to. All times are ms. */

import type { Clock } from '../base/clock.ts'
import type { Environment } from '../base/environment.ts'
import type { Reporter } from '../base/guard.ts'
import type { CloseInfo } from '../transport/closeCodes.ts'
import type { ProtocolsSource, UrlSource } from '../transport/dial.ts'
import type { Transport, TransportHeartbeat, TransportLink } from '../transport/transport.ts'
import type { BackoffRules } from './backoff.ts'
import type { LifecycleEvents } from './lifecycleEvents.ts'
import type { Event } from './machineEvents.ts'

/** An event of the machine with the facts that listeners receive. */
export type EngineEvent = Event & {
  readonly close?: CloseInfo
}

/** What the engine needs, and what it reports to. */
export interface EngineHost extends Reporter {
  readonly source: UrlSource
  readonly transport: Transport<unknown>
  readonly options: EngineOptions
  readonly settings: EngineSettings
  readonly clock: Clock
  readonly environment: Environment | undefined
  /** `refresh`: the state may have changed. `pageHidden`: no frames are drawn. */
  readonly snapshots: { refresh(): void; pageHidden(): void }
  /**
   * Undefined if the open connection has no heartbeat. `replied`: the reply to a ping of the transport was received. `describe`: what is
   * sent and expected.
   */
  readonly heartbeat: { ping(): void; replied(): void; describe(): string } | undefined
  /** A message was received. */
  receive(frame: unknown): void
  /** Runs the option `onConnect` on a connection. @param signal aborts when the connection ends */
  connect(link: TransportLink, signal: AbortSignal, onConnect: unknown): Promise<void>
  /** A connection has opened: queued messages can be sent. @param heartbeat of the transport, if it has one */
  connected(heartbeat: TransportHeartbeat | undefined): void
  emit<Type extends keyof LifecycleEvents>(type: Type, value: LifecycleEvents[Type]): void
}

/** Options that are read at each use, so that the latest functions are called. */
export interface EngineOptions {
  /** Subprotocols as for `WebSocket`, or a function that is called at each dial. */
  protocols?: ProtocolsSource
  /** Reconnect after a loss. @default true */
  reconnect?: boolean | ReconnectOptions
  /** Its type is that of the client. Here it matters only whether there is one. */
  onConnect?: unknown
}

/** How a lost connection returns. In the functions, `attempt` counts from 0 and is that of the connection or dial that ended. */
export interface ReconnectOptions {
  /** The shortest wait. @default 250 */
  minDelay?: number
  /** Doubled at each attempt: the wait is `minDelay + random * min(maxDelay, baseDelay * 2 ** attempt)`. @default 1000 */
  baseDelay?: number
  /** Cap of the random part; the longest wait is `minDelay + maxDelay`. @default 30000 */
  maxDelay?: number
  /** Reconnect attempts after the first dial. When they are used up, the client emits `stop`. @default Infinity */
  maxAttempts?: number
  /** How long a connection must have been open before the attempts count from 0 again. @default 10000 */
  stableAfter?: number
  /**
   * Returns the wait in place of `minDelay`, `baseDelay`, `maxDelay` and the server's hint, e.g. `() => 5000`. While the platform reports no
   * network, the wait is at least 60 s.
   */
  delay?: (attempt: number, close: CloseInfo) => number
  /** Whether to reconnect. `close.final` is what the close code policy would decide. May be async, e.g. to refresh a token first. */
  shouldReconnect?: (close: CloseInfo, attempt: number) => boolean | Promise<boolean>
}

/** The numbers, checked and complete. */
export interface EngineSettings {
  readonly connectTimeout: number
  readonly closeTimeout: number
  readonly closeWhenHidden: number | false
  readonly hasHeartbeat: boolean
  readonly heartbeat: HeartbeatTimes
  readonly reconnect: BackoffRules & { readonly maxAttempts: number; readonly stableAfter: number }
}

/** All times are ms. */
export interface HeartbeatTimes {
  readonly interval: number
  readonly timeout: number
  /**
   * When a ping is due. `silence`: nothing was received for `interval`, or nothing was sent for it, because a frame proves
   * something only to the side that receives it. `interval`: always after `interval`. `receive`: nothing was received for `interval`.
   */
  readonly mode: 'silence' | 'interval' | 'receive'
}
