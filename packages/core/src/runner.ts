/**
 * The hands of the machine: it turns effects into sockets and timers, and what they say back into events, one at a time.
 * Order: commit the state, obey the effects, then tell the listeners. It knows nothing of messages.
 */

import { type BackoffRules, backoff } from './backoff.ts'
import { type Clock, later } from './clock.ts'
import { type CloseInfo, ending } from './closeCodes.ts'
import type { UrlSource } from './dial.ts'
import { ConnectTimeoutError, HeartbeatTimeoutError } from './errors.ts'
import type { EmitLife } from './events.ts'
import type { Guard } from './guard.ts'
import { type Link, type LinkEvent, type LinkOptions, createLink } from './link.ts'
import { type Effect, type Event, type MachineRules, type State, type Status, type Timer, initial, statusOf, step } from './machine.ts'
import type { ReconnectOptions } from './reconnect.ts'
import type { Surroundings } from './surroundings.ts'

/** Numbers that the runner obeys, in ms, checked before they come here. */
export interface RunnerRules extends MachineRules, BackoffRules, Record<Exclude<Timer, 'retry' | 'soon' | 'verdict'>, number> {
  stableAfter: number
}

/** Options read at each use, so that the latest functions are called. */
export interface RunnerOptions extends LinkOptions {
  /** Come back after a loss. @default true */
  reconnect?: boolean | ReconnectOptions
}

/** What the runner asks of the floor above. None of these may throw. */
export interface RunnerPort {
  readonly guard: Guard
  /** What a user's function threw, or a dial met. */
  report(error: unknown): void
  receive(event: MessageEvent): void
  flush(): void
  ping(): void
  /** The state is committed and obeyed: renderers are to know. */
  changed(): void
  /** The page went out of sight. */
  hidden(): void
  emit: EmitLife
}

export interface Runner {
  /** What a snapshot says of the connection. */
  facts(): { status: Status; attempt: number; retryAt: number | undefined; lastClose: CloseInfo | undefined }
  /** The socket while it can send. After the server's close it cannot, though the event has yet to come. */
  line(): WebSocket | undefined
  readonly link: Link
  post(event: LinkEvent): void
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
const CAUSES: { [Name in Timer]?: readonly [cause: CloseInfo['cause'], code?: number, Failure?: new (message: string) => Error] } = {
  connectTimeout: ['timeout', 1006, ConnectTimeoutError],
  closeTimeout: ['user'],
  timeout: ['heartbeat', 4000, HeartbeatTimeoutError],
  probe: ['heartbeat', 4000, HeartbeatTimeoutError],
}

/** Made once: every message that is sent asks. */
const leaves = ({ type }: LinkEvent): boolean => type === 'close' || type === 'rest'

export const createRunner = (
  source: UrlSource,
  options: RunnerOptions,
  rules: RunnerRules,
  clock: Clock,
  surroundings: Surroundings | undefined,
  { guard, report, receive, flush, ping, changed, hidden, emit }: RunnerPort,
): Runner => {
  const inbox: LinkEvent[] = []
  let state = initial
  let lastClose: CloseInfo | undefined
  /** Epoch ms of the next attempt, while one is waited for. */
  let retryAt: number | undefined
  let busy = false
  let opened = false
  let heardAt = 0
  /** Frames heard since the clock last said another time. */
  let flood = 0
  let openedAt = 0
  let eagerAt = -Infinity
  let handle: unknown
  /** Epoch ms at which the state's timer falls due, and how long it was set for. */
  let dueAt = 0
  let delay = 0
  let late = false
  /** The silence, named by its beginning, for which a late timer has already been excused. */
  let pardoned = -1
  /** What the link is told to have ended with, where we ended it as the user asked. */
  let farewell: CloseInfo | undefined
  let leave: (() => void) | undefined

  /** Wall clocks jump both ways, so a distance is never negative. */
  const since = (then: number): number => Math.abs(clock.now() - then)

  const post = (event: LinkEvent): void => {
    inbox.push(event)
    if (busy) return
    busy = true
    let failure: unknown
    try {
      for (let next, turns = 0; (next = inbox.shift()); ) {
        if (++turns > TURNS) throw new Error('a listener opens what fails at once, for ever')
        run(next)
      }
    } catch (error) {
      failure = error
    }
    inbox.length = 0
    busy = false
    if (failure) report(failure)
  }

  const run = (posted: LinkEvent): void => {
    const before = state
    const event = { eager: since(eagerAt) >= EAGER_EVERY, silent: since(heardAt) >= EAGER_EVERY, ...posted, ...fate(posted) }
    const [next, effects] = step(before, event, rules)
    if (next === before) return
    const did = (effect: Effect): boolean => effects.includes(effect)
    state = next
    remember(before, event, did)
    arm(did)
    if (did('drop')) link.drop(event.close?.code)
    if (did('dial')) link.dial(state.socket, state.attempt, lastClose)
    if (did('shut')) link.shut(event.close!)
    if (did('flush')) flush()
    if (did('ping')) ping()
    if (event.error) report(event.error)
    changed()
    tell(before, did)
  }

  /** Keeps of an event what later ones are judged by. */
  const remember = (before: State, event: LinkEvent, did: (effect: Effect) => boolean): void => {
    if (did('close') || did('stop')) {
      lastClose = { ...(event.close ?? (did('close') ? (farewell ?? ending('user', 1000)) : lastClose!)), final: state.name === 'closed' }
      if (before.name === 'closing') lastClose.cause = 'user'
      if (did('stop') && event.verdict) lastClose.cause = 'exhausted'
    } else if (lastClose && state.name === 'closed') {
      // Nobody waits for the attempt any more that was to follow it.
      lastClose = { ...lastClose, cause: 'user', final: true }
    }
    farewell = did('shut') ? event.close : undefined
    if (did('open')) openedAt = heardAt = clock.now()
    if (did('dial') && !event.timer && before.name !== 'closed') eagerAt = clock.now()
    if (before.name === 'closed') leave = guard(() => surroundings?.subscribe((type) => (type === 'hidden' ? hidden() : post({ type }))))
    if (state.name === 'closed') guard(leave)
  }

  /** Ends the timer of the state before and starts that of this one. */
  const arm = (did: (effect: Effect) => boolean): void => {
    late = false
    flood = 0
    clock.clearTimeout(handle)
    handle = undefined // an ended timer would be kept, with all that it knows
    if (state.timer) {
      delay = duration(state)
      dueAt = clock.now() + delay
      handle = later(clock, fire, delay)
    }
    retryAt = did('retry') ? dueAt : undefined
  }

  const tell = (before: State, did: (effect: Effect) => boolean): void => {
    const { attempt } = state
    const status = statusOf(state)
    if (status !== statusOf(before)) emit('status', status)
    if (did('close')) emit('close', lastClose!)
    if (did('stop')) emit('stop', lastClose!)
    if (did('retry')) emit('retry', { attempt, delay, retryAt: dueAt })
    if (!did('open')) return
    emit('open', { again: opened, attempt, protocol: link.socket()?.protocol ?? '' })
    opened = true
  }

  /** Whether a loss that is about to be told is worth another attempt. Asked once, and only of the present socket. */
  const fate = ({ socket, timer, close }: LinkEvent): Pick<Event, 'stable' | 'verdict'> => {
    const asked = state // it changes while an answer is waited for
    const live = /open|connecting/.test(state.name) && (timer ? timer === state.timer : socket === state.socket)
    if (!close || !live || options.reconnect === false) return {}
    const stable = state.name === 'open' && since(openedAt) >= rules.stableAfter
    const { shouldReconnect } = Object(options.reconnect) as ReconnectOptions
    const verdict = guard(shouldReconnect, close, stable ? 0 : state.attempt) ?? !close.final
    if (typeof verdict !== 'object') return { stable, verdict }
    const settle = (go: boolean): void => post({ type: 'verdict', socket: asked.socket, timer: 'verdict', verdict: go })
    verdict.then(settle, (error) => {
      report(error)
      settle(!close.final)
    })
    return { stable, verdict: 'ask' }
  }

  const duration = ({ timer, attempt }: State): number => {
    if (timer === 'soon') return clock.random() * 1000
    if (timer !== 'retry') return rules[timer === 'verdict' ? 'connectTimeout' : timer!]
    const close = lastClose ?? ending('user')
    const given = guard((Object(options.reconnect) as ReconnectOptions).delay, attempt - 1, close)
    const wait = typeof given === 'number' && given >= 0 ? given : backoff(attempt - 1, close, rules, () => clock.random())
    return guard(() => surroundings?.online()) === false ? Math.max(wait, OFFLINE_RETRY) : wait
  }

  const fire = (): void => {
    const timer = state.timer!
    const [cause, code, Failure] = CAUSES[timer] ?? []
    if (timer === 'interval' && since(heardAt) < delay) {
      handle = later(clock, fire, delay - since(heardAt))
    } else if (cause === 'heartbeat' && !late && clock.now() - dueAt >= LATE) {
      late = true
      handle = clock.setTimeout(fire, 0) // lets what is buffered be heard first
    } else if (late && pardoned !== heardAt) {
      pardoned = heardAt
      post({ type: 'due', timer, late })
    } else if (!cause) {
      post({ type: 'due', timer, verdict: true }) // who asks too long has not said no
    } else {
      const error = Failure && new Failure(`no answer within ${delay} ms`)
      post({ type: 'due', timer, close: ending(cause, code), error })
    }
  }

  const link = createLink(source, options, post, guard, report, (event) => {
    // Reading the clock is the dearest thing on this way. Without a heartbeat nobody asks when; and in a flood, where it says the same
    // again and again, every 16th time will do: what goes unnoted when the flood ends costs one needless ping.
    if (rules.beats) {
      if (flood++ < 16 || !(flood % 16)) {
        const now = clock.now()
        if (now !== heardAt) flood = 0
        heardAt = now
      }
      const { timer, socket } = state
      if (timer === 'timeout' || timer === 'probe') post({ type: 'heard', socket })
    }
    receive(event)
  })

  return {
    facts: () => ({ status: statusOf(state), attempt: state.name === 'open' ? 0 : state.attempt, retryAt, lastClose }),
    line: () => {
      const socket = link.socket()
      const leaving = inbox.some(leaves) // asked for in a listener, and about to be done
      return state.name === 'open' && socket?.readyState === 1 && !leaving ? socket : undefined
    },
    link,
    post,
  }
}
