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

/** Entries that are written at once after Redis has lost them. */
const RESTORE_BATCH = 500

/** An entry as Redis returned it. */
interface ListedEntry {
  readonly text: string
  readonly entry: PresenceEntry
}

export const createPresence = (commands: Commands, { keys, channels, node }: PresenceSettings): Presence => {
  /** The entries of this node, by stream and id. */
  const own = new Map<string, Map<string, PresenceEntry>>()
  /** The last list of each stream that has entries of this node, by field. An entry that has not changed is not parsed again. */
  const lists = new Map<string, ReadonlyMap<string, ListedEntry>>()
  /** Entries that must not stay in Redis, by field. The call that failed may have written them. */
  const removals = new Map<string, [stream: string, id: string]>()
  const keysOf = (stream: string) => (): string[] => [keys.presence(stream)]
  const nodeKeys = (): string[] => [keys.nodePresence(node)]
  // The field contains the node, so that a late `leave` on another node removes only the entry of that node.
  const fieldOf = (id: string): string => `${node} ${id}`
  const setEntryOf = (stream: string, id: string): string => JSON.stringify([stream, fieldOf(id)])

  const write = async (stream: string, entry: PresenceEntry): Promise<void> => {
    const { id, user } = entry
    // A `leave` meanwhile has removed the entry already, and nothing would remove it again.
    const hasLeft = (): boolean => own.get(stream)?.get(id) !== entry
    if (hasLeft()) return
    await commands.run(track, nodeKeys, [setEntryOf(stream, id)])
    if (hasLeft()) return
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
    if (entries?.size !== 0) return
    own.delete(stream)
    lists.delete(stream)
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
      const before = lists.get(stream)
      const listed = new Map<string, ListedEntry>()
      for (let i = 0; i + 1 < flat.length; i += 2) {
        const [field, text] = [flat[i] as string, flat[i + 1] as string]
        const known = before?.get(field)
        const id = field.slice(field.indexOf(' ') + 1)
        listed.set(
          field,
          known?.text === text ? known : { text, entry: { id, user: JSON.parse(text) as PresenceEntry['user'] } },
        )
      }
      if (own.has(stream)) lists.set(stream, listed)
      return [...listed.values()].map(({ entry }) => entry)
    },

    async retryRemovals() {
      for (const [stream, id] of [...removals.values()]) await remove(stream, id)
    },

    async restore() {
      const all = [...own].flatMap(([stream, entries]) =>
        [...entries.values()].map((entry) => [stream, entry] as const),
      )
      for (let index = 0; index < all.length; index += RESTORE_BATCH) {
        await Promise.all(all.slice(index, index + RESTORE_BATCH).map(([stream, entry]) => write(stream, entry)))
      }
    },
  }
}
