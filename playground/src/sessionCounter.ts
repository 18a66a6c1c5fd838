// Counts what happened to the messages of a session, from the messages that were received. `lost` and `duplicates` are checked in two
// ways: by the offsets in the stream and by the id of each message.
import type { Resync, StreamMessage } from '@holdfast/core'
import { type Store, createStore } from './store.ts'

/** The counts. */
export interface SessionCounts {
  /** The connection is a plain WebSocket, on which nothing is counted. Undefined until a connection has opened. */
  plain?: boolean
  /** Reconnects after which the session was resumed. */
  resumed: number
  /** Messages that were certainly missed. */
  lost: number
  /** Messages that were received twice. */
  duplicates: number
  /** Uncertain events: a stream with a new epoch, or a sent message that may or may not have arrived. */
  unknown: number
}

/** Counts the events of a session. */
export interface SessionCounter {
  counts: Store<SessionCounts>
  /** A connection has opened. @param plain whether without a session */
  open(plain: boolean): void
  resume(): void
  message(message: StreamMessage): void
  resync(resync: Resync): void
  /** A sent message may or may not have arrived. */
  unconfirmed(): void
  /** Forgets the offsets: a new client starts at the newest message of its streams. */
  reset(): void
}

/** How many message ids are stored. */
const maxIds = 5000

/** Creates a counter at zero. */
export function createSessionCounter(): SessionCounter {
  const counts = createStore<SessionCounts>({ resumed: 0, lost: 0, duplicates: 0, unknown: 0 })
  const offsets = new Map<string, number>()
  const ids = new Set<string>()

  const add = (name: Exclude<keyof SessionCounts, 'plain'>, count: number): void => {
    if (count > 0) counts.set({ ...counts.get(), [name]: counts.get()[name] + count })
  }
  /** Returns false if a message with the same id was received before. */
  function isNew(message: unknown): boolean {
    const { id } = Object(message) as { id?: unknown }
    if (typeof id !== 'string') return true
    if (ids.has(id)) return false
    ids.add(id)
    for (const oldest of ids) {
      if (ids.size <= maxIds) break
      ids.delete(oldest)
    }
    return true
  }

  return {
    counts,
    open(plain) {
      if (counts.get().plain !== plain) counts.set({ ...counts.get(), plain })
    },
    resume: () => add('resumed', 1),
    message({ stream, offset, message }) {
      const last = offsets.get(stream) ?? offset - 1
      const hasNewId = isNew(message)
      offsets.set(stream, Math.max(last, offset))
      add('lost', offset - last - 1)
      if (offset <= last || !hasNewId) add('duplicates', 1)
    },
    resync({ stream, from, to }) {
      if (to) offsets.set(stream, to.offset)
      else offsets.delete(stream)
      if (from && to && from.epoch === to.epoch && to.offset >= from.offset) add('lost', to.offset - from.offset)
      else add('unknown', 1)
    },
    unconfirmed: () => add('unknown', 1),
    reset: () => offsets.clear(),
  }
}

/** The counts in one line. */
export function describeCounts({ plain, resumed, lost, duplicates, unknown }: SessionCounts): string {
  if (plain) return 'plain WebSocket: nothing is counted'
  const known = `resumed ${resumed.toLocaleString()} · lost ${lost.toLocaleString()} · duplicates ${duplicates.toLocaleString()}`
  return unknown === 0 ? known : `${known} · unknown ${unknown.toLocaleString()}`
}

/** Whether messages were lost or duplicated, or whether that cannot be known. An announced gap is no fault of the client. */
export function toneOf({ plain, lost, duplicates, unknown }: SessionCounts): 'good' | 'unsure' | 'bad' | 'none' {
  if (plain) return 'none'
  if (lost + duplicates > 0) return 'bad'
  return unknown > 0 ? 'unsure' : 'good'
}
