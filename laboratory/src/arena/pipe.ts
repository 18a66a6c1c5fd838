/** One direction of a connection. It keeps the order, and a byte that is lost ends it, because TCP delivers nothing after a gap. */

import { ARENA, type ArenaClock } from './clock.ts'

/** What applies to one direction of all connections. */
export interface PipeConditions {
  latency: number
  jitter: number
  /** Bytes per second. */
  rate: number
}

interface Parcel {
  bytes: number
  deliver: () => void
}

export class Pipe {
  /** Bytes that have not been sent yet. */
  waiting = 0
  private readonly _clock: ArenaClock
  private readonly _conditions: Readonly<PipeConditions>
  private readonly _receiver: string
  private readonly _random: () => number
  private readonly _onChange: () => void
  private _queue: Parcel[] = []
  /** Takes a while, because the rate is limited. */
  private _sending: Parcel | undefined
  private _lastArrival = 0
  private _holds = 0
  private _discards = 0
  /** It has lost a byte. */
  private _isDead = false
  private _held: Parcel[] = []

  /**
   * @param receiver whose code runs when bytes arrive
   * @param onChange called when `passes` has changed
   */
  constructor(
    clock: ArenaClock,
    conditions: Readonly<PipeConditions>,
    receiver: string,
    random: () => number,
    onChange: () => void,
  ) {
    this._clock = clock
    this._conditions = conditions
    this._receiver = receiver
    this._random = random
    this._onChange = onChange
  }

  /** Whether a byte that is sent now arrives without further change. */
  get passes(): boolean {
    return this._holds === 0 && this._discards === 0 && !this._isDead
  }

  send(bytes: number, deliver: () => void): void {
    this.waiting += bytes
    this._queue.push({ bytes, deliver })
    this._sendNext()
  }

  /** Removes what has not been sent yet. */
  clear(): void {
    this._queue = []
    this._held = []
    this._sending = undefined
    this.waiting = 0
  }

  /** Keeps the bytes back until the returned function is called, as TCP does while packets are lost for a short time. */
  hold(): () => void {
    this._holds++
    this._onChange()
    return () => {
      if (--this._holds === 0) this._release()
      this._onChange()
    }
  }

  /** Loses the bytes until the returned function is called. */
  discard(): () => void {
    this._discards++
    this._onChange()
    return () => {
      this._discards--
      this._onChange()
    }
  }

  private _release(): void {
    const held = this._held
    this._held = []
    for (const parcel of held) this._schedule(parcel)
    this._sendNext()
  }

  private _sendNext(): void {
    while (!this._sending && this._holds === 0) {
      const parcel = this._queue[0]
      if (!parcel) return
      const duration = (1000 * parcel.bytes) / this._conditions.rate
      if (duration === 0) this._sent(parcel)
      else {
        this._sending = parcel
        const onSent = (): void => {
          if (this._sending !== parcel) return
          this._sending = undefined
          this._sent(parcel)
          this._sendNext()
        }
        this._clock.schedule(ARENA, onSent, duration)
      }
    }
  }

  private _sent(parcel: Parcel): void {
    this._queue.shift()
    this.waiting -= parcel.bytes
    this._schedule(parcel)
  }

  private _schedule(parcel: Parcel): void {
    const { latency, jitter } = this._conditions
    const now = this._clock.monotonic()
    const extra = jitter > 0 ? jitter * this._random() : 0
    this._lastArrival = Math.max(this._lastArrival, now + latency + extra)
    this._clock.schedule(this._receiver, () => this._arrive(parcel), this._lastArrival - now)
  }

  private _arrive(parcel: Parcel): void {
    if (this._discards > 0 && !this._isDead) this._lose()
    if (this._isDead) return
    if (this._holds > 0) this._held.push(parcel)
    else parcel.deliver()
  }

  private _lose(): void {
    this._isDead = true
    this._onChange()
  }
}
