/** The store that the nodes of a simulation share. It can lose sessions or everything, fail over to an older copy, and be unavailable. */

import type { Detach, Feed, Owner, Store } from '../../../src/store/store.ts'
import type { SimClock } from './simClock.ts'
import type { Modules } from './simulation.ts'

export interface SimStore extends Store {
  /** While true, calls reject. */
  isDown: boolean
  /** When the last outage ended, in ms. */
  downUntil: number
  /** Loses the session that was stored or taken over last, as by an eviction. */
  loseNewestSession(): void
  loseSessions(): void
  /** Loses everything, as by FLUSHALL. The nodes notice it later. */
  empty(): void
  /** Another server takes over, with an older copy of the idempotency keys. As in Redis, sessions and streams belong to one server. */
  failOver(): void
  /** Notifies the nodes that something may be missing. */
  reportGap(): void
}

/** How far an older copy may be behind, and how long the nodes may take to notice that the store was emptied, in ms. */
const LONGEST_LAG = 3000
const LONGEST_DETECTION = 5000

export const createSimStore = (modules: Modules, clock: SimClock): SimStore => {
  const createPart = () => modules.memoryStore({ clock, history: { messages: 12, bytes: 2 ** 20 } })
  let streams = createPart()
  let sessions = createPart()
  let keys = createPart()
  const feeds = new Set<{ stream: string; feed: Feed; unfollow: () => void }>()
  const detaches = new Set<Detach>()
  const gapListeners = new Set<() => void>()
  const owners = new Map<string, Owner>()
  /** When each key was written. */
  const written = new Map<string, [user: string, key: string, at: number]>()

  const replaceStreams = (): void => {
    streams = createPart()
    for (const entry of feeds) {
      entry.unfollow = () => undefined
      void streams.follow(entry.stream, entry.feed).then((unfollow) => (entry.unfollow = unfollow))
    }
  }
  const loseSessions = (): void => {
    sessions = createPart()
    for (const detach of detaches) sessions.onDetach(detach)
  }
  const reportGap = (): void => {
    for (const listener of gapListeners) listener()
  }
  const loseKeysSince = (since: number): void => {
    for (const [user, key, at] of written.values()) if (at > since) void keys.recordKey(user, key, undefined)
  }
  const noteKey = (user: string, key: string): void =>
    void written.set(JSON.stringify([user, key]), [user, key, clock.now()])

  return {
    ...streams,
    isDown: false,
    downUntil: -Infinity,
    publish: (...args) => streams.publish(...args),
    read: (...args) => streams.read(...args),
    follow: async (stream, feed) => {
      const entry = { stream, feed, unfollow: await streams.follow(stream, feed) }
      feeds.add(entry)
      return () => {
        feeds.delete(entry)
        entry.unfollow()
      }
    },
    addSession: async (record, owner) => {
      owners.set(record.sessionId, owner)
      return await sessions.addSession(record, owner)
    },
    getSession: (...args) => sessions.getSession(...args),
    takeSession: async (sessionId, owner) => {
      let part
      let record
      // While the older link is detached, the data may get lost. As in Redis, the session is then taken from the new data.
      do {
        part = sessions
        record = await part.takeSession(sessionId, owner)
      } while (part !== sessions)
      owners.delete(sessionId)
      owners.set(sessionId, owner)
      return record
    },
    onDetach: (detach) => {
      detaches.add(detach)
      return sessions.onDetach(detach)
    },
    recordApplied: (...args) => sessions.recordApplied(...args),
    touchSession: (...args) => sessions.touchSession(...args),
    releaseSession: (...args) => sessions.releaseSession(...args),
    endSession: (...args) => sessions.endSession(...args),
    claimKey: (user, key) => {
      noteKey(user, key)
      return keys.claimKey(user, key)
    },
    recordKey: (user, key, result) => {
      noteKey(user, key)
      return keys.recordKey(user, key, result)
    },
    onPossibleGap: (listener) => {
      gapListeners.add(listener)
      return () => void gapListeners.delete(listener)
    },
    loseNewestSession: () => {
      const [sessionId, owner] = [...owners].at(-1) ?? []
      if (sessionId !== undefined) void sessions.endSession(sessionId, owner!)
    },
    loseSessions,
    empty: () => {
      loseSessions()
      replaceStreams()
      keys = createPart()
      clock.setTimeout(reportGap, clock.random() * LONGEST_DETECTION)
    },
    failOver: () => {
      loseSessions()
      replaceStreams()
      loseKeysSince(clock.now() - clock.random() * LONGEST_LAG)
      reportGap()
    },
    reportGap,
  }
}
