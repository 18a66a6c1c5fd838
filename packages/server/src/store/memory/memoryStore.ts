/** Keeps everything in the process. Several hubs of one process may share it. Everything is bounded, and no timer runs. */

import { type Clock, checkClock, systemClock } from '../../clock.ts'
import { check, checkNames } from '../../errors.ts'
import { createMemoryIdempotencyKeys } from './idempotencyKeys.ts'
import { createMemoryPresence } from './presence.ts'
import { createMemorySessions } from './sessions.ts'
import { createMemoryStreams } from './streams.ts'
import type { Evicted, Store } from '../store.ts'

export interface MemoryStoreOptions {
  clock?: Clock
  /** How long a session is kept after its last use, in ms. @default 120_000 */
  window?: number
  /** Limits of each stream; the oldest messages are removed first. @default 300 messages, 1 MiB */
  history?: { messages?: number; bytes?: number }
  /**
   * Maximum number of sessions whose connection has ended; the oldest one is removed first, of a user with more than a tenth of them
   * before others. Sessions with a connection do not count. @default 100_000
   */
  sessions?: number
  /** Maximum number of streams without followers; the least recently used one is removed first. @default 10_000 */
  streams?: number
  /** Maximum bytes of all histories together; the least recently used stream is trimmed first. @default 256 MiB */
  bytes?: number
  /**
   * Maximum bytes of the idempotency keys of all users, and of those of all streams. Above it, the oldest replies are removed first, then
   * the oldest keys, which ends their 300 s early. One stream has at most 1/4 of it, and one user 1/16: further keys of that user are
   * refused as `limit`, and above half of it, replies are stored as `expired`. @default 128 MiB
   */
  keys?: number
}

const MIB = 1024 * 1024

/** The part of `keys` that one user has, as in `redisStore`: 8 MiB. */
const USER_SHARE = 1 / 16

/** The options that may be Infinity. */
const BOUNDS: readonly string[] = ['sessions', 'streams', 'bytes', 'keys'] satisfies (keyof MemoryStoreOptions)[]

/** The defaults of all options but the clock. */
export const DEFAULTS: Required<Omit<MemoryStoreOptions, 'clock' | 'history'>> & {
  history: { messages: number; bytes: number }
} = {
  window: 120_000,
  history: { messages: 300, bytes: MIB },
  sessions: 100_000,
  streams: 10_000,
  bytes: 256 * MIB,
  keys: 128 * MIB,
}

/**
 * Creates a store that keeps everything in the memory of this process.
 *
 * @throws OptionError
 */
export const memoryStore = (options: MemoryStoreOptions = {}): Store => {
  checkNames('', options, ['clock', ...Object.keys(DEFAULTS)])
  checkNames('history.', options.history, Object.keys(DEFAULTS.history))
  const {
    clock = systemClock,
    window = DEFAULTS.window,
    sessions = DEFAULTS.sessions,
    streams = DEFAULTS.streams,
    bytes = DEFAULTS.bytes,
    keys = DEFAULTS.keys,
  } = options
  checkClock(clock)
  const history = { ...DEFAULTS.history, ...options.history }
  const numbers = {
    window,
    sessions,
    streams,
    bytes,
    keys,
    'history.messages': history.messages,
    'history.bytes': history.bytes,
  }
  for (const [name, value] of Object.entries(numbers)) {
    // Clients receive the window and the limits of histories as JSON, which has no Infinity.
    const isBound = Number.isInteger(value) || (value === Infinity && BOUNDS.includes(name))
    check(name, value, isBound && value > 0, 'a whole number above 0')
  }
  const evictListeners = new Set<[listener: (kind: Evicted) => void]>()
  const onEvict = (kind: Evicted): void => {
    for (const [listener] of [...evictListeners]) listener(kind)
  }
  const broadcastListeners = new Set<[listener: (data: string) => void]>()
  return {
    kept: { ms: window, ...history },
    ...createMemoryStreams({ clock, history, streams, bytes, streamKeyBytes: keys / 4, keyBytes: keys, onEvict }),
    ...createMemorySessions({ clock, window, sessions, onEvict: () => onEvict('session') }),
    ...createMemoryIdempotencyKeys({ clock, bytes: keys, userBytes: keys * USER_SHARE, onEvict: () => onEvict('key') }),
    ...createMemoryPresence(),
    broadcast: async (data) => {
      for (const [listener] of [...broadcastListeners]) listener(data)
    },
    onBroadcast: (listener) => {
      const entry: [typeof listener] = [listener]
      broadcastListeners.add(entry)
      return () => void broadcastListeners.delete(entry)
    },
    onEvict: (listener) => {
      const entry: [typeof listener] = [listener]
      evictListeners.add(entry)
      return () => void evictListeners.delete(entry)
    },
    // Calls within one process cannot lose a message.
    onPossibleGap: () => () => undefined,
    close: async () => undefined,
  }
}
