/**
 * The life of a connection as a pure function: `step(state, event, rules)` returns the next state and the effects to execute.
 * It reads no clock and no random numbers, and touches no socket: sockets are generation numbers, timers are names. Messages
 * never pass through it.
 */

/** The public status of a client. */
export type Status = 'connecting' | 'open' | 'closing' | 'closed' | 'reconnecting'

/**
 * Each state keeps the one timer that it names. Entering a state object starts its timer, leaving it clears the timer.
 * `connectTimeout`, `closeTimeout`, `interval` and `timeout` have the name of their option. `retry` is the backoff, `onlineJitter`
 * the random delay after coming online, `decision` the deadline of an async `shouldReconnect`. `interval`: nothing was received for
 * so long that a ping is due. `timeout` and `probe` are deadlines for the reply to a ping.
 */
export type Timer =
  | 'connectTimeout'
  | 'retry'
  | 'onlineJitter'
  | 'decision'
  | 'interval'
  | 'timeout'
  | 'probe'
  | 'closeTimeout'

/** Immutable data. */
export interface State {
  /** `waiting` is part of `reconnecting`: its timer names the reason. Without a timer it waits until the page returns. */
  readonly name: Status | 'waiting'
  /** Generation number of the newest socket; each dial takes the next number. */
  readonly socket: number
  /** Reconnect attempts so far, including the current one; 0 for a first dial. */
  readonly attempt: number
  readonly timer: Timer | undefined
}

/** Input of the machine. An event whose `socket` or `timer` is not the current one is stale and ignored. */
export interface Event {
  readonly type:
    // Calls of the user.
    | 'open'
    | 'close'
    | 'reconnect'
    // End now; the closing handshake is not awaited.
    | 'release'
    // From the connection and the timer.
    | 'opened'
    | 'activity'
    | 'lost'
    | 'decision'
    | 'timerFired'
    // From the environment.
    | 'wake'
    | 'online'
    | 'offline'
    | 'hide'
  readonly socket?: number
  readonly timer?: Timer
  /** A dial without delay is allowed now. */
  readonly eager?: boolean
  /** No frame was received for a while. */
  readonly silent?: boolean
  /** The connection was open long enough for the attempts to count from 0 again. */
  readonly stable?: boolean
  /** The timer fired so late that it proves nothing. */
  readonly late?: boolean
  /** Whether to reconnect after a loss; `pending`: a `decision` event follows. */
  readonly decision?: boolean | 'pending'
}

/** Executed in this order. */
export type Effect =
  // Actions of the engine.
  | 'detach' // detach the socket, or abort the dial, and close it in the background
  | 'dial' // dial with the socket number of the state
  | 'startClose' // start the closing handshake
  | 'flush' // send the queued messages
  | 'ping'
  // Notifications of listeners.
  | 'open'
  | 'close'
  | 'retry'
  | 'stop'

export interface MachineRules {
  /** Reconnect attempts before the client gives up. */
  maxAttempts: number
  /** Whether an open connection has a heartbeat. */
  heartbeat: boolean
}

type Step = readonly [state: State, effects: readonly Effect[]]
type Reaction = (state: State, event: Event, rules: MachineRules) => Step
type Reactions = { readonly [Type in Event['type']]?: Reaction }

const to = ({ socket }: State, name: State['name'], effects: readonly Effect[], timer?: Timer, attempt = 0): Step => [
  { name, socket, timer, attempt },
  effects,
]
const stay: Reaction = (state) => [state, []]

/**
 * Effects of leaving a state without waiting. An open or closing connection emits `close`; an abandoned dial does not (`fail` and
 * `close()` emit it themselves).
 */
const leave = ({ name }: State, ...actions: readonly Effect[]): readonly Effect[] =>
  name === 'open' || name === 'closing' ? ['detach', ...actions, 'close'] : ['detach', ...actions]
const release: Reaction = (state) => to(state, 'closed', leave(state))

const dial = (state: State, attempt: number, name: Status): Step =>
  to({ ...state, socket: state.socket + 1 }, name, leave(state, 'dial'), 'connectTimeout', attempt)
const connect: Reaction = (state) => dial(state, 0, 'connecting')
const redial: Reaction = (state) => dial(state, state.attempt, 'reconnecting')
const wait = (state: State, attempt: number, before: readonly Effect[], timer: Timer = 'retry'): Step =>
  to(state, 'waiting', [...before, 'retry'], timer, attempt)

/** A dial failed, or an open connection was lost. */
const fail: Reaction = (state, { stable, decision }, { maxAttempts }) => {
  const spent = stable ? 0 : state.attempt
  if (!decision || spent >= maxAttempts) return to(state, 'closed', ['detach', 'close', 'stop'])
  if (decision === 'pending') return to(state, 'waiting', ['detach', 'close'], 'decision', spent + 1)
  return wait(state, spent + 1, ['detach', 'close'])
}
const decide: Reaction = (state, { decision }) =>
  decision ? wait(state, state.attempt, []) : to(state, 'closed', ['stop'])

/** Dials now if a dial without delay is allowed, or if the client waits only for the page to return. */
const dialNow: Reaction = (state, event, rules) => (event.eager || !state.timer ? redial : stay)(state, event, rules)

const ping = (state: State, timer: Timer): Step => to(state, 'open', ['ping'], timer, state.attempt)
/** Pings a connection that was silent for a while, unless a ping is already unanswered. */
const probe: Reaction = (state, { silent }) =>
  silent && state.timer === 'interval' ? ping(state, 'probe') : [state, []]

/** Reactions in every state that wants a connection. */
const wanted: Reactions = {
  close: (state) => to(state, 'closed', ['detach', 'close']),
  release,
  hide: (state) => to(state, 'waiting', leave(state)),
  reconnect: (state, { eager }) => {
    if (eager) return dial(state, 0, state.name === 'connecting' ? state.name : 'reconnecting')
    // The first wait already runs. Restarting it here would loop forever when a `retry` listener calls reconnect().
    return state.timer === 'retry' && state.attempt < 2 ? [state, []] : wait(state, 1, leave(state))
  },
}
const dialling: Reactions = {
  ...wanted,
  opened: (state, _, { heartbeat }) =>
    to(state, 'open', ['flush', 'open'], heartbeat ? 'interval' : undefined, state.attempt),
  lost: fail,
  timerFired: fail,
}

/** An event without an entry is ignored in that state. */
const chart: { readonly [Name in State['name']]: Reactions } = {
  closed: { open: connect, reconnect: connect },
  connecting: dialling,
  reconnecting: dialling,
  waiting: {
    ...wanted,
    // While `shouldReconnect` is pending, `open()` dials if a dial without delay is allowed, else it counts as yes. `wake` does nothing.
    open: (state, event, rules) => {
      if (state.timer === 'decision' && !event.eager) return decide(state, { ...event, decision: true }, rules)
      return dialNow(state, event, rules)
    },
    wake: (state, event, rules) => (state.timer === 'decision' ? stay : dialNow)(state, event, rules),
    decision: decide,
    timerFired: (state, event, rules) => (state.timer === 'decision' ? decide : redial)(state, event, rules),
    online: (state) => (state.timer === 'retry' ? wait(state, state.attempt, [], 'onlineJitter') : [state, []]),
    offline: (state) => (state.timer === 'retry' ? wait(state, state.attempt, []) : [state, []]),
  },
  open: {
    ...wanted,
    close: (state) => to(state, 'closing', ['startClose'], 'closeTimeout'),
    lost: fail,
    timerFired: (state, event, rules) => {
      if (state.timer === 'interval') return ping(state, 'timeout')
      // If it fired too late to prove anything: ping once more.
      return event.late ? ping(state, state.timer!) : fail(state, event, rules)
    },
    activity: (state) => (state.timer === 'interval' ? [state, []] : to(state, 'open', [], 'interval', state.attempt)),
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

export const initial: State = { name: 'closed', socket: 0, timer: undefined, attempt: 0 }
