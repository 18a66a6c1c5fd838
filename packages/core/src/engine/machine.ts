/**
 * The life of a connection as a pure function: `step(state, event, rules)` returns the next state and the effects to execute.
 * It reads no clock and no random numbers, and touches no socket: sockets are generation numbers, timers are names. Messages
 * never pass through it.
 */

import type { Effect, Event, Timer } from './machineEvents.ts'

/** The public status of a client. */
export type Status = 'connecting' | 'open' | 'closing' | 'closed' | 'reconnecting'

/** Immutable data. */
export interface State {
  /** `waiting` is part of `reconnecting`: its timer names the reason. Without a timer it waits until the page returns. */
  readonly name: Status | 'waiting'
  /** Generation number of the newest socket; each dial takes the next number. */
  readonly socket: number
  /** Reconnect attempts so far, including the current one; 0 for a first dial. */
  readonly attempt: number
  /** Waits since the backoff started. It starts again when a user returns to the page, and `attempt` does not. */
  readonly waits: number
  readonly timer: Timer | undefined
  /** An event while a dial, a decision or the end of a socket is pending: the next dial does not wait for the backoff. */
  readonly hint: 'wake' | 'online' | undefined
}

export interface MachineRules {
  /** Reconnect attempts before the client gives up. */
  maxAttempts: number
  /** Whether an open connection has a heartbeat. */
  heartbeat: boolean
  /** Whether `onConnect` runs before a connection is open. */
  onConnect: boolean
}

type Step = readonly [state: State, effects: readonly Effect[]]
type Reaction = (state: State, event: Event, rules: MachineRules) => Step
type Reactions = { readonly [Type in Event['type']]?: Reaction }
type Counts = Pick<State, 'attempt' | 'waits'>

const FIRST: Counts = { attempt: 0, waits: 0 }
const to = (
  { socket }: State,
  name: State['name'],
  effects: readonly Effect[],
  timer?: Timer,
  { attempt, waits }: Counts = FIRST,
  hint?: State['hint'],
): Step => [{ name, socket, timer, attempt, waits, hint }, effects]
const stay: Reaction = (state) => [state, []]

/**
 * Effects of leaving a state without waiting. An open or closing connection emits `close`; an abandoned dial does not (`fail` and
 * `close()` emit it themselves).
 */
const leave = ({ name }: State, ...actions: readonly Effect[]): readonly Effect[] =>
  name === 'open' || name === 'closing' ? ['detach', ...actions, 'close'] : ['detach', ...actions]
const release: Reaction = (state) => to(state, 'closed', leave(state))

const dial = (state: State, counts: Counts, name: Status, effects = leave(state, 'dial')): Step =>
  to({ ...state, socket: state.socket + 1 }, name, effects, 'connectTimeout', counts)
const connect: Reaction = (state) => dial(state, FIRST, 'connecting')
const redial: Reaction = (state) => dial(state, state.hint ? userWaits(state) : state, 'reconnecting')
const wait = (state: State, counts: Counts, before: readonly Effect[], timer: Timer = 'retry'): Step =>
  to(state, 'waiting', [...before, 'retry'], timer, counts)

/** Makes the attempt that follows a failure: after the backoff, or sooner if a hint arrived during the failed one. */
const tryAgain = (state: State, { eager }: Event, counts: Counts, ended: readonly Effect[]): Step => {
  const { attempt } = counts
  if (state.hint === 'online') return wait(state, { attempt, waits: 0 }, ended, 'onlineJitter')
  if (!state.hint) return wait(state, counts, ended)
  if (!eager) return wait(state, { attempt, waits: 1 }, ended)
  return dial(state, { attempt, waits: 0 }, 'reconnecting', ['detach', 'dial', ...ended.slice(1)])
}

/** A dial failed, or an open connection was lost. */
const fail: Reaction = (state, event, { maxAttempts }) => {
  const { stable, decision } = event
  const { attempt, waits } = stable ? FIRST : state
  if (!decision || attempt >= maxAttempts) return to(state, 'closed', ['detach', 'close', 'stop'])
  const next = { attempt: attempt + 1, waits: waits + 1 }
  if (decision === 'pending') return to(state, 'waiting', ['detach', 'close'], 'decision', next, state.hint)
  return tryAgain(state, event, next, ['detach', 'close'])
}
const decide: Reaction = (state, event) =>
  event.decision ? tryAgain(state, event, state, []) : to(state, 'closed', ['stop'])

/** Stores a hint. It has no effects and keeps the timer, so the timer runs on. */
const keepHint = (state: State, hint: State['hint']): Step =>
  state.hint === 'wake' || state.hint === hint ? [state, []] : [{ ...state, hint }, []]
/** The user waits in front of the page, so the backoff starts again. */
const userWaits = ({ attempt }: State): Counts => ({ attempt, waits: 0 })

/** A slow dial may hang on a network that has gone. */
const hangs = ({ timer }: State, { slow }: Event): unknown => slow && timer === 'connectTimeout'
const replace = (state: State): Step => dial(state, userWaits(state), state.name as Status)

const enterOpen: Reaction = (state, _, { heartbeat }) =>
  to(state, 'open', ['flush', 'open'], heartbeat ? 'interval' : undefined, state)
const ping = (state: State, timer: Timer): Step => to(state, 'open', ['ping'], timer, state)
const listenAgain: Reaction = (state) => to(state, 'open', [], 'interval', state)
/** Whether the timer waits for the reply to a ping. */
export const awaitsReply = (timer: Timer | undefined): boolean => timer === 'timeout' || timer === 'probe'
/** Pings a connection that was silent for a while, unless a ping is already unanswered or the socket has ended. */
const probe: Reaction = (state, { type, silent }) => {
  if (state.timer === 'closeTimeout' && type !== 'offline') return keepHint(state, type as State['hint'])
  return silent && state.timer === 'interval' ? ping(state, 'probe') : [state, []]
}

/** Reactions in every state that wants a connection. */
const wanted: Reactions = {
  close: (state) => to(state, 'closed', ['detach', 'close']),
  release,
  hide: (state) => to(state, 'waiting', leave(state)),
  reconnect: (state, { eager }) => {
    if (eager) return dial(state, FIRST, state.name === 'connecting' ? state.name : 'reconnecting')
    // The first wait already runs. Restarting it here would loop forever when a `retry` listener calls reconnect().
    return state.timer === 'retry' && state.waits < 2 && state.attempt < 2
      ? [state, []]
      : wait(state, { attempt: 1, waits: 1 }, leave(state))
  },
}
/** The socket is not open, or it is and `onConnect` runs. */
const dialling: Reactions = {
  ...wanted,
  opened: (state, event, rules) => {
    if (state.timer === 'onConnect') return [state, []]
    return rules.onConnect
      ? to(state, state.name, ['connect'], 'onConnect', state, state.hint)
      : enterOpen(state, event, rules)
  },
  connected: (state, event, rules) => (state.timer === 'onConnect' ? enterOpen : stay)(state, event, rules),
  lost: fail,
  timerFired: fail,
  wake: (state, event) => (hangs(state, event) && event.eager ? replace(state) : keepHint(state, 'wake')),
  online: (state, event) => {
    if (!hangs(state, event)) return keepHint(state, 'online')
    if (state.attempt) return wait(state, userWaits(state), leave(state), 'onlineJitter')
    return event.eager ? replace(state) : keepHint(state, 'online') // a first dial is not a retry
  },
}

/** An event without an entry is ignored in that state. */
const chart: { readonly [Name in State['name']]: Reactions } = {
  closed: { open: connect, reconnect: connect },
  connecting: dialling,
  reconnecting: dialling,
  waiting: {
    ...wanted,
    // While `shouldReconnect` is pending, `open()` dials if a dial without delay is allowed, else it counts as yes.
    open: (state, event, rules) => {
      if (state.timer === 'decision' && !event.eager) return decide(state, { ...event, decision: true }, rules)
      // Without a timer, the client waits only for the page to return.
      return (event.eager || !state.timer ? redial : stay)(state, event, rules)
    },
    wake: (state, { eager }) => {
      if (state.timer === 'decision') return keepHint(state, 'wake')
      if (eager || !state.timer) return dial(state, userWaits(state), 'reconnecting')
      return state.timer === 'retry' && state.waits > 1 ? wait(state, { ...state, waits: 1 }, []) : [state, []]
    },
    decision: decide,
    timerFired: (state, event, rules) => (state.timer === 'decision' ? decide : redial)(state, event, rules),
    online: (state) => {
      if (state.timer === 'decision') return keepHint(state, 'online')
      return state.timer === 'retry' ? wait(state, userWaits(state), [], 'onlineJitter') : [state, []]
    },
    offline: (state) => (state.timer === 'retry' ? wait(state, state, []) : [state, []]),
  },
  open: {
    ...wanted,
    close: (state) => to(state, 'closing', ['startClose'], 'closeTimeout'),
    lost: fail,
    timerFired: (state, event, rules) => {
      if (state.timer === 'interval') return ping(state, 'timeout')
      if (event.tolerated) return listenAgain(state, event, rules)
      // If it fired too late to prove anything: ping once more.
      return event.late ? ping(state, state.timer!) : fail(state, event, rules)
    },
    activity: (state, event, rules) => (awaitsReply(state.timer) ? listenAgain : stay)(state, event, rules),
    // The socket has ended without a `close` event. It gets `closeTimeout` to emit one.
    ended: (state) => (state.timer === 'closeTimeout' ? [state, []] : to(state, 'open', [], 'closeTimeout', state)),
    wake: probe,
    online: probe,
    offline: probe,
  },
  closing: { open: connect, reconnect: connect, release, hide: release, lost: release, timerFired: release },
}

/** Returns the next state and the effects of an event. The same state object means that the event was ignored. */
export const step = (state: State, event: Event, rules: MachineRules): Step => {
  const { type, socket = state.socket, timer = state.timer } = event
  const react = socket === state.socket && timer === state.timer && chart[state.name][type]
  return (react || stay)(state, event, rules)
}

/** Returns the public status of a state. */
export const statusOf = ({ name }: State): Status => (name === 'waiting' ? 'reconnecting' : name)

export const initial: State = { name: 'closed', socket: 0, timer: undefined, ...FIRST, hint: undefined }
