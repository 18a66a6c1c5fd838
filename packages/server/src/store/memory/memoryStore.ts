/** Keeps everything in the process. Several hubs of one process may share it. All is bounded, and no timer runs. */

import { type Clock, systemClock } from '../../clock.ts'
import { check } from '../../errors.ts'
import { createMemoryKeys } from './idempotencyKeys.ts'
import { createMemoryPresence } from './presence.ts'
import { createMemorySessions } from './sessions.ts'
import { createMemoryStreams } from './streams.ts'
import type { Store } from '../store.ts'

export interface MemoryStoreOptions {
  clock?: Clock
  /** How long a session is kept after it was last seen, in ms. @default 120_000 */
  window?: number
  /** Of each stream; the oldest go. @default 300 messages, 1 MiB */
  history?: { messages?: number; bytes?: number }
  /** Sessions kept; the one unseen for longest goes. @default 100_000 */
  sessions?: number
  /** Streams kept that nobody follows; the one unused for longest goes. @default 10_000 */
  streams?: number
  /** Bytes of all histories; the stream published to the longest ago is cut first. @default 256 MiB */
  bytes?: number
}

const MIB = 1024 * 1024

/** @throws OptionError */
export const memoryStore = (options: MemoryStoreOptions = {}): Store => {
  const { clock = systemClock, window = 120_000, sessions = 100_000, streams = 10_000, bytes = 256 * MIB } = options
  const history = { messages: 300, bytes: MIB, ...options.history }
  const numbers = {
    window,
    sessions,
    streams,
    bytes,
    'history.messages': history.messages,
    'history.bytes': history.bytes,
  }
  for (const [name, value] of Object.entries(numbers)) check(name, value, value > 0, 'a number above 0')
  const broadcasts = new Set<[listener: (data: string) => void]>()
  return {
    kept: { ms: window, ...history },
    ...createMemoryStreams({ clock, history, streams, bytes }),
    ...createMemorySessions({ clock, window, sessions }),
    ...createMemoryKeys({ clock }),
    ...createMemoryPresence(),
    broadcast: async (data) => {
      for (const [listener] of [...broadcasts]) listener(data)
    },
    onBroadcast: (listener) => {
      const entry: [typeof listener] = [listener]
      broadcasts.add(entry)
      return () => void broadcasts.delete(entry)
    },
    // The process is never in doubt of itself.
    onDoubt: () => () => undefined,
    close: async () => undefined,
  }
}
