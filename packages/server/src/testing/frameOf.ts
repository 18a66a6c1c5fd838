/** What is known of a frame that passes: where it stands, and what it says in our protocol. */
import type { Frame, Way } from './faultRule.ts'
import type { Piece } from './frameScanner.ts'

export function frameOf(piece: Piece, connection: number, way: Way, number: number): Frame {
  const frame: Frame = { connection, way, number, opcode: piece.opcode ?? 0 }
  if (piece.text === undefined) return frame
  frame.text = piece.text
  try {
    const value: unknown = JSON.parse(piece.text)
    const { t, s } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
    if (typeof t === 'string') frame.t = t
    if (typeof s === 'string') frame.s = s
  } catch {
    // Not of our protocol.
  }
  return frame
}
