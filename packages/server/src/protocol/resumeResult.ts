/** Whether a client can go on from its position. All or nothing: never a part of what it missed. */

import type { History, Position } from '../store/store.ts'

/** Why a stream is lost to a client; PROTOCOL.md, "Frames". */
export type Lost = 'epoch' | 'trimmed' | 'limit' | 'ahead' | 'none' | 'denied'

/** `[epoch, top, state, why?]` of `welcome` and `sub`. */
export type StreamState = readonly [epoch: string, top: number, state: 'fresh' | 'resumed' | 'lost', why?: Lost]

const because = (pos: Position, { top, messages }: History): Lost | undefined => {
  if (pos.epoch !== top.epoch) return 'epoch' // R3
  if (pos.offset > top.offset) return 'ahead' // R4
  const first = messages[0]?.offset ?? top.offset + 1
  const last = messages.at(-1)?.offset ?? pos.offset
  if (messages.length > 0 && first !== pos.offset + 1) return 'trimmed' // R2
  if (last !== top.offset) return messages.length > 0 ? 'limit' : 'trimmed' // R2
  return undefined
}

/** @param pos undefined begins the stream at its top */
export const verdict = (pos: Position | undefined, history: History): StreamState => {
  const { epoch, offset } = history.top
  if (!pos) return [epoch, offset, 'fresh']
  const why = because(pos, history)
  return why ? [epoch, offset, 'lost', why] : [epoch, offset, 'resumed']
}
