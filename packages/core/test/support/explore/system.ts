/**
 * The machine together with what it controls: its state, the sockets that are open or still closing, and the unanswered call of
 * `shouldReconnect`. This file lists every event that the engine can produce in such a system, and how effects change the system.
 */

import type { MachineRules, State } from '../../../src/engine/machine.ts'
import type { Effect, Event, Timer } from '../../../src/engine/machineEvents.ts'

/** A dial or the socket that came of it. A `detached` one is given up, but still emits its last events. */
export interface Socket {
  readonly number: number
  /** `onConnect`: the socket is open and the callback runs. */
  readonly phase: 'dialling' | 'onConnect' | 'open' | 'closing'
  readonly detached: boolean
}

/** The running timer is part of the state: it was started when the state object was entered. */
export interface System {
  readonly state: State
  /** In the order of their numbers. */
  readonly sockets: readonly Socket[]
  /** The newest socket for whose loss an async `shouldReconnect` has not answered yet. */
  readonly pendingDecision: number | undefined
}

export interface Move {
  readonly by: 'user' | 'environment'
  readonly event: Event
  /** The event comes from a detached socket, or answers a superseded call of `shouldReconnect`. */
  readonly stale?: boolean
  /** What changes in the system before the machine receives the event. */
  readonly change?: Partial<System>
}

/** More detached sockets add no new behaviour, but would make the number of systems infinite. */
const MAX_DETACHED = 2

const BOTH = [false, true]
const HEARTBEAT: readonly (Timer | undefined)[] = ['timeout', 'probe']
const ACTIVITY: readonly (Timer | undefined)[] = [...HEARTBEAT, 'closeTimeout']
const DEADLINES: readonly (Timer | undefined)[] = ['connectTimeout', 'onConnect', 'closeTimeout', ...HEARTBEAT]

/** The engine sets `eager`, `silent` and `slow` on every event. */
const withFlags = (moves: readonly Move[], flags: readonly Partial<Event>[]): Move[] =>
  moves.flatMap((move) => flags.map((flag) => ({ ...move, event: Object.assign({}, flag, move.event) })))

/** The moves that are possible in every system. */
const ALWAYS = withFlags(
  [
    ...(['open', 'close', 'reconnect', 'release'] as const).map((type) => ({ by: 'user', event: { type } }) as const),
    ...(['offline', 'hide'] as const).map((type) => ({ by: 'environment', event: { type } }) as const),
  ],
  BOTH.flatMap((eager) => BOTH.map((silent) => ({ eager, silent, slow: silent }))),
)
const HINTS = withFlags(
  (['wake', 'online'] as const).map((type) => ({ by: 'environment', event: { type } }) as const),
  BOTH.flatMap((eager) => BOTH.flatMap((silent) => BOTH.map((slow) => ({ eager, silent, slow })))),
)

export const possibleMoves = (system: System, rules: MachineRules): Move[] => {
  const moves = [
    ...timerMoves(system.state),
    ...system.sockets.flatMap((socket) => socketMoves(system, socket, rules)),
    ...decisionMoves(system),
  ]
  const flags = BOTH.map((flag) => ({ eager: flag, silent: flag, slow: flag }))
  return [...ALWAYS, ...HINTS, ...withFlags(moves, flags)]
}

/** A deadline ends a dial or a connection, unless its timer fires so late that it proves nothing, or the server never replies. */
const timerMoves = ({ name, timer }: State): Move[] => {
  if (!timer) return []
  const details: Partial<Event>[] = DEADLINES.includes(timer) ? lossDetails(name) : [{ decision: true }]
  if (HEARTBEAT.includes(timer)) details.push({ late: true }, { tolerated: true })
  return details.map((detail) => ({ by: 'environment', event: { type: 'timerFired', timer, ...detail } }))
}

/** The details that the engine adds to a loss. It adds none to the end of a connection that the user closes. */
const lossDetails = (name: State['name']): Partial<Event>[] =>
  name === 'closing'
    ? [{}]
    : BOTH.slice(0, name === 'open' ? 2 : 1).flatMap((stable) =>
        ([false, true, 'pending'] as const).map((decision) => ({ stable, decision })),
      )

const socketMoves = (
  { state, sockets }: System,
  { number, phase, detached }: Socket,
  { onConnect }: MachineRules,
): Move[] => {
  const move = (event: Event, change?: Partial<System>): Move => ({
    by: 'environment',
    stale: detached,
    event: { socket: number, ...event },
    ...(change && { change }),
  })
  const without = { sockets: sockets.filter((socket) => socket.number !== number) }
  const become = (next: Socket['phase']): Partial<System> => ({
    sockets: sockets.map((socket) => (socket.number === number ? { ...socket, phase: next } : socket)),
  })
  // A loss is also a provider without an address, and an `onConnect` that throws.
  const moves = (detached ? [{}] : lossDetails(state.name)).map((detail) => move({ type: 'lost', ...detail }, without))
  if (phase === 'dialling') moves.push(move({ type: 'opened' }, become(onConnect ? 'onConnect' : 'open')))
  if (phase === 'onConnect') moves.push(move({ type: 'connected' }, become('open')))
  // A frame that ends a wait for a reply may be handled after the event that the socket has ended.
  if (phase === 'open' && (detached || ACTIVITY.includes(state.timer))) moves.push(move({ type: 'activity' }))
  // The client may find again and again that the socket has ended.
  if (phase === 'open') moves.push(move({ type: 'ended' }))
  return moves
}

const decisionMoves = ({ state, pendingDecision }: System): Move[] =>
  pendingDecision === undefined
    ? []
    : BOTH.map((decision) => ({
        by: 'environment',
        stale: state.timer !== 'decision' || state.socket !== pendingDecision,
        event: { type: 'decision', socket: pendingDecision, timer: 'decision', decision },
        change: { pendingDecision: undefined },
      }))

const CLOSING = { phase: 'closing' } as const

/** The system after a move: applies the effects in the engine's order. */
export const applyMove = (
  before: System,
  { event, change }: Move,
  state: State,
  effects: readonly Effect[],
): System => {
  if (state === before.state && !change) return before
  let { sockets, pendingDecision } = { ...before, ...change }
  if (effects.includes('detach')) sockets = sockets.map((socket) => ({ ...socket, detached: true }))
  if (effects.includes('dial')) sockets = [...sockets, { number: state.socket, phase: 'dialling', detached: false }]
  if (effects.includes('startClose'))
    sockets = sockets.map((socket) => ({ ...socket, ...(!socket.detached && CLOSING) }))
  if (event.decision === 'pending' && state.timer === 'decision') pendingDecision = state.socket
  return renumber({ state, sockets, pendingDecision })
}

/** Renumbers the sockets and forgets the oldest detached ones, so that the number of systems is finite. */
const renumber = ({ state, sockets, pendingDecision }: System): System => {
  const detached = sockets.filter((socket) => socket.detached)
  const kept = sockets.filter((socket) => !detached.slice(0, -MAX_DETACHED).includes(socket))
  const used = new Set([0, pendingDecision ?? 0, ...kept.map(({ number }) => number), state.socket])
  const numbers = [...used].sort((a, b) => a - b)
  return {
    state: Object.freeze({ ...state, socket: numbers.indexOf(state.socket) }),
    sockets: kept.map((socket) => ({ ...socket, number: numbers.indexOf(socket.number) })),
    pendingDecision: pendingDecision && numbers.indexOf(pendingDecision),
  }
}
