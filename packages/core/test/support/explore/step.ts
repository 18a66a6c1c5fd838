/** One step of the explored machine, and the predicates that the properties are built from. */

import type { MachineRules, State } from '../../../src/engine/machine.ts'
import type { Effect, Event } from '../../../src/engine/machineEvents.ts'
import type { Move, System } from './system.ts'

/** The machine was in `before`, received `event`, and is in `after`. */
export interface Step {
  readonly rules: MachineRules
  readonly move: Move
  readonly event: Event
  readonly before: State
  readonly after: State
  readonly effects: readonly Effect[]
  /** The system after the step. */
  readonly next: System
}

/** Each property by its name: whether it holds for a step. */
export type Properties = Readonly<Record<string, (step: Step) => boolean>>

/** The phase of the socket in each state that has one. */
export const PHASES: { [Name in State['name']]?: string } = {
  connecting: 'dialling',
  reconnecting: 'dialling',
  open: 'open',
  closing: 'closing',
}

export const isOneOf = <Of>(value: Of, ...of: readonly Of[]): boolean => of.includes(value)
export const hasConnection = ({ name }: State): boolean => name === 'open' || name === 'closing'
export const isEnded = ({ name }: State): boolean => name === 'closed' || name === 'closing'
export const isDialling = ({ name }: State): boolean => PHASES[name] === 'dialling'
export const awaitsReply = ({ timer }: State): boolean => timer === 'timeout' || timer === 'probe'
export const hasEffect = ({ effects }: Step, effect: Effect): boolean => effects.includes(effect)
export const isChanged = ({ before, after }: Step): boolean => before !== after
export const opens = ({ before, after }: Step): boolean => after.name === 'open' && before.name !== 'open'

/** A dial or a connection ended without a request by the user. */
export const failed = ({ before, event: { type, late, timer } }: Step): boolean =>
  !isEnded(before) &&
  (type === 'lost' || (type === 'timerFired' && !late && isOneOf(timer, 'connectTimeout', 'timeout', 'probe')))
/** `shouldReconnect` has answered, or its deadline has passed. */
export const isDecided = ({ event: { type, timer } }: Step): boolean =>
  timer === 'decision' && isOneOf(type, 'decision', 'timerFired')
export const spentAttempts = ({ before, event }: Step): number => (event.stable ? 0 : before.attempt)
