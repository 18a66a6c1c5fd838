/** Visits every world that a machine can get into, breadth first, and judges each step by the properties. */

import type * as machine from '../../src/engine/machine.ts'
import type { MachineRules as Rules, State } from '../../src/engine/machine.ts'
import { progress } from './exploreProgress.ts'
import { counts, intent, things, words } from './exploreSafety.ts'
import { type Properties, type Step, changed, ended } from './exploreStep.ts'
import { type Move, type World, movesOf, obey } from './exploreWorld.ts'

export type Machine = Pick<typeof machine, 'step' | 'initial'>

export interface Exploration {
  worlds: number
  transitions: number
  /** The first property that does not hold, and how to get there. */
  broken?: { property: string; trail: string[] }
}

/** What every step must bear out. */
const properties: Properties = { ...things, ...intent, ...words, ...counts, ...progress }
const STALE = 'a stale word changes nothing and says nothing'
/** A property of the whole graph: it cannot be seen in a single step. */
const RETURN = 'unless ended, timers and sockets alone can lead back to open'

/** What may be counted on: not the user, nor hints of the environment, save the return of a page that was away. */
const certain = ({ by, event: { type, eager } }: Move, { name, timer }: State): boolean =>
  by === 'world' && !eager && (type === 'wake' ? name === 'waiting' && !timer : !/^o(n|ff)line$|^hide$/.test(type))

/** What nobody may listen to: words of sockets that are not the present one, timers that do not run. */
const ghosts = ({ socket, timer }: State): machine.Event[] => [
  ...[socket - 1, socket + 1].flatMap((number) =>
    (['opened', 'activity', 'lost', 'release'] as const).map((type) => ({ type, socket: number, decision: true })),
  ),
  ...TIMERS.filter((other) => other !== timer).map(
    (other) => ({ type: 'timerFired', timer: other, decision: true }) as const,
  ),
]
const TIMERS = [
  'connectTimeout',
  'retry',
  'onlineJitter',
  'decision',
  'interval',
  'timeout',
  'probe',
  'closeTimeout',
] as const
const GHOSTS = 'what does not exist is not listened to'

/** A listener may make the same call whenever it hears something. The second dial without delay is not allowed. */
const CALLS: readonly machine.Event[] = [
  { type: 'open' },
  { type: 'close' },
  { type: 'reconnect' },
  { type: 'release' },
]
const REST = 'a call made again and again comes to rest'
const restless = (step: Machine['step'], state: State, event: machine.Event, rules: Rules): boolean => {
  let [reached, effects] = [state, [] as readonly machine.Effect[]]
  for (let times = 0; times < 5; times++) [reached, effects] = step(reached, event, rules)
  return effects.length > 0
}

/** A late timer is excused once in a silence: then nothing heard is the end, in so many timers. */
const endures = (step: Machine['step'], state: State, rules: Rules): boolean => {
  let reached = state
  for (const late of [false, true, false]) {
    if (reached.timer)
      reached = step(reached, { type: 'timerFired', timer: reached.timer, late, decision: true }, rules)[0]
  }
  return !!state.timer && reached.name === 'open'
}
const SILENCE = 'silence ends a link'

/** The first property that a step breaks. A stale word has nothing to prove but that it is not heard. */
const belied = (step: Step, judges: [sentence: string, holds: (step: Step) => boolean][]): string | undefined => {
  if (step.move.stale) return changed(step) || step.effects.length ? STALE : undefined
  return judges.find(([, holds]) => !holds(step))?.[0]
}

/** The worlds visited, and the ways between them. */
const createAtlas = () => {
  const known = new Map<string, number>()
  const worlds: World[] = []
  const origins: (readonly [from: number, move: Move] | undefined)[] = []
  /** For each world, those that certainly can lead there. */
  const sources: number[][] = []
  return {
    worlds,
    sources,
    /** The world's number in `worlds`, where a new one is added. */
    visit: (world: World, origin?: readonly [from: number, move: Move]): number => {
      const name = nameOf(world)
      let index = known.get(name)
      if (index === undefined) {
        known.set(name, (index = worlds.push(world) - 1))
        origins.push(origin)
        sources.push([])
      }
      return index
    },
    /** One of the shortest ways to a world, and a step beyond it. */
    trail: (index: number, last?: Move): string[] => {
      const path = last ? [describe(last)] : []
      for (let origin = origins[index]; origin; origin = origins[origin[0]]) path.unshift(describe(origin[1]))
      return [...path, `in ${JSON.stringify(worlds[index])}`]
    },
  }
}

/** Ends with the first property that is broken. */
export const explore = ({ step, initial }: Machine, rules: Rules, judged: Properties = properties): Exploration => {
  const judges = Object.entries(judged)
  const { worlds, sources, visit, trail } = createAtlas()
  let transitions = 0
  const end = (property?: string, index = 0, move?: Move): Exploration => ({
    worlds: worlds.length,
    transitions,
    ...(property && { broken: { property, trail: trail(index, move) } }),
  })
  visit({ state: initial, sockets: [], asked: undefined })
  for (let index = 0; index < worlds.length; index++) {
    const world = worlds[index]!
    const before = world.state
    const ghost = ghosts(before).find((event) => step(before, event, rules)[0] !== before)
    if (ghost) return end(GHOSTS, index, { by: 'world', event: ghost })
    const call = CALLS.find((event) => restless(step, before, event, rules))
    if (call) return end(REST, index, { by: 'user', event: call })
    if (before.name === 'open' && endures(step, before, rules)) return end(SILENCE, index)
    for (const move of movesOf(world)) {
      transitions++
      const [after, effects] = step(before, move.event, rules)
      const next = obey(world, move, after, effects)
      const property = belied({ rules, move, event: move.event, before, after, effects, next }, judges)
      if (property) return end(property, index, move)
      const to = next === world ? index : visit(next, [index, move])
      if (certain(move, before)) sources[to]!.push(index)
    }
  }
  const stranded = findStranded(worlds, sources)
  return stranded < 0 ? end() : end(RETURN, stranded)
}

/** Worlds with the same name are the same. */
const nameOf = ({ state: { name, socket, attempt, timer }, sockets, asked }: World): string => {
  let text = `${name} ${socket} ${attempt} ${timer} ${asked}`
  for (const { number, phase, dropped } of sockets) text += ` ${phase}${number}${dropped}`
  return text
}

/** Walks back from the open worlds; a world left over that is neither open nor ended is stranded. */
const findStranded = (worlds: readonly World[], sources: readonly number[][]): number => {
  const reached = new Set(worlds.flatMap(({ state }, index) => (state.name === 'open' ? [index] : [])))
  for (const index of reached) for (const source of sources[index]!) reached.add(source)
  return worlds.findIndex(({ state }, index) => !reached.has(index) && !ended(state))
}

const describe = ({ by, event, stale }: Move): string => {
  const { type, ...rest } = event
  const facts = Object.entries(rest).filter(([, value]) => value !== undefined && value !== false)
  return [`${by}: ${type}`, ...facts.map(([key, value]) => `${key}=${value}`), ...(stale ? ['(stale)'] : [])].join(' ')
}
