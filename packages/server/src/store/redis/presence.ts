/**
 * Presence in Redis: a hash for each stream, and for each node a set of the entries it has written. Entries do not expire one by one:
 * when a node is dead, another node uses the set to remove its entries.
 */
import type { PresenceEntry, Store } from '../store.ts'
import type { Commands } from './connections/connections.ts'
import type { Channels, Keys } from './keys.ts'
import { enter, leave, list, track, untrack } from './scripts/presence.ts'

export interface Presence extends Pick<Store, 'enter' | 'leave' | 'listPresence'> {
  /** Writes all entries of this node again, after Redis has lost them. */
  restore(): Promise<void>
  /** Repeats the removals that failed while Redis was away. */
  retryRemovals(): Promise<void>
}

export interface PresenceSettings {
  keys: Keys
  channels: Channels
  /** The id of this node. */
  node: string
}

export const createPresence = (commands: Commands, { keys, channels, node }: PresenceSettings): Presence => {
  /** The entries of this node, by stream and id. */
  const own = new Map<string, Map<string, PresenceEntry>>()
  /** Entries that must not stay in Redis, by field. The call that failed may have written them. */
  const removals = new Map<string, [stream: string, id: string]>()
  const keysOf = (stream: string) => (): string[] => [keys.presence(stream)]
  const nodeKeys = (): string[] => [keys.nodePresence(node)]
  // The field contains the node, so that a late `leave` on another node removes only the entry of that node.
  const fieldOf = (id: string): string => `${node} ${id}`
  const setEntryOf = (stream: string, id: string): string => JSON.stringify([stream, fieldOf(id)])

  const write = async (stream: string, { id, user }: PresenceEntry): Promise<void> => {
    await commands.run(track, nodeKeys, [setEntryOf(stream, id)])
    await commands.run(enter, keysOf(stream), [fieldOf(id), JSON.stringify(user), channels.presence, stream])
  }

  const remove = async (stream: string, id: string): Promise<void> => {
    const setEntry = setEntryOf(stream, id)
    removals.set(setEntry, [stream, id])
    await commands.run(leave, keysOf(stream), [channels.presence, stream, fieldOf(id)])
    // An entry that was written again meanwhile stays in the set.
    if (!own.get(stream)?.has(id)) await commands.run(untrack, nodeKeys, [setEntry])
    removals.delete(setEntry)
  }

  const forget = (stream: string, id: string): void => {
    const entries = own.get(stream)
    entries?.delete(id)
    if (entries?.size === 0) own.delete(stream)
  }

  return {
    async enter(stream, entry) {
      let entries = own.get(stream)
      if (!entries) own.set(stream, (entries = new Map()))
      entries.set(entry.id, entry)
      const setEntry = setEntryOf(stream, entry.id)
      removals.delete(setEntry)
      try {
        await write(stream, entry)
      } catch (error) {
        if (own.get(stream)?.get(entry.id) === entry) {
          forget(stream, entry.id)
          removals.set(setEntry, [stream, entry.id])
        }
        throw error
      }
    },

    async leave(stream, id) {
      forget(stream, id)
      await remove(stream, id)
    },

    async listPresence(stream) {
      const flat = (await commands.run(list, keysOf(stream), [])) as string[]
      const entries: PresenceEntry[] = []
      for (let i = 0; i + 1 < flat.length; i += 2) {
        const field = flat[i] as string
        entries.push({
          id: field.slice(field.indexOf(' ') + 1),
          user: JSON.parse(flat[i + 1] as string) as PresenceEntry['user'],
        })
      }
      return entries
    },

    async retryRemovals() {
      for (const [stream, id] of [...removals.values()]) await remove(stream, id)
    },

    async restore() {
      for (const [stream, entries] of own) for (const entry of entries.values()) await write(stream, entry)
    },
  }
}
