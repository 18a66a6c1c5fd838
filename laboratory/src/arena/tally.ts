/** Counts what one client of a lane received, missed and did. */

import type { Counters, Duration, LaneStatus } from './protocol.ts'

/** What all clients share. */
export interface TallyHost {
  /** The virtual time in ms. */
  now(): number
  /** When each message was published, by its number. */
  readonly published: readonly number[]
  /** When it became possible again to open connections. */
  healedAt(): number
  /** When the computer woke up last. While it sleeps, a client can notice nothing. */
  wokeAt(): number
}

const longer = (one: Duration, other: Duration): Duration => {
  if (one === 'never' || other === 'never') return 'never'
  return one === null || other === null ? (one ?? other) : Math.max(one, other)
}

export class Tally {
  status: LaneStatus = 'closed'
  /** The status is open, and no byte can pass. */
  isDead = false
  private readonly _host: TallyHost
  /** The number of the first message that was published after the first open. */
  private _first: number | undefined
  /** How often each message was received. */
  private readonly _received = new Map<number, number>()
  /** How many different messages were received from `_first` on. */
  private _counted = 0
  private _highest = -1
  private _sent = 0
  /** How often each own message has arrived at the server. */
  private readonly _arrived = new Map<number, number>()
  /** The own messages that have not arrived, and whose loss was reported. */
  private readonly _reported = new Set<number>()
  private _reaches = false
  private _deadSince = 0
  private _interruptedAt: number | undefined
  private _isFinal = false
  private readonly _counts = {
    doubled: 0,
    outOfOrder: 0,
    sentTwice: 0,
    dials: 0,
    dialsWhileDown: 0,
    falselyOpen: 0,
    announced: false,
  }
  private _detection: Duration = null
  private _recovery: Duration = null

  constructor(host: TallyHost) {
    this._host = host
  }

  setStatus(status: LaneStatus): void {
    this.status = status
    if (status === 'open') this._first ??= this._host.published.length
    this._update()
  }

  /** @param reaches whether an open connection of the client passes bytes */
  setReach(reaches: boolean): void {
    if (this._reaches && !reaches) this._interruptedAt ??= this._host.now()
    this._reaches = reaches
    this._update()
  }

  receive(number: number): void {
    const times = this._received.get(number) ?? 0
    this._received.set(number, times + 1)
    if (times === 0 && this._first !== undefined && number >= this._first) this._counted++
    if (times > 0) this._counts.doubled++
    else if (number < this._highest) this._counts.outOfOrder++
    this._highest = Math.max(this._highest, number)
    // What arrives before the end of a connection that is closing is no recovery.
    if (this._interruptedAt === undefined || !this._reaches) return
    const since = Math.max(this._interruptedAt, this._host.healedAt())
    this._recovery = longer(this._recovery, this._host.now() - since)
    this._interruptedAt = undefined
  }

  dial(fails: boolean): void {
    this._counts.dials++
    if (fails) this._counts.dialsWhileDown++
  }

  announce(): void {
    this._counts.announced = true
  }

  /** Returns the number of the client's next own message. */
  send(): number {
    return this._sent++
  }

  arrive(number: number): void {
    const times = this._arrived.get(number) ?? 0
    this._arrived.set(number, times + 1)
    if (times > 0) this._counts.sentTwice++
    this._reported.delete(number)
  }

  /** The application was informed that an own message is lost, or may be. */
  reportUnsent(number: number): void {
    if (!this._arrived.has(number)) this._reported.add(number)
  }

  /** The scenario has ended: a dead connection that is not noticed by now never is. Times are not measured any more. */
  endTimes(): void {
    if (this.isDead) {
      this._counts.falselyOpen += this._deadFor()
      this._detection = 'never'
    }
    this._isFinal = true
  }

  /** The counters are read: what has not recovered by now never does. */
  endCounts(): void {
    if (this._interruptedAt !== undefined) this._recovery = 'never'
  }

  counters(): Counters {
    const { doubled, outOfOrder, sentTwice, dials, dialsWhileDown, falselyOpen, announced } = this._counts
    const isDead = this.isDead && !this._isFinal
    const first = this._first
    const published = first === undefined ? 0 : this._host.published.length - first
    return {
      published,
      received: this._counted,
      lost: published - this._counted,
      doubled,
      outOfOrder,
      sent: this._sent,
      unsent: this._sent - this._arrived.size,
      unsentReported: this._reported.size,
      sentTwice,
      detection: this._detection,
      recovery: this._recovery,
      dials,
      dialsWhileDown,
      falselyOpen: falselyOpen + (isDead ? this._deadFor() : 0),
      announced,
    }
  }

  /** The numbers of the messages that were published after the first open and not received. */
  missing(): number[] {
    const { published } = this._host
    const numbers: number[] = []
    for (let number = this._first ?? published.length; number < published.length; number++) {
      if (!this._received.has(number)) numbers.push(number)
    }
    return numbers
  }

  private _deadFor(): number {
    return Math.max(0, this._host.now() - Math.max(this._deadSince, this._host.wokeAt()))
  }

  private _update(): void {
    const isDead = this.status === 'open' && !this._reaches
    if (isDead === this.isDead) return
    this.isDead = isDead
    if (isDead) this._deadSince = this._host.now()
    if (isDead || this._isFinal) return
    const duration = this._deadFor()
    this._counts.falselyOpen += duration
    if (this.status !== 'open') this._detection = longer(this._detection, duration)
  }
}

/** The counters of a lane: sums, and the longest times. */
export const sumCounters = (all: readonly Counters[]): Counters => {
  const sum = (name: keyof Counters): number => all.reduce((total, counters) => total + Number(counters[name]), 0)
  const longest = (name: 'detection' | 'recovery'): Duration =>
    all.map((counters) => counters[name]).reduce(longer, null)
  return {
    published: sum('published'),
    received: sum('received'),
    lost: sum('lost'),
    doubled: sum('doubled'),
    outOfOrder: sum('outOfOrder'),
    sent: sum('sent'),
    unsent: sum('unsent'),
    unsentReported: sum('unsentReported'),
    sentTwice: sum('sentTwice'),
    detection: longest('detection'),
    recovery: longest('recovery'),
    dials: sum('dials'),
    dialsWhileDown: sum('dialsWhileDown'),
    falselyOpen: sum('falselyOpen'),
    announced: all.some(({ announced }) => announced),
  }
}
