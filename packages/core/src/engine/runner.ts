/**
 * The hands of the machine: it turns effects into sockets and timers, and what they say back into events, one at a time.
 * Order: commit the state, obey the effects, then tell the listeners. It knows nothing of messages.
 */

import { type BackoffRules, backoff } from './backoff.ts'
import { later } from '../base/clock.ts'
import { type CloseInfo, ending } from '../transport/closeCodes.ts'
import { ConnectTimeoutError, HeartbeatTimeoutError } from '../base/errors.ts'
import { guard } from '../base/guard.ts'
import { Link, type LinkEvent, type LinkOptions } from '../transport/link.ts'
import {
  type Effect,
  type Event,
  type MachineRules,
  type State,
  type Status,
  type Timer,
  initial,
  statusOf,
  step,
} from './machine.ts'
import type { ReconnectOptions } from './reconnect.ts'
import type { Environment } from '../base/environment.ts'

/** Numbers that the runner obeys, in ms, checked before they come here. */
export interface RunnerRules
  extends MachineRules, BackoffRules, Record<Exclude<Timer, 'retry' | 'soon' | 'verdict'>, number> {
  stableAfter: number
}

/** Options read at each use, so that the latest functions are called. */
export interface RunnerOptions extends LinkOptions {
  /** Come back after a loss. @default true */
  reconnect?: boolean | ReconnectOptions
}

/** A timer this late, in ms, proves nothing: the page was throttled or asleep, and an answer may wait in a buffer. */
const LATE = 1000
/** Dials without delay are at least this far apart, in ms, that they may not add up to a loop; a shorter silence is not worth a probe. */
const EAGER_EVERY = 5000
/** More events than this in one go are a listener going round in a circle: the page must not hang for it. */
const TURNS = 1000
/** Where the platform says that there is no network, try at this pace anyway, in ms: it lies in both directions. */
const OFFLINE_RETRY = 60_000

/** The timers whose end is the end of a dial or a link, and of what it then died. */
const CAUSES: {
  [Name in Timer]?: readonly [cause: CloseInfo['cause'], code?: number, Failure?: new (message: string) => Error]
} = {
  connectTimeout: ['timeout', 1006, ConnectTimeoutError],
  closeTimeout: ['user'],
  timeout: ['heartbeat', 4000, HeartbeatTimeoutError],
  probe: ['heartbeat', 4000, HeartbeatTimeoutError],
}

/** Made once: every message that is sent asks. */
const leaves = ({ type }: LinkEvent): boolean => type === 'close' || type === 'rest'

/** Whether an effect is among those of the present event. */
type Did = (effect: Effect) => boolean

/** A link that lives as the machine says. The floor above makes something of what it receives. */
export abstract class Runner extends Link {
  abstract override readonly options: RunnerOptions & Link['options']
  abstract override readonly settings: RunnerRules & Link['settings']
  abstract readonly environment: Environment | undefined
  readonly #inbox: LinkEvent[] = []
  #state = initial
  #lastClose: CloseInfo | undefined
  /** Epoch ms of the next attempt, while one is waited for. */
  #retryAt: number | undefined
  #busy = false
  #opened = false
  #heardAt = 0
  /** Frames heard since the clock last said another time. */
  #flood = 0
  #openedAt = 0
  #eagerAt = -Infinity
  #handle: unknown
  /** Epoch ms at which the state's timer falls due, and how long it was set for. */
  #dueAt = 0
  #delay = 0
  #late = false
  /** The silence, named by its beginning, for which a late timer has already been excused. */
  #pardoned = -1
  /** What the link is told to have ended with, where we ended it as the user asked. */
  #farewell: CloseInfo | undefined
  #unsubscribe: (() => void) | undefined

  abstract flush(): void
  abstract ping(): void

  /** What a snapshot says of the life of the connection. */
  life(): { status: Status; attempt: number; retryAt: number | undefined; lastClose: CloseInfo | undefined } {
    const state = this.#state
    const attempt = state.name === 'open' ? 0 : state.attempt
    return { status: statusOf(state), attempt, retryAt: this.#retryAt, lastClose: this.#lastClose }
  }

  /** The socket while it can send. After the server's close it cannot, though the event has yet to come. */
  line(): WebSocket | undefined {
    const { socket } = this
    const leaving = this.#inbox.some(leaves) // asked for in a listener, and about to be done
    return this.#state.name === 'open' && socket?.readyState === 1 && !leaving ? socket : undefined
  }

  post(event: LinkEvent): void {
    const inbox = this.#inbox
    inbox.push(event)
    if (this.#busy) return
    this.#busy = true
    let failure: unknown
    try {
      for (let next, turns = 0; (next = inbox.shift());) {
        if (++turns > TURNS) throw new Error('a listener opens what fails at once, for ever')
        this.#run(next)
      }
    } catch (error) {
      failure = error
    }
    inbox.length = 0
    this.#busy = false
    if (failure) this.report(failure)
  }

  /** A frame came. */
  heard(): void {
    // Reading the clock is the dearest thing on this way. Without a heartbeat nobody asks when; and in a flood, where it says the same
    // again and again, every 16th time will do: what goes unnoted when the flood ends costs one needless ping.
    if (!this.settings.beats) return
    if (this.#flood++ < 16 || !(this.#flood % 16)) {
      const now = this.clock.now()
      if (now !== this.#heardAt) this.#flood = 0
      this.#heardAt = now
    }
    const { timer, socket } = this.#state
    if (timer === 'timeout' || timer === 'probe') this.post({ type: 'heard', socket })
  }

  #run(posted: LinkEvent): void {
    const before = this.#state
    const hasty = {
      eager: this.#since(this.#eagerAt) >= EAGER_EVERY,
      silent: this.#since(this.#heardAt) >= EAGER_EVERY,
    }
    const event = { ...hasty, ...posted, ...this.#fate(posted) }
    const [next, effects] = step(before, event, this.settings)
    if (next === before) return
    const did: Did = (effect) => effects.includes(effect)
    this.#state = next
    this.#remember(before, event, did)
    this.#arm(did)
    if (did('drop')) this.leave(event.close?.code)
    if (did('dial')) this.dial(next.socket, next.attempt, this.#lastClose)
    if (did('shut')) this.shut(event.close!)
    if (did('flush')) this.flush()
    if (did('ping')) this.ping()
    if (event.error) this.report(event.error)
    this.snapshots.changed()
    this.#tell(before, did)
  }

  /** Keeps of an event what later ones are judged by. */
  #remember(before: State, event: LinkEvent, did: Did): void {
    const state = this.#state
    if (did('close') || did('stop')) {
      const close = event.close ?? (did('close') ? (this.#farewell ?? ending('user', 1000)) : this.#lastClose!)
      this.#lastClose = { ...close, final: state.name === 'closed' }
      if (before.name === 'closing') this.#lastClose.cause = 'user'
      if (did('stop') && event.verdict) this.#lastClose.cause = 'exhausted'
    } else if (this.#lastClose && state.name === 'closed') {
      // Nobody waits for the attempt any more that was to follow it.
      this.#lastClose = { ...this.#lastClose, cause: 'user', final: true }
    }
    this.#farewell = did('shut') ? event.close : undefined
    if (did('open')) this.#openedAt = this.#heardAt = this.clock.now()
    if (did('dial') && !event.timer && before.name !== 'closed') this.#eagerAt = this.clock.now()
    if (before.name === 'closed') {
      this.#unsubscribe = guard(this, () =>
        this.environment?.subscribe((type) => (type === 'hidden' ? this.snapshots.hidden() : this.post({ type }))),
      )
    }
    if (state.name === 'closed') guard(this, this.#unsubscribe)
  }

  /** Ends the timer of the state before and starts that of this one. */
  #arm(did: Did): void {
    const { clock } = this
    this.#late = false
    this.#flood = 0
    clock.clearTimeout(this.#handle)
    this.#handle = undefined // an ended timer would be kept, with all that it knows
    if (this.#state.timer) {
      this.#delay = this.#duration()
      this.#dueAt = clock.now() + this.#delay
      this.#set(this.#delay)
    }
    this.#retryAt = did('retry') ? this.#dueAt : undefined
  }

  #set(delay: number): void {
    this.#handle = later(this.clock, () => this.#fire(), delay)
  }

  #tell(before: State, did: Did): void {
    const state = this.#state
    const { attempt } = state
    const status = statusOf(state)
    if (status !== statusOf(before)) this.emit('status', status)
    if (did('close')) this.emit('close', this.#lastClose!)
    if (did('stop')) this.emit('stop', this.#lastClose!)
    if (did('retry')) this.emit('retry', { attempt, delay: this.#delay, retryAt: this.#dueAt })
    if (!did('open')) return
    this.emit('open', { reconnected: this.#opened, attempt, protocol: this.socket?.protocol ?? '' })
    this.#opened = true
  }

  /** Whether a loss that is about to be told is worth another attempt. Asked once, and only of the present socket. */
  #fate({ socket, timer, close }: LinkEvent): Pick<Event, 'stable' | 'verdict'> {
    const state = this.#state
    const { reconnect } = this.options
    const live = /open|connecting/.test(state.name) && (timer ? timer === state.timer : socket === state.socket)
    if (!close || !live || reconnect === false) return {}
    const stable = state.name === 'open' && this.#since(this.#openedAt) >= this.settings.stableAfter
    const { shouldReconnect } = Object(reconnect) as ReconnectOptions
    const verdict = guard(this, shouldReconnect, close, stable ? 0 : state.attempt) ?? !close.final
    if (typeof verdict !== 'object') return { stable, verdict }
    const settle = (go: boolean): void =>
      this.post({ type: 'verdict', socket: state.socket, timer: 'verdict', verdict: go })
    verdict.then(settle, (error) => {
      this.report(error)
      settle(!close.final)
    })
    return { stable, verdict: 'ask' }
  }

  /** Of the state's timer, in ms. */
  #duration(): number {
    const { options, settings, clock, environment } = this
    const { timer, attempt } = this.#state
    if (timer === 'soon') return clock.random() * 1000
    if (timer !== 'retry') return settings[timer === 'verdict' ? 'connectTimeout' : timer!]
    const close = this.#lastClose ?? ending('user')
    const given = guard(this, (Object(options.reconnect) as ReconnectOptions).delay, attempt - 1, close)
    const wait =
      typeof given === 'number' && given >= 0 ? given : backoff(attempt - 1, close, settings, () => clock.random())
    return guard(this, () => environment?.online()) === false ? Math.max(wait, OFFLINE_RETRY) : wait
  }

  /** The state's timer has fallen due. */
  #fire(): void {
    const { clock } = this
    const delay = this.#delay
    const heardAt = this.#heardAt
    const timer = this.#state.timer!
    const [cause, code, Failure] = CAUSES[timer] ?? []
    if (timer === 'interval' && this.#since(heardAt) < delay) {
      this.#set(delay - this.#since(heardAt))
    } else if (cause === 'heartbeat' && !this.#late && clock.now() - this.#dueAt >= LATE) {
      this.#late = true
      this.#set(0) // lets what is buffered be heard first
    } else if (this.#late && this.#pardoned !== heardAt) {
      this.#pardoned = heardAt
      this.post({ type: 'due', timer, late: true })
    } else if (!cause) {
      this.post({ type: 'due', timer, verdict: true }) // who asks too long has not said no
    } else {
      const error = Failure && new Failure(`no answer within ${delay} ms`)
      this.post({ type: 'due', timer, close: ending(cause, code), error })
    }
  }

  /** Wall clocks jump both ways, so a distance is never negative. */
  #since(then: number): number {
    return Math.abs(this.clock.now() - then)
  }
}
