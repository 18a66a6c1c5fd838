/** Who is in which stream, in memory. */

import type { PresenceEntry, Store } from '../store.ts'

export const createMemoryPresence = (): Pick<Store, 'enter' | 'leave' | 'present' | 'onPresence'> => {
  const streams = new Map<string, Map<string, PresenceEntry>>()
  const listeners = new Set<[listener: (stream: string) => void]>()
  const changed = (stream: string): void => {
    for (const [listener] of [...listeners]) listener(stream)
  }
  return {
    enter: async (stream, entry) => {
      const entries = streams.get(stream) ?? new Map<string, PresenceEntry>()
      streams.set(stream, entries.set(entry.id, entry))
      changed(stream)
    },
    leave: async (stream, id) => {
      const entries = streams.get(stream)
      if (!entries?.delete(id)) return
      if (entries.size === 0) streams.delete(stream)
      changed(stream)
    },
    present: async (stream) => [...(streams.get(stream)?.values() ?? [])],
    onPresence: (listener) => {
      const entry: [typeof listener] = [listener]
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
  }
}
