/** Decides whether a stream can be resumed from a position. The result is all or nothing: a replay is never partial. */

import type { History, Position } from '../store/store.ts'

/** Why a stream cannot be resumed. PROTOCOL.md, "Frames". */
export type LossReason = 'epoch' | 'trimmed' | 'limit' | 'ahead' | 'none' | 'denied'

/** `[epoch, top, state, why?]`, as sent in `welcome` and `sub`. */
export type ResumeResult = readonly [
  epoch: string,
  top: number,
  state: 'fresh' | 'resumed' | 'lost',
  reason?: LossReason,
]

const findLoss = (pos: Position, { top, messages }: History): LossReason | undefined => {
  if (pos.epoch !== top.epoch) return 'epoch' // R3
  if (pos.offset > top.offset) return 'ahead' // R4
  const first = messages[0]?.offset ?? top.offset + 1
  const last = messages.at(-1)?.offset ?? pos.offset
  if (messages.length > 0 && first !== pos.offset + 1) return 'trimmed' // R2
  if (last !== top.offset) return messages.length > 0 ? 'limit' : 'trimmed' // R2
  return undefined
}

/** @param pos without a position the stream starts at its newest message */
export const decideResume = (pos: Position | undefined, history: History): ResumeResult => {
  const { epoch, offset } = history.top
  if (!pos) return [epoch, offset, 'fresh']
  const loss = findLoss(pos, history)
  return loss ? [epoch, offset, 'lost', loss] : [epoch, offset, 'resumed']
}
