/** Where each stream is, and what a frame means there: the receiving half of the protocol. It sends nothing and tells nobody. */

import type { Position, Resync } from '../session.ts'

/** As the server tells of a stream: `[epoch, top, state, why?]`. */
export type Told = readonly [epoch: unknown, top: unknown, state: unknown, why?: unknown]

/** `next`: to be dispatched. `old`: had already, or nobody's. `gap`: the link has lost something. `lost`: the stream has to begin afresh. */
export type Verdict = 'next' | 'old' | 'gap' | 'lost'

interface Place {
  at?: { epoch: string; off: number } | undefined
  /** The offset at which a gap was met. */
  gap?: number | undefined
  /** The offset at which the server's last ping knew of more. */
  doubt?: number | undefined
  /** The position lost to a second gap, until it is known where the stream goes on. */
  lost?: Position | undefined
}

export interface Positions {
  has(stream: string): boolean
  /** Whether it was new. */
  add(stream: string): boolean
  remove(stream: string): void
  names(): string[]
  /** `[epoch, off]` of a stream that has a position. */
  at(stream: string): [string, number] | undefined
  /** What the server says of a stream. Gives the break that the application has to hear of, if it is one. */
  settle(stream: string, told: Told): Omit<Resync, 'wait'> | undefined
  /** A message has come. */
  take(stream: string, off: number): Verdict
  /** A ping says that the stream is at `top`. */
  compare(stream: string, top: number): Verdict
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

export const createPositions = (streams: readonly string[]): Positions => {
  const places = new Map<string, Place>(streams.map((stream) => [stream, {}]))

  const gap = (place: Place): Verdict => {
    const { off } = place.at!
    place.doubt = undefined
    if (place.gap !== off) {
      place.gap = off
      return 'gap'
    }
    // R7: what was not replayed the first time never will be.
    place.lost = { ...place.at! }
    place.at = place.gap = undefined
    return 'lost'
  }

  return {
    has: (stream) => places.has(stream),
    add: (stream) => !places.has(stream) && !!places.set(stream, {}),
    remove: (stream) => void places.delete(stream),
    names: () => [...places.keys()],
    at: (stream) => {
      const at = places.get(stream)?.at
      return at && [at.epoch, at.off]
    },
    settle: (stream, [epoch, top, state, word]) => {
      const place = places.get(stream) ?? {}
      const { at, lost } = place
      const from = lost ?? (at && { ...at })
      const denied = state === 'lost' && word === 'denied'
      if (denied) {
        places.delete(stream)
        return { stream, why: 'denied', from, to: undefined }
      }
      if (typeof epoch !== 'string' || !epoch || !isCount(top)) return undefined
      place.doubt = undefined
      const another = at && at.epoch !== epoch // R3
      const behind = at && top < at.off // R4
      if (state === 'resumed' && at && !another && !behind) return undefined
      places.set(stream, { at: { epoch, off: top } })
      const why = lost ? 'gap' : state === 'lost' && typeof word === 'string' ? word : another ? 'epoch' : behind ? 'ahead' : 'none'
      return from && { stream, why, from, to: { epoch, off: top } }
    },
    take: (stream, off) => {
      const place = places.get(stream)
      if (!place?.at || off <= place.at.off) return 'old' // R6: had it
      if (off > place.at.off + 1) return gap(place) // R6: something is missing
      place.at.off = off // R6: first the position, then the listeners
      return 'next'
    },
    compare: (stream, top) => {
      const place = places.get(stream)
      if (!place?.at) return 'old'
      const { off } = place.at
      if (top > off && place.doubt === off) return gap(place) // R8: known for a whole interval, and nothing came
      place.doubt = top > off ? off : undefined
      return 'old'
    },
  }
}
