/** Where each stream is, and what a frame means there: the receiving half of the protocol. It sends nothing and tells nobody. */

import type { Position, Resync } from '../session.ts'

/** `next`: to be dispatched. `old`: had already, or nobody's. `gap`: the link has lost something. `lost`: the stream has to begin afresh. */
export type Verdict = 'next' | 'old' | 'gap' | 'lost'

/** What is known of one stream that is followed; without `epoch` and `off` until the server has told where it is. */
interface Place {
  epoch?: string
  off?: number
  /** The offset at which a gap was met. */
  gap?: number
  /** The offset at which the server's last ping knew of more. */
  doubt?: number | undefined
  /** The position lost to a second gap, until it is known where the stream goes on. */
  lost?: Position
}

type Begun = Place & { epoch: string; off: number }

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

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

export const createPositions = (streams: readonly string[]): Positions => {
  const places = new Map<string, Place>(streams.map((stream) => [stream, {}]))
  const begun = (stream: string): Begun | undefined => {
    const place = places.get(stream)
    return place?.epoch ? (place as Begun) : undefined
  }

  const gap = (stream: string, { epoch, off, gap }: Begun): Verdict => {
    if (gap === off) {
      places.set(stream, { lost: { epoch, off } }) // R7: what was not replayed the first time never will be
      return 'lost'
    }
    places.set(stream, { epoch, off, gap: off })
    return 'gap'
  }

  return {
    places,
    at: (stream) => {
      const place = begun(stream)
      return place && [place.epoch, place.off]
    },
    settle: (stream, [epoch, top, state, word]) => {
      const place = begun(stream)
      const lost = places.get(stream)?.lost
      const from = lost ?? (place && { epoch: place.epoch, off: place.off })
      if (word === 'denied') {
        places.delete(stream)
        return { stream, why: word, from, to: undefined }
      }
      if (typeof epoch !== 'string' || !epoch || !isCount(top)) return undefined
      const another = place && place.epoch !== epoch // R3
      const behind = place && top < place.off // R4
      if (state === 'resumed' && place && !another && !behind) return void (place.doubt = undefined)
      const to = { epoch, off: top }
      places.set(stream, { ...to })
      return from && { stream, why: lost ? 'gap' : state === 'lost' ? `${word ?? 'none'}` : another ? 'epoch' : behind ? 'ahead' : 'none', from, to }
    },
    take: (stream, off) => {
      const place = begun(stream)
      if (!place || !isCount(off) || off <= place.off) return 'old' // R6: had it
      if (off > place.off + 1) return gap(stream, place) // R6: something is missing
      place.off = off // R6: first the position, then the listeners
      return 'next'
    },
    compare: (stream, top) => {
      const place = begun(stream)
      if (!place) return 'old'
      const more = isCount(top) && top > place.off
      if (more && place.doubt === place.off) return gap(stream, place) // R8: known for a whole interval, and nothing came
      place.doubt = more ? place.off : undefined
      return 'old'
    },
  }
}
