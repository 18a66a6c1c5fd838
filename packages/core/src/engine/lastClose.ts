/** What `lastClose` becomes after an event. A pure function. */

import { type CloseInfo, closeInfo } from '../transport/closeCodes.ts'
import type { EngineEvent } from './engineHost.ts'
import type { State } from './machine.ts'
import type { Effect } from './machineEvents.ts'

/** @param requested the close that `close()` asked for, while the closing handshake runs */
export const nextLastClose = (
  previous: CloseInfo | undefined,
  before: State,
  after: State,
  event: EngineEvent,
  effects: readonly Effect[],
  requested: CloseInfo | undefined,
): CloseInfo | undefined => {
  const final = after.name === 'closed'
  const closes = effects.includes('close')
  const stops = effects.includes('stop')
  if (closes || stops) {
    const close = event.close ?? (closes ? (requested ?? closeInfo('user', { code: 1000 })) : previous!)
    const isExhausted = stops && event.decision
    const cause = isExhausted ? 'exhausted' : before.name === 'closing' ? 'user' : close.cause
    return { ...close, final, cause }
  }
  // The attempt that was to follow the last close is cancelled.
  return previous && final ? { ...previous, cause: 'user', final } : previous
}
