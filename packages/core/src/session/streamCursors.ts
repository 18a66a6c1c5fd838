/** The position in each stream, and what a frame means there (PROTOCOL.md, rules R3 to R8). It sends and emits nothing. */

import type { Position, Resync } from '../client/session.ts'
import { isCount } from './frames.ts'

/** `next`: a message for the application. `old`: a duplicate, or of no stream. `gap`: the connection lost a message. `lost`: the stream starts again at its newest message. */
export type Arrival = 'next' | 'old' | 'gap' | 'lost'

/** Positions are replaced and never changed, so the same object means that nothing has arrived. */
interface StreamCursor {
  /** Undefined until the server has sent a position. */
  at?: Position
  /** Where a gap was found. */
  gap?: Position
  /** Where the last ping of the server reported a newer message. */
  suspectedGap?: Position | undefined
  /** The position at a second gap, until the new position of the stream is known. */
  lost?: Position
}

export interface StreamCursors {
  names(): string[]
  has(stream: string): boolean
  add(stream: string): void
  remove(stream: string): boolean
  /** `[epoch, offset]` of a stream with a position. */
  at(stream: string): [string, number] | undefined
  /** Handles the server's answer for a stream: `[epoch, top, state, why?]`. Returns the loss, if messages are missing. */
  settle(stream: string, answer: readonly unknown[]): Omit<Resync, 'wait'> | undefined
  /** A message has arrived. */
  take(stream: string, offset: unknown): Arrival
  /** A ping reports that the newest message of the stream is `top`. */
  compare(stream: string, top: unknown): Arrival
}

export const createStreamCursors = (streams: readonly string[]): StreamCursors => {
  const cursors = new Map<string, StreamCursor>(streams.map((stream) => [stream, {}]))
  /** For a stream that is not followed, a cursor that is not stored. */
  const cursorOf = (stream: string): StreamCursor => cursors.get(stream) ?? {}

  const gap = (stream: string, cursor: StreamCursor, at: Position): Arrival => {
    if (cursor.gap === at) {
      cursors.set(stream, { lost: at }) // R7: what the first resume did not replay will never be replayed
      return 'lost'
    }
    cursor.gap = at
    return 'gap'
  }

  return {
    names: () => [...cursors.keys()],
    has: (stream) => cursors.has(stream),
    add: (stream) => void cursors.set(stream, {}),
    remove: (stream) => cursors.delete(stream),
    at: (stream) => {
      const { at } = cursorOf(stream)
      return at && [at.epoch, at.offset]
    },
    settle: (stream, [epoch, top, state, why]) => {
      const cursor = cursorOf(stream)
      const { at, lost } = cursor
      const from = lost ?? at
      if (why === 'denied') {
        cursors.delete(stream)
        return { stream, reason: why, from, to: undefined }
      }
      if (typeof epoch !== 'string' || !epoch || !isCount(top)) return undefined
      const conflict = at && (at.epoch !== epoch ? 'epoch' : top < at.offset && 'ahead') // R3, R4
      if (state === 'resumed' && at && !conflict) {
        cursor.suspectedGap = undefined
        return undefined
      }
      const to = { epoch, offset: top }
      cursors.set(stream, { at: to })
      const reason = lost ? 'gap' : typeof why === 'string' ? why : conflict || 'none'
      return from && { stream, reason, from, to }
    },
    take: (stream, offset) => {
      const cursor = cursorOf(stream)
      const { at } = cursor
      if (!at || !isCount(offset) || offset <= at.offset) return 'old' // R6: a duplicate
      if (offset > at.offset + 1) return gap(stream, cursor, at) // R6: a message is missing
      cursor.at = { epoch: at.epoch, offset } // R6: the position is set before listeners run
      return 'next'
    },
    compare: (stream, top) => {
      const cursor = cursorOf(stream)
      const { at, suspectedGap } = cursor
      cursor.suspectedGap = at && (top as number) > at.offset ? at : undefined
      // R8: reported for a whole interval, and nothing arrived.
      return suspectedGap && suspectedGap === cursor.suspectedGap ? gap(stream, cursor, suspectedGap) : 'old'
    },
  }
}
