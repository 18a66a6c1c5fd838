/** Checks what the client received from each stream against what was published. */

import type { Position } from '../../../src/store/store.ts'
import type { Payload } from '../simulation/simulation.ts'

export interface SeenResync {
  stream: string
  reason: string
  from: Position | undefined
  to: Position | undefined
}

type Seen = { kind: 'message'; offset: number; n: number } | ({ kind: 'resync' } & SeenResync)

interface Published {
  n: number
  at: number
  position: Position | undefined
  /** The store was lost before it answered, so its position may belong to an earlier life of the stream. */
  isOutdated?: boolean
}

export interface StreamInvariants {
  /** A message is about to be published. */
  publishing(stream: string, n: number, at: number): void
  published(stream: string, n: number, position: Position): void
  /** The client emitted `open`. */
  opened(at: number): void
  /** The client emitted a message of a stream. */
  received(stream: string, offset: number, message: Payload): void
  resync(info: SeenResync): void
  /** The store was lost: all streams start again. */
  storeLost(): void
  /** The newest known position of a stream. */
  top(stream: string): Position | undefined
  /** Checks all streams when nothing is in flight any more. */
  checkAtRest(): void
}

const entryOf = <Value>(map: Map<string, Value[]>, name: string): Value[] =>
  map.get(name) ?? map.set(name, []).get(name)!

export const createStreamInvariants = (violate: (text: string) => void): StreamInvariants => {
  const publications = new Map<string, Published[]>()
  const seenByStream = new Map<string, Seen[]>()
  /** The highest position: of two nodes, the one that published first may report it last. */
  const tops = new Map<string, Position>()
  let firstOpen: number | undefined
  let isStoreLost = false

  /** Checks order, gaps and duplicates. Returns the numbers that were received, and the last position. */
  const checkSequence = (stream: string, seen: readonly Seen[]): [Set<number>, Position | undefined] => {
    const positions = new Map(entryOf(publications, stream).map(({ n, position }) => [n, position]))
    const received = new Set<number>()
    let last: Position | undefined
    for (const event of seen) {
      if (event.kind === 'resync') {
        const { from } = event
        if (last && from && (from.epoch !== last.epoch || from.offset !== last.offset))
          violate(`resync of ${stream} from ${from.offset}, although the last message was ${last.offset}`)
        last = event.to
        continue
      }
      const position = positions.get(event.n)
      if (!positions.has(event.n)) violate(`a payload that was never published in ${stream}: ${event.n}`)
      if (received.has(event.n)) violate(`duplicate in ${stream}: ${event.n}`)
      received.add(event.n)
      if (!position) {
        // The node that published it ended before it could report the position.
        if (last && event.offset !== last.offset + 1)
          violate(`gap or reorder in ${stream}: ${event.offset} after ${last.offset}`)
        last = last && { epoch: last.epoch, offset: event.offset }
        continue
      }
      if (position.offset !== event.offset)
        violate(`${stream} ${event.n} came as ${event.offset}, was published as ${position.offset}`)
      if (last && last.epoch !== position.epoch) violate(`another epoch of ${stream} without a resync`)
      else if (last && position.offset !== last.offset + 1)
        violate(`gap or reorder in ${stream}: ${position.offset} after ${last.offset}`)
      last = position
    }
    return [received, last]
  }
  const checkStream = (stream: string): void => {
    const seen = entryOf(seenByStream, stream)
    const [received, last] = checkSequence(stream, seen)
    const top = tops.get(stream)
    // More may have been published, by a node that ended before it could report the position.
    if (top && last && (last.epoch !== top.epoch || last.offset < top.offset))
      violate(`${stream} did not converge: at ${last.epoch} ${last.offset}, published up to ${top.epoch} ${top.offset}`)
    if (top && !last) violate(`nothing of ${stream} was received`)
    if (seen.some(({ kind }) => kind === 'resync')) return
    for (const { n, at, position } of entryOf(publications, stream)) {
      const isDue = position && firstOpen !== undefined && at > firstOpen
      if (isDue && !received.has(n)) violate(`silent loss in ${stream}: ${n}`)
    }
  }
  return {
    publishing: (stream, n, at) => void entryOf(publications, stream).push({ n, at, position: undefined }),
    published: (stream, n, position) => {
      const entry = entryOf(publications, stream).find((each) => each.n === n)!
      entry.position = position
      if (entry.isOutdated) return
      const top = tops.get(stream)
      if (top?.epoch !== position.epoch || top.offset < position.offset) tops.set(stream, position)
    },
    opened: (at) => {
      firstOpen ??= at
    },
    received: (stream, offset, { n }) => void entryOf(seenByStream, stream).push({ kind: 'message', offset, n }),
    resync: (info) => {
      entryOf(seenByStream, info.stream).push({ kind: 'resync', ...info })
      if (!isStoreLost && !['trimmed', 'limit', 'gap'].includes(info.reason))
        violate(`resync because of ${info.reason}, although nothing was lost`)
    },
    storeLost: () => {
      isStoreLost = true
      tops.clear()
      for (const entry of [...publications.values()].flat()) entry.isOutdated ||= !entry.position
    },
    top: (stream) => tops.get(stream),
    checkAtRest: () => {
      for (const stream of publications.keys()) checkStream(stream)
    },
  }
}
