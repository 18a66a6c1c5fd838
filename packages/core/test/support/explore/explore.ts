/** Visits every state that a machine and its sockets can reach, breadth first, and checks the properties of each step. */

import type * as machine from '../../../src/engine/machine.ts'
import type { MachineRules, State } from '../../../src/engine/machine.ts'
import type { Effect, Event } from '../../../src/engine/machineEvents.ts'
import { hints } from './hints.ts'
import { progress } from './progress.ts'
import { attempts, notifications, resources, userIntent } from './safety.ts'
import { type Properties, type Step, isChanged, isEnded } from './step.ts'
import { type Move, type System, applyMove, possibleMoves } from './system.ts'

export type Machine = Pick<typeof machine, 'step' | 'initial'>

export interface Exploration {
  /** The number of different systems: states of the machine, each with its sockets. */
  states: number
  transitions: number
  /** The first property that does not hold, and the events that lead to it. */
  violation?: { property: string; trail: string[] }
}

/** The properties of single steps. */
const allProperties: Properties = { ...resources, ...userIntent, ...notifications, ...attempts, ...hints, ...progress }
const STALE_MOVE = 'an event of a detached socket or of a superseded decision changes nothing'
const STALE_EVENT = 'an event of another socket or of a timer that is not running changes nothing'
const REPEATED_CALL = 'a call that is repeated by a listener ends'
const REPEATED_HINT = 'a wake or online event that is repeated changes nothing'
const SILENCE = 'silence ends a connection'
/** A property of the whole graph: no single step can violate it. */
export const RETURN_TO_OPEN = 'unless ended, timers and sockets alone can lead back to open'

/** Moves to rely on: no calls of the user and no hints of the environment, except the return of a page that was away. */
const isCertain = ({ by, event: { type, eager } }: Move, { name, timer }: State): boolean =>
  by === 'environment' &&
  !eager &&
  (type === 'wake' ? name === 'waiting' && !timer : !/^o(n|ff)line$|^hide$/.test(type))

const TIMERS = [
  'connectTimeout',
  'onConnect',
  'retry',
  'onlineJitter',
  'decision',
  'interval',
  'timeout',
  'probe',
  'closeTimeout',
] as const
/** Events that the machine must ignore: those of other sockets, and of timers that are not running. */
const staleEvents = ({ socket, timer }: State): Event[] => [
  ...[socket - 1, socket + 1].flatMap((number) =>
    (['opened', 'connected', 'activity', 'ended', 'lost', 'release'] as const).map((type) => ({
      type,
      socket: number,
      decision: true,
    })),
  ),
  ...TIMERS.filter((other) => other !== timer).map(
    (other) => ({ type: 'timerFired', timer: other, decision: true }) as const,
  ),
]

const CALLS: readonly Event[] = [{ type: 'open' }, { type: 'close' }, { type: 'reconnect' }, { type: 'release' }]
/** A listener may repeat a call in every event, with no further dial allowed without delay. The effects must end. */
const neverEnds = (step: Machine['step'], state: State, event: Event, rules: MachineRules): boolean => {
  let [reached, effects] = [state, [] as readonly Effect[]]
  for (let times = 0; times < 5; times++) [reached, effects] = step(reached, event, rules)
  return effects.length > 0
}

const HINTS: readonly Event[] = (['wake', 'online'] as const).flatMap((type) =>
  [false, true].map((slow) => ({ type, slow, silent: true })),
)
/** A page may repeat its events, with no further dial allowed without delay. The second one must change nothing. */
const isRepeated = (step: Machine['step'], state: State, event: Event, rules: MachineRules): boolean => {
  const [reached] = step(state, event, rules)
  // A new dial remembers the second event.
  return reached.socket === state.socket && step(reached, event, rules)[0] !== reached
}

/** A late timer is ignored once in a silence. After that, a few timers without a received frame must end the connection. */
const survivesSilence = (step: Machine['step'], state: State, rules: MachineRules): boolean => {
  let reached = state
  for (const late of [false, true, false]) {
    if (reached.timer)
      reached = step(reached, { type: 'timerFired', timer: reached.timer, late, decision: true }, rules)[0]
  }
  return !!state.timer && reached.name === 'open'
}

/** The first property that a step violates. A stale move must change nothing; no other property applies to it. */
const violatedProperty = (
  step: Step,
  properties: [name: string, holds: (step: Step) => boolean][],
): string | undefined => {
  if (step.move.stale) return isChanged(step) || step.effects.length ? STALE_MOVE : undefined
  return properties.find(([, holds]) => !holds(step))?.[0]
}

/** The graph of the visited systems. */
const createGraph = () => {
  const indexes = new Map<string, number>()
  const systems: System[] = []
  const origins: (readonly [from: number, move: Move] | undefined)[] = []
  /** For each system, the systems from which a certain move leads to it. */
  const sources: number[][] = []
  return {
    systems,
    sources,
    /** Adds a system that is new. @returns its index in `systems` */
    visit: (system: System, origin?: readonly [from: number, move: Move]): number => {
      const key = keyOf(system)
      let index = indexes.get(key)
      if (index === undefined) {
        indexes.set(key, (index = systems.push(system) - 1))
        origins.push(origin)
        sources.push([])
      }
      return index
    },
    /** One of the shortest ways to a system, and a last move from it. */
    trail: (index: number, last?: Move): string[] => {
      const path = last ? [describe(last)] : []
      for (let origin = origins[index]; origin; origin = origins[origin[0]]) path.unshift(describe(origin[1]))
      return [...path, `in ${JSON.stringify(systems[index])}`]
    },
  }
}

/** Stops at the first violation. */
export const explore = (
  { step, initial }: Machine,
  rules: MachineRules,
  properties: Properties = allProperties,
): Exploration => {
  const named = Object.entries(properties)
  const { systems, sources, visit, trail } = createGraph()
  let transitions = 0
  const result = (property?: string, index = 0, move?: Move): Exploration => ({
    states: systems.length,
    transitions,
    ...(property && { violation: { property, trail: trail(index, move) } }),
  })
  visit({ state: initial, sockets: [], pendingDecision: undefined })
  for (let index = 0; index < systems.length; index++) {
    const system = systems[index]!
    const before = system.state
    const stale = staleEvents(before).find((event) => step(before, event, rules)[0] !== before)
    if (stale) return result(STALE_EVENT, index, { by: 'environment', event: stale })
    const call = CALLS.find((event) => neverEnds(step, before, event, rules))
    if (call) return result(REPEATED_CALL, index, { by: 'user', event: call })
    const hint = HINTS.find((event) => isRepeated(step, before, event, rules))
    if (hint) return result(REPEATED_HINT, index, { by: 'environment', event: hint })
    if (before.name === 'open' && survivesSilence(step, before, rules)) return result(SILENCE, index)
    for (const move of possibleMoves(system, rules)) {
      transitions++
      const [after, effects] = step(before, move.event, rules)
      const next = applyMove(system, move, after, effects)
      const property = violatedProperty({ rules, move, event: move.event, before, after, effects, next }, named)
      if (property) return result(property, index, move)
      const to = next === system ? index : visit(next, [index, move])
      if (isCertain(move, before)) sources[to]!.push(index)
    }
  }
  const stranded = findStranded(systems, sources)
  return stranded < 0 ? result() : result(RETURN_TO_OPEN, stranded)
}

/** Systems with the same key behave alike. */
const keyOf = ({ state, sockets, pendingDecision }: System): string => {
  const { name, socket, attempt, waits, timer, hint } = state
  let key = `${name} ${socket} ${attempt} ${waits} ${timer} ${hint} ${pendingDecision}`
  for (const { number, phase, detached } of sockets) key += ` ${phase}${number}${detached}`
  return key
}

/** Walks back from the open systems. @returns the index of a system that is not ended and cannot lead to open, or -1 */
const findStranded = (systems: readonly System[], sources: readonly number[][]): number => {
  const reached = new Set(systems.flatMap(({ state }, index) => (state.name === 'open' ? [index] : [])))
  for (const index of reached) for (const source of sources[index]!) reached.add(source)
  return systems.findIndex(({ state }, index) => !reached.has(index) && !isEnded(state))
}

const describe = ({ by, event, stale }: Move): string => {
  const { type, ...details } = event
  const shown = Object.entries(details).filter(([, value]) => value !== undefined && value !== false)
  return [`${by}: ${type}`, ...shown.map(([key, value]) => `${key}=${value}`), ...(stale ? ['(stale)'] : [])].join(' ')
}
