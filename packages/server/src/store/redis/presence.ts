/**
 * Presence in Redis: a hash for each stream, and a set for each node of what it has entered, by which others clear up after it. Entries do
 * not expire one by one: they live as long as their node does.
 */
import type { PresenceEntry, Store } from '../store.ts'
import type { Commands } from './commands.ts'
import { enter, leave, present } from './nodeScripts.ts'

export interface Presence extends Pick<Store, 'enter' | 'leave' | 'present'> {
  /** Tells Redis all of this node again: it had forgotten. */
  again(): Promise<void>
  /** Takes away what could not be taken away while Redis was gone. */
  mend(): Promise<void>
}

export function createPresence(commands: Commands, prefix: string, node: string): Presence {
  /** What this node has entered, by stream and id. */
  const own = new Map<string, Map<string, PresenceEntry>>()
  /** What must not stay in Redis, by field: a call failed, and nobody knows how far it came. */
  const unsure = new Map<string, [stream: string, id: string]>()
  const channel = `${prefix}presence`
  const keys = (stream: string) => (): string[] => [`${prefix}pres:${stream}`, `${prefix}present:${node}`]
  // With the node in it, so that a late `leave` elsewhere takes away only what was entered there.
  const fieldOf = (id: string): string => `${node} ${id}`

  async function tell(stream: string, { id, user }: PresenceEntry): Promise<void> {
    const field = fieldOf(id)
    await commands.run(enter, keys(stream), [
      field,
      JSON.stringify(user),
      JSON.stringify([stream, field]),
      channel,
      stream,
    ])
  }

  async function takeAway(stream: string, id: string): Promise<void> {
    const field = fieldOf(id)
    const key = JSON.stringify([stream, field])
    unsure.set(key, [stream, id])
    await commands.run(leave, keys(stream), [field, key, channel, stream])
    unsure.delete(key)
  }

  function forget(stream: string, id: string): void {
    const entries = own.get(stream)
    entries?.delete(id)
    if (entries?.size === 0) own.delete(stream)
  }

  return {
    async enter(stream, entry) {
      let entries = own.get(stream)
      if (!entries) own.set(stream, (entries = new Map()))
      entries.set(entry.id, entry)
      const key = JSON.stringify([stream, fieldOf(entry.id)])
      unsure.delete(key)
      try {
        await tell(stream, entry)
      } catch (error) {
        if (own.get(stream)?.get(entry.id) === entry) {
          forget(stream, entry.id)
          unsure.set(key, [stream, entry.id])
        }
        throw error
      }
    },

    async leave(stream, id) {
      forget(stream, id)
      await takeAway(stream, id)
    },

    async present(stream) {
      const flat = (await commands.run(present, keys(stream), [])) as string[]
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

    async mend() {
      for (const [stream, id] of [...unsure.values()]) await takeAway(stream, id)
    },

    async again() {
      for (const [stream, entries] of own) for (const entry of entries.values()) await tell(stream, entry)
    },
  }
}
