/**
 * A machine in a world: its state, the sockets that live or linger, and the question that nobody has answered yet. Here
 * stands what can happen in a world, which is what the real runner can say there and nothing else, and what it changes.
 */

import type { Effect, Event, State, Timer } from '../../src/engine/machine.ts'

/** A dial, or what became of it. One that was `dropped` is let go of, yet it has still to say its last. */
export interface Socket {
  readonly number: number
  readonly phase: 'dialling' | 'open' | 'closing'
  readonly dropped: boolean
}

/** The running timer is not kept apart: it is that of the state, begun when the state object came. */
export interface World {
  readonly state: State
  /** In the order of their numbers. */
  readonly sockets: readonly Socket[]
  /** The newest socket for whose loss an async `shouldReconnect` has yet to give its decision. */
  readonly asked: number | undefined
}

export interface Move {
  readonly by: 'user' | 'world'
  readonly event: Event
  /** It comes from a socket let go of, or answers what nobody asks any more. */
  readonly stale?: boolean
  /** What it does to the sockets and the question before the machine hears of it. */
  readonly world?: Partial<World>
}

/** More sockets that linger say nothing new, but make the worlds endless. */
const LINGERING = 2

const BOTH = [false, true]
const HEARTBEAT: readonly (Timer | undefined)[] = ['timeout', 'probe']
const DEADLINES: readonly (Timer | undefined)[] = ['connectTimeout', 'closeTimeout', ...HEARTBEAT]

/** The runner puts `eager` and `silent` on every event. */
const flagged = (moves: readonly Move[], flags: readonly Partial<Event>[]): Move[] =>
  moves.flatMap((move) => flags.map((flag) => ({ ...move, event: Object.assign({}, flag, move.event) })))

/** What may happen in any world. */
const ALWAYS = flagged(
  [
    ...(['open', 'close', 'reconnect', 'release'] as const).map((type) => ({ by: 'user', event: { type } }) as const),
    ...(['wake', 'online', 'offline', 'hide'] as const).map((type) => ({ by: 'world', event: { type } }) as const),
  ],
  BOTH.flatMap((eager) => BOTH.map((silent) => ({ eager, silent }))),
)

/** All that can happen next. */
export const movesOf = (world: World): Move[] => {
  const moves = [
    ...dueMoves(world.state),
    ...world.sockets.flatMap((socket) => socketMoves(world, socket)),
    ...verdictMoves(world),
  ]
  const flags = BOTH.map((flag) => ({ eager: flag, silent: flag }))
  return [...ALWAYS, ...flagged(moves, flags)]
}

/** A deadline is the end of a dial or a link, unless it is so late that it proves nothing. */
const dueMoves = ({ name, timer }: State): Move[] => {
  if (!timer) return []
  const facts: Partial<Event>[] = DEADLINES.includes(timer) ? fates(name) : [{ decision: true }]
  if (HEARTBEAT.includes(timer)) facts.push({ late: true })
  return facts.map((fact) => ({ by: 'world', event: { type: 'timerFired', timer, ...fact } }))
}

/** What the runner finds out about a loss: whether an open link was stable, and nothing of one that the user closes. */
const fates = (name: State['name']): Partial<Event>[] =>
  name === 'closing'
    ? [{}]
    : BOTH.slice(0, name === 'open' ? 2 : 1).flatMap((stable) =>
        ([false, true, 'pending'] as const).map((decision) => ({ stable, decision })),
      )

const socketMoves = ({ state, sockets }: World, { number, phase, dropped }: Socket): Move[] => {
  const says = (event: Event, world?: Partial<World>): Move => ({
    by: 'world',
    stale: dropped,
    event: { socket: number, ...event },
    ...(world && { world }),
  })
  const without = { sockets: sockets.filter((socket) => socket.number !== number) }
  const open = (socket: Socket): Socket => (socket.number === number ? { ...socket, phase: 'open' } : socket)
  const moves = (dropped ? [{}] : fates(state.name)).map((fate) => says({ type: 'lost', ...fate }, without))
  if (phase === 'dialling') moves.push(says({ type: 'opened' }, { sockets: sockets.map(open) }))
  // A provider that has no address; one that was given up is not listened to.
  if (phase === 'dialling' && !dropped) moves.push(says({ type: 'release' }, without))
  if (phase === 'open' && (dropped || HEARTBEAT.includes(state.timer))) moves.push(says({ type: 'activity' }))
  return moves
}

const verdictMoves = ({ state, asked }: World): Move[] =>
  asked === undefined
    ? []
    : BOTH.map((decision) => ({
        by: 'world',
        stale: state.timer !== 'decision' || state.socket !== asked,
        event: { type: 'decision', socket: asked, timer: 'decision', decision },
        world: { asked: undefined },
      }))

const CLOSING = { phase: 'closing' } as const

/** The world after a move, obeyed in the runner's order. */
export const obey = (before: World, { event, world }: Move, state: State, effects: readonly Effect[]): World => {
  if (state === before.state && !world) return before
  let { sockets, asked } = { ...before, ...world }
  if (effects.includes('detach')) sockets = sockets.map((socket) => ({ ...socket, dropped: true }))
  if (effects.includes('dial')) sockets = [...sockets, { number: state.socket, phase: 'dialling', dropped: false }]
  if (effects.includes('startClose'))
    sockets = sockets.map((socket) => ({ ...socket, ...(!socket.dropped && CLOSING) }))
  if (event.decision === 'pending' && state.timer === 'decision') asked = state.socket
  return renumber({ state, sockets, asked })
}

/** Counts the numbers afresh and forgets the longest dropped, so that there are only so many worlds. */
const renumber = ({ state, sockets, asked }: World): World => {
  const dropped = sockets.filter((socket) => socket.dropped)
  const kept = sockets.filter((socket) => !dropped.slice(0, -LINGERING).includes(socket))
  const numbers = [...new Set([0, asked ?? 0, ...kept.map(({ number }) => number), state.socket])].sort((a, b) => a - b)
  return {
    state: Object.freeze({ ...state, socket: numbers.indexOf(state.socket) }),
    sockets: kept.map((socket) => ({ ...socket, number: numbers.indexOf(socket.number) })),
    asked: asked && numbers.indexOf(asked),
  }
}
