/** Whether to reconnect after a loss: asks `shouldReconnect`, or the close code policy. */

import { guard } from '../base/guard.ts'
import type { EngineEvent, EngineHost, ReconnectOptions } from './engineHost.ts'
import type { State } from './machine.ts'
import type { Event } from './machineEvents.ts'

/**
 * Calls `shouldReconnect` once per loss, and only for the current socket or timer. If it returns a promise, the decision is `pending`.
 *
 * @param isStable whether the connection was open for `stableAfter`
 * @param engine receives the `decision` event that follows a pending one
 */
export const askShouldReconnect = (
  host: EngineHost,
  state: State,
  { socket, timer, close, decision: given }: EngineEvent,
  isStable: boolean,
  engine: { post(event: EngineEvent): void },
): Pick<Event, 'stable' | 'decision'> => {
  const { reconnect } = host.options
  const { name } = state
  const isCurrent = timer ? timer === state.timer : socket === state.socket
  const canBeLost = name === 'open' || name === 'connecting' || name === 'reconnecting'
  if (!close || given !== undefined || !isCurrent || !canBeLost || reconnect === false) return {}
  const stable = name === 'open' && isStable
  const { shouldReconnect } = Object(reconnect) as ReconnectOptions
  const answer = guard(host, shouldReconnect, close, stable ? 0 : state.attempt) ?? !close.final
  // Without types, a function may return something else, such as the result of `match()`.
  const decision = answer as Promise<boolean>
  if (typeof decision.then !== 'function') return { stable, decision: !!answer }
  const settle = (answer: boolean): void =>
    engine.post({ type: 'decision', socket: state.socket, timer: 'decision', decision: answer })
  decision.then(settle, (error) => {
    host.report(error)
    settle(!close.final)
  })
  return { stable, decision: 'pending' }
}
