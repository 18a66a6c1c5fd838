/**
 * The traffic of the open connection and the replies of this server: when a ping is due, how long to
 * wait for a reply, and what a missing one means.
 */

import { monotonicNow } from '../base/clock.ts'
import { HeartbeatTimeoutError, HeartbeatUnansweredError } from '../base/errors.ts'
import { closeInfo } from '../transport/closeCodes.ts'
import { byteLength, type RawOutgoing } from '../transport/frame.ts'
import type { TransportHeartbeat, TransportLink } from '../transport/transport.ts'
import type { EngineEvent, EngineHost, HeartbeatTimes } from './engineHost.ts'
import type { Timer } from './machineEvents.ts'

const PROBE_TIMEOUT = 5000
/** A shorter silence needs no probe, in ms. */
const SILENT_AFTER = 5000
/** The longest extension of the deadline for a reply: a factor. */
const MAX_PATIENCE = 8
/** So many connections in a row may end by a server that never replies. */
const MAX_UNANSWERED = 2

export class HeartbeatWatch {
  /** Of the open connection; undefined if it has no heartbeat. */
  times: HeartbeatTimes | undefined
  private readonly _host: EngineHost
  private readonly _engine: { readonly link: TransportLink | undefined }
  private _receivedAt = 0
  private _sentAt = 0
  private _pingedAt = 0
  /** Bytes that were in the send buffer before the ping and have not left it. */
  private _bytesAhead = 0
  /** Bytes that were sent after the ping. */
  private _bytesBehind = 0
  /** Frames since the clock last showed another time. */
  private _framesAtSameTime = 0
  /** `_receivedAt` at the last late ping. Each silence gets one. */
  private _gracedAt = -1
  /** The deadline for a reply is longer by this factor. */
  private _patience = 1
  private _hasReceived = false
  /** The transport has a heartbeat of its own, so the server is known to reply. */
  private _isTransportHeartbeat = false
  /** This server has replied to a ping. */
  private _hasReplied = false
  /** Connections in a row that ended because this server does not reply. */
  private _unanswered = 0
  private _isReported = false

  constructor(host: EngineHost, engine: { readonly link: TransportLink | undefined }) {
    this._host = host
    this._engine = engine
  }

  /** A connection has opened. */
  opened(hasHeartbeat: boolean, own: TransportHeartbeat | undefined): void {
    const { heartbeat } = this._host.settings
    this._receivedAt = this._sentAt = this._pingedAt = this._now()
    this._framesAtSameTime = 0
    this._hasReceived = false
    // The server of a transport with its own heartbeat checks the client by itself.
    this.times = hasHeartbeat ? (own ? { ...heartbeat, mode: 'receive', ...own } : heartbeat) : undefined
    this._isTransportHeartbeat = !!own
  }

  /** A dial failed or a connection ended, for another reason than a missing reply. */
  endedOtherwise(): void {
    this._unanswered = 0
  }

  /**
   * Records that a frame was received. Reading the clock is the most expensive part of it, so while frames arrive faster than once in a
   * millisecond, it is read for every 16th frame only. A frame that is missed this way costs at most one unnecessary ping, but where
   * nothing is sent no reply would follow, so none is missed.
   */
  received(): void {
    if (this._framesAtSameTime++ >= 16 && this._framesAtSameTime % 16 && this._sendsPings) return
    const now = this._now()
    if (now - this._receivedAt >= 1) this._framesAtSameTime = 0
    this._receivedAt = now
    this._hasReceived = true
    this._patience = 1
  }

  /** Records that a frame was passed to the connection. */
  sent(frame: RawOutgoing): void {
    if (!this.times) return
    this._sentAt = this._now()
    if (this._bytesAhead) this._bytesBehind += byteLength(frame)
  }

  /** Sends a ping. Its own bytes are not ahead of it. */
  ping(): void {
    this._pingedAt = this._now()
    this._bytesAhead = this._buffered
    this._host.heartbeat?.ping()
    this._bytesBehind = Math.max(0, this._buffered - this._bytesAhead)
  }

  /** A reply to a ping was received. */
  replied(): void {
    this._hasReplied = true
  }

  /** How long nothing was received, in ms. */
  get silence(): number {
    return this._now() - this._receivedAt
  }

  /** Whether a ping now would show if the connection is alive: after a while without frames, unless pings send nothing. */
  needsProbe(hasSlept: boolean): boolean {
    return this._sendsPings && (hasSlept || this.silence >= SILENT_AFTER)
  }

  /** How long until a ping is due; 0 or less: now. Each ping is at least `interval` after the previous one. */
  untilPing(): number {
    const { mode, interval } = this.times!
    const { _receivedAt: receivedAt, _sentAt: sentAt, _pingedAt: pingedAt } = this
    const quietSince = { silence: Math.min(receivedAt, sentAt), receive: receivedAt, interval: pingedAt }[mode]
    return Math.max(pingedAt, quietSince) + interval - this._now()
  }

  /** How long a reply may take. A ping that is due because nothing was sent does not shorten the silence that is allowed. */
  replyTimeout(timer: Timer): number {
    const { interval, timeout } = this.times!
    if (timer === 'probe') return this._patience * PROBE_TIMEOUT
    return this._patience * timeout + Math.max(0, interval - this.silence)
  }

  /**
   * Whether the ping is still behind other data in the send buffer, and some of that data has left since the last call. A missing reply
   * then proves nothing.
   */
  isSending(): boolean {
    const before = this._bytesAhead
    this._bytesAhead = Math.max(0, this._buffered - this._bytesBehind)
    return this._bytesAhead < before
  }

  /** What a missing reply means. @param isLate the timer fired late */
  missedReply(isLate: boolean): Partial<EngineEvent> {
    const { heartbeat } = this._host
    if (isLate && this._gracedAt !== this._receivedAt) {
      this._gracedAt = this._receivedAt
      return { late: true }
    }
    const expectation = `${heartbeat?.describe()}, but received nothing for ${Math.round(this.silence)} ms`
    const mustReply = this._hasReplied || this._isTransportHeartbeat
    if (mustReply || this._unanswered < MAX_UNANSWERED) {
      if (!mustReply) this._unanswered++
      if (!this._hasReceived) this._patience = Math.min(MAX_PATIENCE, this._patience * 2)
      return { close: closeInfo('heartbeat', { code: 4000, error: new HeartbeatTimeoutError(expectation) }) }
    }
    if (!this._isReported)
      this._host.report(
        new HeartbeatUnansweredError(
          `${expectation}, on ${MAX_UNANSWERED + 1} connections in a row. This connection is kept. Set heartbeat.message and heartbeat.isReply for your server, or remove heartbeat`,
        ),
      )
    this._isReported = true
    this._patience = 1 // no deadline is needed any more, and pings keep their rate
    return { tolerated: true }
  }

  private get _buffered(): number {
    return this._engine.link?.bufferedAmount ?? 0
  }

  /** False if the server sends by itself, and the client only listens. */
  private get _sendsPings(): boolean {
    return this._isTransportHeartbeat || this.times?.mode !== 'receive'
  }

  private _now(): number {
    return monotonicNow(this._host.clock)
  }
}
