/** Presence: the members of a stream. Stored per connection, published per user: the full list to new clients, then changes. */

import { askPermissionNow } from '../context/callbacks.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { User } from '../context/hubEvents.ts'
import { type PresenceListener, type PresenceMember, StreamPresence, createTextOf } from './streamPresence.ts'

/** A connection that is a member. A fresh token may replace its user. */
export interface PresenceClient {
  readonly id: string
  readonly user: User
}

export interface Presence {
  /** Adds a connection to a stream and sends it the list of members, then changes. */
  enter(stream: string, client: PresenceClient, listener: PresenceListener): void
  /** Publishes the current user of a connection, if the connection was added to the stream. */
  update(stream: string, client: PresenceClient): void
  /** Removes a connection. @param mayReturn keeps the member for a grace period, because the client may reconnect */
  leave(stream: string, id: string, mayReturn: boolean): void
  /** Lists the members. Rejects when the store fails. */
  list(stream: string): Promise<PresenceMember[]>
  /** Removes the connections whose grace period has not ended, and waits for the store. */
  close(): Promise<void>
}

/** How long a member stays after an unclean disconnect, in ms. */
const GRACE_PERIOD = 10_000
/** When a member is written again that the store has not accepted, in ms. */
const RETRY_DELAY = 2000

export const createPresence = (context: HubContext): Presence => {
  const { store, timers, report, options } = context
  /** The streams that have a listener. */
  const streams = new Map<string, StreamPresence>()
  /** Each one ends a running grace period. */
  const gracePeriods = new Set<() => void>()
  const pending = new Set<Promise<void>>()
  /** Cancels the next attempt to write a member, by connection and stream. */
  const retries = new Map<string, () => void>()
  const retryKey = (stream: string, id: string): string => `${id} ${stream}`
  /** A user may be in many streams, which share one object and its JSON text. */
  const members = new WeakMap<User, PresenceMember>()

  const memberOf = (user: User): PresenceMember => {
    const { id, info } = user
    const member = members.get(user) ?? { id, ...(info !== undefined && { info }) }
    members.set(user, member)
    return member
  }

  const isEnabled = (stream: string): boolean => {
    const { presence = false } = options
    if (typeof presence === 'boolean') return presence
    return askPermissionNow(context, { name: 'presence', run: () => presence(stream) })
  }
  const track = (done: Promise<void>): void => {
    const settled = done.catch(report).finally(() => pending.delete(settled))
    pending.add(settled)
  }
  const readMembers = async (stream: string): Promise<Iterable<PresenceMember>> => {
    const members = new Map<string, PresenceMember>()
    for (const { user } of await store.listPresence(stream)) members.set(user.id, user)
    return members.values()
  }
  const host = { timers, track, readMembers, textOf: createTextOf() }
  const open = (stream: string): StreamPresence => {
    const presence = new StreamPresence(stream, host)
    streams.set(stream, presence)
    return presence
  }
  const unsubscribers = [
    store.onPresence((stream) => streams.get(stream)?.refresh()),
    // Notifications may have been lost, too.
    store.onPossibleGap(() => {
      for (const presence of streams.values()) presence.refresh()
    }),
  ]
  /** Writes a member until the store accepts it or the client leaves. Only the first error is reported. */
  const write = (stream: string, client: PresenceClient, presence: StreamPresence, onError = report): void => {
    const { id } = client
    const key = retryKey(stream, id)
    // Reads the user again, which a fresh token may have replaced meanwhile.
    const writeAgain = (): void => write(stream, client, presence, () => undefined)
    const retry = (error: unknown): void => {
      onError(error)
      if (!presence.has(id)) return
      retries.get(key)?.()
      retries.set(key, timers.after(RETRY_DELAY, writeAgain))
    }
    // Most stores report a change before that. An entry that was there already is no change.
    track(store.enter(stream, { id, user: memberOf(client.user) }).then(() => presence.sendListTo(id), retry))
  }
  const removeNow = (stream: string, id: string): void => track(store.leave(stream, id))

  return {
    enter: (stream, client, listener) => {
      if (!isEnabled(stream)) return
      const presence = streams.get(stream) ?? open(stream)
      presence.add(client.id, listener)
      write(stream, client, presence)
    },
    update: (stream, client) => {
      const presence = streams.get(stream)
      if (presence?.has(client.id)) write(stream, client, presence)
    },
    leave: (stream, id, mayReturn) => {
      const presence = streams.get(stream)
      if (!presence?.remove(id)) return
      retries.get(retryKey(stream, id))?.()
      retries.delete(retryKey(stream, id))
      if (presence.isEmpty) streams.delete(stream)
      if (!mayReturn) return removeNow(stream, id)
      const expire = (): void => {
        if (gracePeriods.delete(expire)) removeNow(stream, id)
      }
      gracePeriods.add(expire)
      timers.after(GRACE_PERIOD, expire)
    },
    // The store and the encoded lists share the members, so the application gets copies.
    list: async (stream) => structuredClone([...(await readMembers(stream))]),
    close: async () => {
      for (const expire of [...gracePeriods]) expire()
      for (const unsubscribe of unsubscribers) unsubscribe()
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
