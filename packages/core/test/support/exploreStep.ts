/** One step of the explored machine, and the words in which properties speak of it. */

import type { Effect, Event, MachineRules, State } from '../../src/engine/machine.ts'
import type { Move, World } from './exploreWorld.ts'

/** The machine was in `before`, heard `event`, and is in `after`. */
export interface Step {
  readonly rules: MachineRules
  readonly move: Move
  readonly event: Event
  readonly before: State
  readonly after: State
  readonly effects: readonly Effect[]
  /** The world that comes of it. */
  readonly next: World
}

/** Sentences, and whether a step bears them out. */
export type Properties = Readonly<Record<string, (step: Step) => boolean>>

/** What the socket of a state is doing, where it has one. */
export const PHASES: { [Name in State['name']]?: string } = {
  connecting: 'dialling',
  reconnecting: 'dialling',
  open: 'open',
  closing: 'closing',
}

export const one = <Of>(value: Of, ...of: readonly Of[]): boolean => of.includes(value)
export const linked = ({ name }: State): boolean => name === 'open' || name === 'closing'
export const ended = ({ name }: State): boolean => name === 'closed' || name === 'closing'
export const dialling = ({ name }: State): boolean => PHASES[name] === 'dialling'
export const awaits = ({ timer }: State): boolean => timer === 'timeout' || timer === 'probe'
export const did = ({ effects }: Step, effect: Effect): boolean => effects.includes(effect)
export const changed = ({ before, after }: Step): boolean => before !== after
export const opens = ({ before, after }: Step): boolean => after.name === 'open' && before.name !== 'open'

/** The end of a dial or a link that nobody asked for. */
export const failed = ({ before, event: { type, late, timer } }: Step): boolean =>
  !ended(before) &&
  (type === 'lost' || (type === 'timerFired' && !late && one(timer, 'connectTimeout', 'timeout', 'probe')))
/** Somebody decides whether to try again, or nobody did in time. */
export const judged = ({ event: { type, timer } }: Step): boolean =>
  timer === 'decision' && one(type, 'decision', 'timerFired')
export const spent = ({ before, event }: Step): number => (event.stable ? 0 : before.attempt)
