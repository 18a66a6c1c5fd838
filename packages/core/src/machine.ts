/**
 * The life of a connection as a pure table: `step(state, event, rules)` gives the next state and what is to be done.
 * It reads no clock, throws no dice and touches no socket: sockets are numbers, and a wait is named, not measured.
 * Messages never come through here.
 */

/** What users see. */
export type Status = 'connecting' | 'open' | 'closing' | 'closed' | 'reconnecting'

/**
 * A state keeps the one timer that it names and no other: entering a state object starts its timer afresh, leaving it ends it.
 * `retry` waits out the backoff, `soon` the second after coming online, `pong` and `probe` the answer to a ping.
 */
export type Timer = 'connect' | 'retry' | 'soon' | 'verdict' | 'ping' | 'pong' | 'probe' | 'close'

/** Plain data, never changed. The three statuses without a socket of their own are told apart here. */
export interface State {
  /** `judging`: an async `shouldReconnect` is being waited for. `asleep`: the page is in the back/forward cache. */
  readonly name: Status | 'judging' | 'waiting' | 'asleep'
  /** The newest socket's number; each dial takes the next. */
  readonly socket: number
  /** Reconnect attempts so far, the present one included; 0 for a first dial. */
  readonly attempt: number
  readonly timer: Timer | undefined
}

/** What can happen. A `socket` or `timer` that is not the present one makes an event stale. */
export interface Event {
  readonly type:
    | 'open' | 'close' | 'reconnect' // the user asked
    | 'rest' // nobody wants it any more: end without a handshake
    | 'none' // the provider has no address
    | 'opened' | 'heard' | 'lost' | 'verdict' | 'due'
    | 'wake' | 'online' | 'offline' | 'hide' | 'show'
  readonly socket?: number
  readonly timer?: Timer
  /** A dial without delay is allowed now. */
  readonly eager?: boolean
  /** Nothing was heard for a while. */
  readonly silent?: boolean
  /** The link had been open long enough for the attempts to count from 0 again. */
  readonly stable?: boolean
  /** The timer fired so late that it proves nothing. */
  readonly late?: boolean
  /** Whether to try again after a loss; `ask`: a `verdict` event will say. */
  readonly verdict?: boolean | 'ask'
}

/** Deeds for the runner, then words for the listeners, in this order. */
export type Effect =
  | 'drop' // detach the socket, or abort the dial, and close it in the background
  | 'dial' // the state's socket
  | 'shut' // begin the closing handshake
  | 'flush'
  | 'ping'
  | 'open' | 'close' | 'retry' | 'stop' // said

export interface MachineRules {
  /** Reconnect attempts before giving up. */
  maxAttempts: number
  /** Whether an open link keeps a heartbeat. */
  beats: boolean
}

type Step = readonly [state: State, effects: readonly Effect[]]
type Reaction = (state: State, event: Event, rules: MachineRules) => Step
type Reactions = { readonly [Type in Event['type']]?: Reaction }

const to = ({ socket }: State, name: State['name'], timer: Timer | undefined, attempt: number, ...effects: Effect[]): Step => [
  { name, socket, attempt, timer },
  effects,
]
const stay: Reaction = (state) => [state, []]
const end = (state: State, ...effects: Effect[]): Step => to(state, 'closed', undefined, 0, ...effects)
const wait = (state: State, attempt: number, ...before: Effect[]): Step =>
  to(state, 'waiting', 'retry', attempt, ...before, 'retry')
const dial = (state: State, attempt: number, name: Status, ...before: Effect[]): Step =>
  to({ ...state, socket: state.socket + 1 }, name, 'connect', attempt, ...before, 'dial')

/** What parting from a state takes: most have a socket, or a dial, whose end is to be told. */
const part = ({ name }: State): Effect[] => (statuses[name] ? [] : ['drop', 'close'])

const connect: Reaction = (state) => dial(state, 0, 'connecting', ...(state.name === 'closed' ? [] : part(state)))
const redial: Reaction = (state) => dial(state, state.attempt, 'reconnecting')
const hurry: Reaction = (state, event, rules) => (event.eager ? redial : stay)(state, event, rules)
const over: Reaction = (state) => end(state, 'drop', 'close')

/** A dial or a link ended without being asked to. */
const fail: Reaction = (state, { stable, verdict }, { maxAttempts }) => {
  const spent = stable ? 0 : state.attempt
  if (!verdict || spent >= maxAttempts) return end(state, 'drop', 'close', 'stop')
  if (verdict === 'ask') return to(state, 'judging', 'verdict', spent, 'drop', 'close')
  return wait(state, spent + 1, 'drop', 'close')
}

const judge: Reaction = (state, { verdict }) => (verdict ? wait(state, state.attempt + 1) : end(state, 'stop'))

const ping = (state: State, timer: Timer): Step => to(state, 'open', timer, state.attempt, 'ping')
/** Asks an open link for a sign of life, unless it was asked already. */
const probe: Reaction = (state, { silent }) => (silent && state.timer === 'ping' ? ping(state, 'probe') : [state, []])

/** What is true wherever a connection is wanted. */
const wanted: Reactions = {
  close: over,
  rest: (state) => end(state, ...part(state)),
  hide: (state) => to(state, 'asleep', undefined, 0, ...part(state)),
  reconnect: (state, { eager }) =>
    eager
      ? dial(state, 0, state.name === 'connecting' ? 'connecting' : 'reconnecting', ...part(state))
      : wait(state, 1, ...part(state)),
}

const dialling: Reactions = {
  ...wanted,
  opened: (state, _, { beats }) => to(state, 'open', beats ? 'ping' : undefined, state.attempt, 'flush', 'open'),
  none: (state) => end(state, 'drop'),
  lost: fail,
  due: fail,
}

/** A missing entry means: ignored in this state. */
const chart: { readonly [Name in State['name']]: Reactions } = {
  closed: { open: connect, reconnect: connect },
  connecting: dialling,
  reconnecting: dialling,
  open: {
    ...wanted,
    lost: fail,
    due: (state, event, rules) =>
      state.timer === 'ping' ? ping(state, 'pong') : event.late ? ping(state, state.timer!) : fail(state, event, rules),
    heard: (state, event, rules) => (state.timer === 'ping' ? stay(state, event, rules) : to(state, 'open', 'ping', state.attempt)),
    wake: probe,
    online: probe,
    offline: probe,
    close: (state) => to(state, 'closing', 'close', 0, 'shut'),
  },
  judging: { ...wanted, verdict: judge, due: judge, open: hurry },
  waiting: {
    ...wanted,
    due: redial,
    open: hurry,
    wake: hurry,
    show: hurry,
    online: (state) => (state.timer === 'soon' ? [state, []] : to(state, 'waiting', 'soon', state.attempt, 'retry')),
    offline: (state) => wait(state, state.attempt),
  },
  asleep: { ...wanted, show: redial, wake: redial, open: redial, reconnect: redial },
  closing: { open: connect, reconnect: connect, rest: over, hide: over, lost: over, due: over },
}

/** The next state and the effects of an event. The same state object means that nothing happened. */
export const step = (state: State, event: Event, rules: MachineRules): Step => {
  const { type, socket = state.socket, timer = state.timer } = event
  // A superseded socket or timer has nothing to say.
  const react = socket === state.socket && timer === state.timer ? chart[state.name][type] : undefined
  return (react ?? stay)(state, event, rules)
}

/** The states that are not statuses, and how users see them. */
const statuses: { readonly [Name in State['name']]?: Status } = {
  judging: 'reconnecting',
  waiting: 'reconnecting',
  asleep: 'reconnecting',
}

/** The public status of a state. */
export const statusOf = ({ name }: State): Status => statuses[name] ?? (name as Status)

export const initial: State = { name: 'closed', socket: 0, attempt: 0, timer: undefined }
