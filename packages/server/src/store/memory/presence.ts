/** Presence in memory: the connections in each stream. */

import type { PresenceEntry, Store } from '../store.ts'

export const createMemoryPresence = (): Pick<Store, 'enter' | 'leave' | 'listPresence' | 'onPresence'> => {
  const streams = new Map<string, Map<string, PresenceEntry>>()
  const listeners = new Set<[listener: (stream: string) => void]>()
  const notify = (stream: string): void => {
    for (const [listener] of [...listeners]) listener(stream)
  }
  return {
    enter: async (stream, entry) => {
      const entries = streams.get(stream) ?? new Map<string, PresenceEntry>()
      // The entry that was written last comes last, so it is the one that counts for a user with several connections.
      entries.delete(entry.id)
      streams.set(stream, entries.set(entry.id, entry))
      notify(stream)
    },
    leave: async (stream, id) => {
      const entries = streams.get(stream)
      if (!entries?.delete(id)) return
      if (entries.size === 0) streams.delete(stream)
      notify(stream)
    },
    listPresence: async (stream) => [...(streams.get(stream)?.values() ?? [])],
    onPresence: (listener) => {
      const entry: [typeof listener] = [listener]
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
  }
}
