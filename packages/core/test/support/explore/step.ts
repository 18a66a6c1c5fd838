/** One step of the explored machine, and the predicates that the properties are built from. */

import type { MachineRules, State } from '../../../src/engine/machine.ts'
import type { Effect, Event } from '../../../src/engine/machineEvents.ts'
import type { Move, Socket, System } from './system.ts'

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
const PHASES: { [Name in State['name']]?: Socket['phase'] } = {
  connecting: 'dialling',
  reconnecting: 'dialling',
  open: 'open',
  closing: 'closing',
}
export const phaseOf = ({ name, timer }: State): Socket['phase'] | undefined =>
  timer === 'onConnect' ? timer : PHASES[name]

export const isOneOf = <Of>(value: Of, ...of: readonly Of[]): boolean => of.includes(value)
export const hasConnection = ({ name }: State): boolean => name === 'open' || name === 'closing'
export const isEnded = ({ name }: State): boolean => name === 'closed' || name === 'closing'
/** The socket is not open, or `onConnect` runs. */
export const isDialling = ({ name }: State): boolean => PHASES[name] === 'dialling'
/** The next dial has a reason to be soon. */
export const keepsHint = (state: State): boolean =>
  isDialling(state) || state.timer === 'decision' || (state.name === 'open' && state.timer === 'closeTimeout')
export const awaitsReply = ({ timer }: State): boolean => timer === 'timeout' || timer === 'probe'
export const hasEffect = ({ effects }: Step, effect: Effect): boolean => effects.includes(effect)
export const isChanged = ({ before, after }: Step): boolean => before !== after
export const opens = ({ before, after }: Step): boolean => after.name === 'open' && before.name !== 'open'

const DEADLINES = ['connectTimeout', 'onConnect', 'closeTimeout', 'timeout', 'probe'] as const
/** A dial or a connection ended without a request by the user. */
export const failed = ({ before, event: { type, late, tolerated, timer } }: Step): boolean =>
  !isEnded(before) &&
  (type === 'lost' || (type === 'timerFired' && !late && !tolerated && isOneOf(timer, ...DEADLINES)))
/** `shouldReconnect` has answered, or its deadline has passed. */
export const isDecided = ({ event: { type, timer } }: Step): boolean =>
  timer === 'decision' && isOneOf(type, 'decision', 'timerFired')
export const spentAttempts = ({ before, event }: Step): number => (event.stable ? 0 : before.attempt)
