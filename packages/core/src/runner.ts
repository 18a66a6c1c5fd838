/**
 * The hands of the machine: it turns effects into sockets and timers, and what they say back into events, one at a time.
 * Order: commit the state, obey the effects, then tell the listeners. It knows nothing of messages.
 */

import type { BackoffRules } from './backoff.ts'
import type { Clock } from './clock.ts'
import { type CloseInfo, ending } from './closeCodes.ts'
import type { UrlSource } from './dial.ts'
import { ConnectTimeoutError, HeartbeatTimeoutError } from './errors.ts'
import { type Link, type LinkEvent, type LinkOptions, createLink } from './link.ts'
import { type Effect, type Event, type MachineRules, type State, initial, statusOf, step } from './machine.ts'
import { type ReconnectOptions, judge, retryDelay } from './reconnect.ts'
import type { Surroundings } from './surroundings.ts'

/** Numbers that the runner obeys, in ms, checked before they come here. */
export interface RunnerRules extends MachineRules, BackoffRules {
  connectTimeout: number
  closeTimeout: number
  stableAfter: number
  /** Of the heartbeat: silence before a ping, and the wait for its answer. */
  interval: number
  timeout: number
}

/** Options read at each use, so that the latest functions are called. */
export interface RunnerOptions extends LinkOptions {
  /** Come back after a loss. @default true */
  reconnect?: boolean | ReconnectOptions
}

/** What the runner asks of the floor above. None of these may throw. */
export interface RunnerPort {
  receive(event: MessageEvent): void
  flush(): void
  ping(): void
  /** What a user's function threw, or a dial met. */
  report(error: unknown): void
  /** The state is committed and the deeds are done; `effects` holds the words that listeners are to hear. */
  tell(before: State, effects: readonly Effect[]): void
  /** The page went out of sight. */
  hidden(): void
}

export interface Runner {
  state: State
  lastClose: CloseInfo | undefined
  /** Epoch ms at which the state's timer falls due, and how long it was set for. */
  dueAt: number
  delay: number
  readonly link: Link
  post(event: LinkEvent): void
}

/** A timer this late, in ms, proves nothing: the page was throttled or asleep, and an answer may wait in a buffer. */
const LATE = 1000
/** Dials without delay are at least this far apart, in ms, that they may not add up to a loop; a shorter silence is not worth a probe. */
const EAGER_EVERY = 5000
/** Where the platform says that there is no network, try at this pace anyway, in ms: it lies in both directions. */
const OFFLINE_RETRY = 60_000
/** The longest delay that timers keep, in ms; beyond it they fire at once (HTML: a signed 32-bit number). */
const LONGEST_DELAY = 2 ** 31 - 1

export const createRunner = (
  source: UrlSource,
  options: RunnerOptions,
  rules: RunnerRules,
  clock: Clock,
  surroundings: Surroundings | undefined,
  port: RunnerPort,
): Runner => {
  let heardAt = 0
  let openedAt = 0
  let eagerAt = -Infinity
  let handle: unknown
  let late = false
  let busy = false
  let leave: (() => void) | undefined
  const inbox: LinkEvent[] = []

  /** Wall clocks jump both ways, so a distance is never negative. */
  const since = (then: number): number => Math.abs(clock.now() - then)

  const post = (event: LinkEvent): void => {
    inbox.push(event)
    if (busy) return
    busy = true
    for (let next; (next = inbox.shift()); ) run(next)
    busy = false
  }

  const run = (posted: LinkEvent): void => {
    const before = runner.state
    const event = { ...posted, eager: since(eagerAt) >= EAGER_EVERY, silent: since(heardAt) >= EAGER_EVERY, ...fate(posted) }
    const [state, effects] = step(before, event, rules)
    if (state === before) return
    runner.state = state
    remember(before, event, effects)
    clock.clearTimeout(handle)
    late = false
    if (state.timer) {
      runner.delay = Math.min(duration(state), LONGEST_DELAY)
      runner.dueAt = clock.now() + runner.delay
      handle = clock.setTimeout(fire, runner.delay)
    }
    for (const effect of effects) {
      if (effect === 'drop') link.drop(event.close)
      if (effect === 'dial') link.dial(state.socket, { attempt: state.attempt, lastClose: runner.lastClose })
      if (effect === 'shut') link.shut(event.close!)
      if (effect === 'flush' || effect === 'ping') port[effect]()
    }
    if (event.error) port.report(event.error)
    port.tell(before, effects)
  }

  const remember = (before: State, event: LinkEvent, effects: readonly Effect[]): void => {
    const { state } = runner
    const stop = effects.includes('stop')
    if (stop || effects.includes('close')) {
      const close = event.close ?? (stop ? runner.lastClose : undefined) ?? ending('user', 1000)
      const cause = stop && event.verdict ? 'exhausted' : before.name === 'closing' ? 'user' : close.cause
      runner.lastClose = { ...close, cause, final: state.name === 'closed' }
    }
    if (effects.includes('open')) openedAt = heardAt = clock.now()
    if (effects.includes('dial') && event.type !== 'due' && before.name !== 'closed') eagerAt = clock.now()
    if (before.name === 'closed') leave = surroundings?.subscribe(hear)
    if (state.name === 'closed') leave?.()
  }

  /** Whether a loss that is about to be told is worth another attempt. Asked once, and only of the present socket. */
  const fate = ({ type, socket, close, error }: LinkEvent): Pick<Event, 'stable' | 'verdict'> | undefined => {
    const { state } = runner
    if (!close || !(socket === state.socket || (type === 'due' && error))) return
    const stable = state.name === 'open' && since(openedAt) >= rules.stableAfter
    if (options.reconnect === false || state.name === 'closing') return { stable, verdict: false }
    const verdict = judge(Object(options.reconnect), close, stable ? 0 : state.attempt, port.report)
    if (typeof verdict === 'boolean') return { stable, verdict }
    void verdict.then((go) => post({ type: 'verdict', socket: state.socket, verdict: go }))
    return { stable, verdict: 'ask' }
  }

  const duration = ({ timer, attempt }: State): number => {
    if (timer === 'retry') {
      const { lastClose = ending('user') } = runner
      const wait = retryDelay(Object(options.reconnect), rules, attempt - 1, lastClose, clock.random, port.report)
      return surroundings?.online() === false ? Math.max(wait, OFFLINE_RETRY) : wait
    }
    if (timer === 'soon') return clock.random() * 1000
    if (timer === 'probe') return EAGER_EVERY
    return timer === 'close' ? rules.closeTimeout : timer === 'ping' ? rules.interval : timer === 'pong' ? rules.timeout : rules.connectTimeout
  }

  const fire = (): void => {
    const timer = runner.state.timer!
    const silence = since(heardAt)
    const beat = timer === 'pong' || timer === 'probe'
    if (timer === 'ping' && silence < rules.interval) {
      handle = clock.setTimeout(fire, rules.interval - silence)
    } else if (beat && !late && clock.now() - runner.dueAt >= LATE) {
      late = true
      handle = clock.setTimeout(fire, 0) // lets what is buffered be heard first
    } else if (beat && !late) {
      const error = new HeartbeatTimeoutError(`nothing heard for ${runner.delay} ms after a ping`)
      post({ type: 'due', timer, close: ending('heartbeat', 4000, 'heartbeat timeout'), error })
    } else if (timer === 'connect') {
      const error = new ConnectTimeoutError(`not open after ${runner.delay} ms`)
      post({ type: 'due', timer, close: ending('timeout'), error })
    } else {
      post({ type: 'due', timer, late, verdict: !runner.lastClose?.final, ...(timer === 'close' && { close: ending('user') }) })
    }
  }

  const hear: Parameters<Surroundings['subscribe']>[0] = (happening) => {
    if (happening === 'hidden') port.hidden()
    else post({ type: happening === 'online' || happening === 'offline' ? happening : happening === 'pagehide' ? 'hide' : happening === 'pageshow' ? 'show' : 'wake' })
  }

  const link = createLink(
    source,
    options,
    post,
    (event) => {
      heardAt = clock.now()
      if (/^p[or]/.test(runner.state.timer!)) post({ type: 'heard', socket: runner.state.socket })
      port.receive(event)
    },
    port.report,
  )

  const runner: Runner = { state: initial, lastClose: undefined, dueAt: 0, delay: 0, link, post }
  return runner
}
