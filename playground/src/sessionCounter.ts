// Counts what a session has come to: from what was heard, never from what should be. `lost` and `duplicates` are counted twice over,
// by the positions in the stream and by the identity of each message.
import type { Resync, StreamMessage } from '@holdfast/core'
import { type Store, createStore } from './store.ts'

/** The counts. */
export interface Tally {
  /** The server speaks plain WebSocket, where nothing is counted. Undefined until a connection has opened. */
  plain?: boolean
  /** Reconnects after which the session went on. */
  resumed: number
  /** Messages that certainly were missed. */
  lost: number
  /** Messages that came twice. */
  duplicates: number
  /** Times that nobody knows: a stream that began anew, or a message of ours of which it is not known whether it arrived. */
  unknown: number
}

/** A tally in the making. */
export interface Counter {
  tally: Store<Tally>
  /** A connection has opened. @param plain whether without a session */
  open(plain: boolean): void
  resume(): void
  message(message: StreamMessage): void
  resync(resync: Resync): void
  doubt(): void
  /** Another client begins where its streams are at that moment. */
  forget(): void
}

/** How many messages are remembered by their id. */
const most = 5000

/** Creates a tally of nothing. */
export function createCounter(): Counter {
  const tally = createStore<Tally>({ resumed: 0, lost: 0, duplicates: 0, unknown: 0 })
  const places = new Map<string, number>()
  const ids = new Set<string>()

  const add = (name: Exclude<keyof Tally, 'plain'>, count: number): void => {
    if (count > 0) tally.set({ ...tally.get(), [name]: tally.get()[name] + count })
  }
  /** False for the second one of an id. */
  function isNew(message: unknown): boolean {
    const { id } = Object(message) as { id?: unknown }
    if (typeof id !== 'string') return true
    if (ids.has(id)) return false
    ids.add(id)
    for (const oldest of ids) {
      if (ids.size <= most) break
      ids.delete(oldest)
    }
    return true
  }

  return {
    tally,
    open(plain) {
      if (tally.get().plain !== plain) tally.set({ ...tally.get(), plain })
    },
    resume: () => add('resumed', 1),
    message({ stream, offset, message }) {
      const last = places.get(stream) ?? offset - 1
      const fresh = isNew(message)
      places.set(stream, Math.max(last, offset))
      add('lost', offset - last - 1)
      if (offset <= last || !fresh) add('duplicates', 1)
    },
    resync({ stream, from, to }) {
      if (to) places.set(stream, to.offset)
      else places.delete(stream)
      if (from && to && from.epoch === to.epoch && to.offset >= from.offset) add('lost', to.offset - from.offset)
      else add('unknown', 1)
    },
    doubt: () => add('unknown', 1),
    forget: () => places.clear(),
  }
}

/** The counts in one line. */
export function describeTally({ plain, resumed, lost, duplicates, unknown }: Tally): string {
  if (plain) return 'plain WebSocket: nothing is counted'
  const known = `resumed ${resumed.toLocaleString()} · lost ${lost.toLocaleString()} · duplicates ${duplicates.toLocaleString()}`
  return unknown === 0 ? known : `${known} · unknown ${unknown.toLocaleString()}`
}

/** Whether something is not as it should be, or may not be. */
export function hasTrouble({ plain, lost, duplicates, unknown }: Tally): boolean {
  return !plain && lost + duplicates + unknown > 0
}
