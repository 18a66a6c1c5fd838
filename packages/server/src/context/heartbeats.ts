/** Detects dead connections: sends a ping each interval and expects any input within the timeout. */

import type { Clock, Timers } from '../clock.ts'
import { SharedTimer } from './sharedTimer.ts'

/** A connection with a heartbeat. */
export interface HeartbeatTarget {
  /** The target sets it when it has received something. */
  hasReceived: boolean
  /** Belongs to `Heartbeats`. */
  bytesAtPing: number | undefined
  /**
   * The bytes that the socket has received, if it counts them. During a long upload nothing else shows that the client is alive, because
   * its pong comes after the message.
   */
  bytesRead(): number | undefined
  /** Is called each interval. */
  sendPing(): void
  /** Nothing was received within the timeout. */
  onHeartbeatTimeout(): void
}

export class Heartbeats {
  /** Each target is in one of the three. */
  private readonly _beforeFirstPing: SharedTimer<HeartbeatTarget>
  private readonly _beforeTimeout: SharedTimer<HeartbeatTarget>
  private readonly _beforeNextPing: SharedTimer<HeartbeatTarget>

  constructor(clock: Clock, timers: Timers, { interval, timeout }: { interval: number; timeout: number }) {
    const ping = (target: HeartbeatTarget): void => {
      // Only input after the ping counts as an answer.
      target.hasReceived = false
      target.bytesAtPing = target.bytesRead()
      // Before the ping, because a ping that closes the connection also stops the heartbeat.
      this._beforeTimeout.add(target)
      target.sendPing()
    }
    const check = (target: HeartbeatTarget): void => {
      if (target.hasReceived || target.bytesRead() !== target.bytesAtPing) this._beforeNextPing.add(target)
      else target.onHeartbeatTimeout()
    }
    this._beforeFirstPing = new SharedTimer(clock, timers, interval, ping)
    this._beforeTimeout = new SharedTimer(clock, timers, timeout, check)
    this._beforeNextPing = new SharedTimer(clock, timers, Math.max(0, interval - timeout), ping)
  }

  start(target: HeartbeatTarget): void {
    this._beforeFirstPing.add(target)
  }

  stop(target: HeartbeatTarget): void {
    this._beforeFirstPing.delete(target)
    this._beforeTimeout.delete(target)
    this._beforeNextPing.delete(target)
  }
}
