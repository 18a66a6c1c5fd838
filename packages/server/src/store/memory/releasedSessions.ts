/** The sessions whose links have closed. Only these are removed when there are too many, those of a user with many sessions first. */

export interface ReleasedSessions {
  /** Adds a session. Returns the one that must be removed, if there are too many now. */
  add(sessionId: string, user: string): string | undefined
  delete(sessionId: string, user: string): void
}

/** The share of the maximum that a user may hold when there are too many sessions. */
const USER_SHARE = 1 / 10

export const createReleasedSessions = (maximum: number): ReleasedSessions => {
  /** The session that was released first comes first. */
  const all = new Map<string, string>()
  const users = new Map<string, Set<string>>()
  const remove = (sessionId: string, user: string): void => {
    if (!all.delete(sessionId)) return
    const own = users.get(user)!
    own.delete(sessionId)
    if (own.size === 0) users.delete(user)
  }
  return {
    add: (sessionId, user) => {
      const own = users.get(user) ?? new Set()
      users.set(user, own.add(sessionId))
      all.set(sessionId, user)
      if (all.size <= maximum) return undefined
      const [surplus] = own.size > Math.max(1, maximum * USER_SHARE) ? own : all.keys()
      return surplus
    },
    delete: remove,
  }
}
