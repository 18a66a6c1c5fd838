/** Where each stream is, and what a frame means there: the receiving half of the protocol. It sends nothing and tells nobody. */

import type { Position, Resync } from '../client/session.ts'
import { isCount } from './frames.ts'

/** `next`: to be dispatched. `old`: had already, or nobody's. `gap`: the link has lost something. `lost`: the stream has to begin afresh. */
export type Verdict = 'next' | 'old' | 'gap' | 'lost'

/** What is known of one stream that is followed. Positions are replaced and never changed: where nothing has come, there is the same one. */
interface Place {
  /** Undefined until the server has told where it is. */
  at?: Position
  /** Where a gap was met. */
  gap?: Position
  /** Where the server's last ping knew of more. */
  doubt?: Position | undefined
  /** The position lost to a second gap, until it is known where the stream goes on. */
  lost?: Position
}

export interface Positions {
  /** The streams that are followed, by name. */
  readonly places: Map<string, Place>
  /** `[epoch, off]` of a stream that has a position. */
  at(stream: string): [string, number] | undefined
  /** What the server says of a stream: `[epoch, top, state, why?]`. Gives the break that the application has to hear of, if it is one. */
  settle(stream: string, told: readonly unknown[]): Omit<Resync, 'wait'> | undefined
  /** A message has come. */
  take(stream: string, off: unknown): Verdict
  /** A ping says that the stream is at `top`. */
  compare(stream: string, top: unknown): Verdict
}

export const createPositions = (streams: readonly string[]): Positions => {
  const places = new Map<string, Place>(streams.map((stream) => [stream, {}]))
  /** Of a stream that is not followed, one that nobody keeps. */
  const placeOf = (stream: string): Place => places.get(stream) ?? {}

  const gap = (stream: string, place: Place, at: Position): Verdict => {
    if (place.gap === at) {
      places.set(stream, { lost: at }) // R7: what was not replayed the first time never will be
      return 'lost'
    }
    place.gap = at
    return 'gap'
  }

  return {
    places,
    at: (stream) => {
      const { at } = placeOf(stream)
      return at && [at.epoch, at.offset]
    },
    settle: (stream, [epoch, top, state, word]) => {
      const place = placeOf(stream)
      const { at, lost, lost: from = at } = place
      if (word === 'denied') {
        places.delete(stream)
        return { stream, reason: word, from, to: undefined }
      }
      if (typeof epoch !== 'string' || !epoch || !isCount(top)) return undefined
      const doubt = at && (at.epoch !== epoch ? 'epoch' : top < at.offset && 'ahead') // R3, R4
      if (state === 'resumed' && at && !doubt) return void (place.doubt = undefined)
      const to = { epoch, offset: top }
      places.set(stream, { at: to })
      return from && { stream, reason: lost ? 'gap' : typeof word === 'string' ? word : doubt || 'none', from, to }
    },
    take: (stream, off) => {
      const place = placeOf(stream)
      const { at } = place
      if (!at || !isCount(off) || off <= at.offset) return 'old' // R6: had it
      if (off > at.offset + 1) return gap(stream, place, at) // R6: something is missing
      place.at = { epoch: at.epoch, offset: off } // R6: first the position, then the listeners
      return 'next'
    },
    compare: (stream, top) => {
      const place = placeOf(stream)
      const { at, doubt } = place
      place.doubt = at && (top as number) > at.offset ? at : undefined
      return doubt && doubt === place.doubt ? gap(stream, place, doubt) : 'old' // R8: known for a whole interval, and nothing came
    },
  }
}
