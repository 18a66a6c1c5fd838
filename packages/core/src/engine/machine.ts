/**
 * The life of a connection as a pure table: `step(state, event, rules)` gives the next state and what is to be done.
 * It reads no clock, throws no dice and touches no socket: sockets are numbers, and a wait is named, not measured.
 * Messages never come through here.
 */

/** What users see. */
export type Status = 'connecting' | 'open' | 'closing' | 'closed' | 'reconnecting'

/**
 * A state keeps the one timer that it names and no other: entering a state object starts its timer afresh, leaving it ends it.
 * Some are named for the option that sets them. `retry` waits out the backoff, `soon` the second after coming online, `verdict` an
 * async `shouldReconnect`; `interval` is the heartbeat's silence, `timeout` and `probe` wait for the answer to a ping.
 */
export type Timer = 'connectTimeout' | 'retry' | 'soon' | 'verdict' | 'interval' | 'timeout' | 'probe' | 'closeTimeout'

/** Plain data, never changed. */
export interface State {
  /** `waiting` is a way of reconnecting; its timer says for what. Without one, it is for the page to come back. */
  readonly name: Status | 'waiting'
  /** The newest socket's number; each dial takes the next. */
  readonly socket: number
  /** Reconnect attempts so far, the present one included; 0 for a first dial. */
  readonly attempt: number
  readonly timer: Timer | undefined
}

/** What can happen. A `socket` or `timer` that is not the present one makes an event stale. */
export interface Event {
  readonly type:
    | 'open'
    | 'close'
    | 'reconnect' // the user asked
    | 'rest' // nobody wants it any more, or there is no address: end without a handshake
    | 'opened'
    | 'heard'
    | 'lost'
    | 'verdict'
    | 'due'
    | 'wake'
    | 'online'
    | 'offline'
    | 'hide' // the environment changed
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
  | 'open'
  | 'close'
  | 'retry'
  | 'stop' // said

export interface MachineRules {
  /** Reconnect attempts before giving up. */
  maxAttempts: number
  /** Whether an open link keeps a heartbeat. */
  beats: boolean
}

type Step = readonly [state: State, effects: readonly Effect[]]
type Reaction = (state: State, event: Event, rules: MachineRules) => Step
type Reactions = { readonly [Type in Event['type']]?: Reaction }

const to = ({ socket }: State, name: State['name'], effects: readonly Effect[], timer?: Timer, attempt = 0): Step => [
  { name, socket, timer, attempt },
  effects,
]
const stay: Reaction = (state) => [state, []]

/** What parting from a state takes. The end of a link is told; that of a dial or a wait only if the user asked for it. */
const part = ({ name }: State, ...deeds: readonly Effect[]): readonly Effect[] =>
  name === 'open' || name === 'closing' ? ['drop', ...deeds, 'close'] : ['drop', ...deeds]
const rest: Reaction = (state) => to(state, 'closed', part(state))

const dial = (state: State, attempt: number, name: Status): Step =>
  to({ ...state, socket: state.socket + 1 }, name, part(state, 'dial'), 'connectTimeout', attempt)
const connect: Reaction = (state) => dial(state, 0, 'connecting')
const redial: Reaction = (state) => dial(state, state.attempt, 'reconnecting')
const wait = (state: State, attempt: number, before: readonly Effect[], timer: Timer = 'retry'): Step =>
  to(state, 'waiting', [...before, 'retry'], timer, attempt)

/** A dial or a link ended without being asked to. */
const fail: Reaction = (state, { stable, verdict }, { maxAttempts }) => {
  const spent = stable ? 0 : state.attempt
  if (!verdict || spent >= maxAttempts) return to(state, 'closed', ['drop', 'close', 'stop'])
  if (verdict === 'ask') return to(state, 'waiting', ['drop', 'close'], 'verdict', spent + 1)
  return wait(state, spent + 1, ['drop', 'close'])
}
const judge: Reaction = (state, { verdict }) =>
  verdict ? wait(state, state.attempt, []) : to(state, 'closed', ['stop'])

/** Dials now where no delay is due. A page that came back has waited for nothing else. */
const hurry: Reaction = (state, event, rules) => (event.eager || !state.timer ? redial : stay)(state, event, rules)

const ping = (state: State, timer: Timer): Step => to(state, 'open', ['ping'], timer, state.attempt)
/** Asks an open link for a sign of life, unless it was asked already. */
const probe: Reaction = (state, { silent }) =>
  silent && state.timer === 'interval' ? ping(state, 'probe') : [state, []]

/** Wherever a connection is wanted. */
const wanted: Reactions = {
  close: (state) => to(state, 'closed', ['drop', 'close']),
  rest,
  hide: (state) => to(state, 'waiting', part(state)),
  reconnect: (state, { eager }) => {
    if (eager) return dial(state, 0, state.name === 'connecting' ? state.name : 'reconnecting')
    // The shortest wait there is has begun; to begin it again in a listener of `retry` would never end.
    return state.timer === 'retry' && state.attempt < 2 ? [state, []] : wait(state, 1, part(state))
  },
}
const dialling: Reactions = {
  ...wanted,
  opened: (state, _, { beats }) => to(state, 'open', ['flush', 'open'], beats ? 'interval' : undefined, state.attempt),
  lost: fail,
  due: fail,
}

/** A missing entry means: ignored in this state. */
const chart: { readonly [Name in State['name']]: Reactions } = {
  closed: { open: connect, reconnect: connect },
  connecting: dialling,
  reconnecting: dialling,
  waiting: {
    ...wanted,
    // The user's word decides what was still being asked; that somebody looks at the page does not.
    open: (state, event, rules) =>
      (state.timer === 'verdict' && !event.eager ? judge : hurry)(state, { ...event, verdict: true }, rules),
    wake: (state, event, rules) => (state.timer === 'verdict' ? stay : hurry)(state, event, rules),
    verdict: judge,
    due: (state, event, rules) => (state.timer === 'verdict' ? judge : redial)(state, event, rules),
    online: (state) => (state.timer === 'retry' ? wait(state, state.attempt, [], 'soon') : [state, []]),
    offline: (state) => (state.timer === 'retry' ? wait(state, state.attempt, []) : [state, []]),
  },
  open: {
    ...wanted,
    close: (state) => to(state, 'closing', ['shut'], 'closeTimeout'),
    lost: fail,
    due: (state, event, rules) =>
      state.timer === 'interval'
        ? ping(state, 'timeout')
        : event.late
          ? ping(state, state.timer!)
          : fail(state, event, rules),
    heard: (state) => (state.timer === 'interval' ? [state, []] : to(state, 'open', [], 'interval', state.attempt)),
    wake: probe,
    online: probe,
    offline: probe,
  },
  closing: { open: connect, reconnect: connect, rest, hide: rest, lost: rest, due: rest },
}

/** The next state and the effects of an event. The same state object means that nothing happened. */
export const step = (state: State, event: Event, rules: MachineRules): Step => {
  const { type, socket = state.socket, timer = state.timer } = event
  // A superseded socket or timer has nothing to say.
  const react = socket === state.socket && timer === state.timer && chart[state.name][type]
  return (react || stay)(state, event, rules)
}

/** The public status of a state. */
export const statusOf = ({ name }: State): Status => (name === 'waiting' ? 'reconnecting' : name)

export const initial: State = { name: 'closed', socket: 0, timer: undefined, attempt: 0 }
