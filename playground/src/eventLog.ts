// The newest events of a connection, efficient enough for a burst: consecutive events of a group share a line with a count, the number
// of lines is bounded, and subscribers are notified at most once per frame.
import { oncePerFrame } from './oncePerFrame.ts'
import { type Store, createStore } from './store.ts'

/** One line. A changed line is a new object with the same key. */
export interface LogLine {
  key: number
  /** Epoch ms of the newest event in it. */
  at: number
  type: string
  text: string
  count: number
}

/** A new entry. Consecutive entries of the same group share a line. */
export interface LogEntry {
  type: string
  text: string
  group?: string
}

/** A bounded log. */
export interface EventLog {
  lines: Store<readonly LogLine[]>
  add(entry: LogEntry): void
  clear(): void
}

/** Creates an empty log of at most `limit` lines. */
export function createEventLog(limit = 300): EventLog {
  const lines = createStore<readonly LogLine[]>([])
  const kept: LogLine[] = []
  let newestGroup = ''
  let nextKey = 0
  const publish = oncePerFrame(() => lines.set([...kept]))

  return {
    lines,
    add({ type, text, group = '' }) {
      const at = Date.now()
      const newest = kept.at(-1)
      if (newest && group !== '' && group === newestGroup) {
        kept[kept.length - 1] = { ...newest, at, text, count: newest.count + 1 }
      } else {
        kept.push({ key: nextKey, at, type, text, count: 1 })
        nextKey += 1
        if (kept.length > limit) kept.shift()
      }
      newestGroup = group
      publish()
    },
    clear() {
      kept.length = 0
      publish()
    },
  }
}
