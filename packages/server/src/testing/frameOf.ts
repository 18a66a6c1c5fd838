/** Describes a frame that passes: its position in the connection and, for frames of `holdfast.v1.json`, its type and stream. */
import type { Direction, Frame } from './faultRule.ts'
import type { Piece } from './frameScanner.ts'

export const frameOf = (piece: Piece, connection: number, direction: Direction, number: number): Frame => {
  const frame: Frame = { connection, direction, number, opcode: piece.opcode ?? 0 }
  if (piece.text === undefined) return frame
  frame.text = piece.text
  try {
    const value: unknown = JSON.parse(piece.text)
    const { t, s } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
    if (typeof t === 'string') frame.t = t
    if (typeof s === 'string') frame.s = s
  } catch {
    // The frame belongs to another protocol.
  }
  return frame
}
