/** Presence: the members of a stream. Stored per connection, published per user: the full list to new clients, then changes. */

import { askPermissionNow } from '../context/callbacks.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { User } from '../context/hubEvents.ts'

/** A user, as the other members of a stream see them. */
export interface PresenceMember {
  id: string
  info?: unknown
}

/** Receives the `pres` frames of a stream. */
export type PresenceListener = (frame: string) => void

export interface Presence {
  /** Adds a connection to a stream and sends it the list of members, then changes. */
  enter(stream: string, id: string, user: User, listener: PresenceListener): void
  /** Removes a connection. @param mayReturn keeps the member for a grace period, because the client may reconnect */
  leave(stream: string, id: string, mayReturn: boolean): void
  /** Lists the members. Rejects when the store fails. */
  list(stream: string): Promise<PresenceMember[]>
  /** Removes the connections whose grace period has not ended, and waits for the store. */
  close(): Promise<void>
}

interface StreamPresence {
  members: ReadonlyMap<string, PresenceMember>
  /** By connection. A listener first gets the full list, then changes. */
  readonly listeners: Map<string, { listener: PresenceListener; hasFullList: boolean }>
  isRefreshing: boolean
  mustRepeat: boolean
}

/** How long a member stays after an unclean disconnect, in ms. */
const GRACE_PERIOD = 10_000

const hasChanged = (before: PresenceMember | undefined, now: PresenceMember): boolean =>
  !before || JSON.stringify(before.info) !== JSON.stringify(now.info)

export const createPresence = (context: HubContext): Presence => {
  const { store, timers, report, options } = context
  const presences = new Map<string, StreamPresence>()
  /** Ends a running grace period at once. */
  const gracePeriods = new Map<object, () => void>()
  const pending = new Set<Promise<void>>()

  const isEnabled = (stream: string): boolean => {
    const { presence = false } = options
    if (typeof presence === 'boolean') return presence
    return askPermissionNow(context, { name: 'presence', run: () => presence(stream) })
  }
  const track = (done: Promise<void>): void => {
    const settled = done.catch(report).finally(() => pending.delete(settled))
    pending.add(settled)
  }
  const list = async (stream: string): Promise<PresenceMember[]> => {
    const members = new Map<string, PresenceMember>()
    for (const { user } of await store.listPresence(stream)) members.set(user.id, user)
    return [...members.values()]
  }
  const notify = (stream: string, presence: StreamPresence, members: readonly PresenceMember[]): void => {
    const now = new Map(members.map((member) => [member.id, member]))
    const joined = members.filter((member) => hasChanged(presence.members.get(member.id), member))
    const left = [...presence.members.values()].filter(({ id }) => !now.has(id))
    const changes = { ...(joined.length > 0 && { in: joined }), ...(left.length > 0 && { out: left }) }
    const changeFrame = Object.keys(changes).length > 0 && JSON.stringify({ t: 'pres', s: stream, ...changes })
    presence.members = now
    let fullFrame: string | undefined
    for (const entry of presence.listeners.values()) {
      if (!entry.hasFullList) entry.listener((fullFrame ??= JSON.stringify({ t: 'pres', s: stream, all: members })))
      else if (changeFrame) entry.listener(changeFrame)
      entry.hasFullList = true
    }
  }
  const refresh = async (stream: string, presence: StreamPresence): Promise<void> => {
    presence.isRefreshing = true
    try {
      do {
        presence.mustRepeat = false
        notify(stream, presence, await list(stream))
      } while (presence.mustRepeat)
    } finally {
      presence.isRefreshing = false
    }
  }
  const requestRefresh = (stream: string): void => {
    const presence = presences.get(stream)
    if (presence?.isRefreshing) presence.mustRepeat = true
    else if (presence) track(refresh(stream, presence))
  }
  const unsubscribe = store.onPresence(requestRefresh)
  const removeNow = (stream: string, id: string): void => track(store.leave(stream, id))

  return {
    enter: (stream, id, { id: userId, info }, listener) => {
      if (!isEnabled(stream)) return
      const presence = presences.get(stream) ?? {
        members: new Map(),
        listeners: new Map(),
        isRefreshing: false,
        mustRepeat: false,
      }
      presences.set(stream, presence)
      presence.listeners.set(id, { listener, hasFullList: false })
      const entry = { id, user: { id: userId, ...(info !== undefined && { info }) } }
      track(store.enter(stream, entry).then(() => requestRefresh(stream)))
    },
    leave: (stream, id, mayReturn) => {
      const presence = presences.get(stream)
      if (!presence?.listeners.delete(id)) return
      if (presence.listeners.size === 0) presences.delete(stream)
      if (!mayReturn) return removeNow(stream, id)
      const key = {}
      const expire = (): void => {
        gracePeriods.delete(key)
        removeNow(stream, id)
      }
      const cancel = timers.after(GRACE_PERIOD, expire)
      gracePeriods.set(key, () => {
        cancel()
        expire()
      })
    },
    list,
    close: async () => {
      for (const expireNow of [...gracePeriods.values()]) expireNow()
      unsubscribe()
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
