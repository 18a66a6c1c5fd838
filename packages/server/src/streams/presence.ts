/** Who is in a stream, shown per user though kept per link: the whole to newcomers, then differences. */

import type { User } from '../context/hubEvents.ts'
import type { Setting } from '../context/hubContext.ts'

/** A user as others see it. */
export interface PresenceMember {
  id: string
  info?: unknown
}

/** One who watches a stream. */
export type Watcher = (frame: string) => void

export interface Presence {
  /** Enters a link, and tells the watcher from now on who is there. */
  enter(stream: string, id: string, user: User, watcher: Watcher): void
  /** Leaves, at once or, for a link that may come back, later. */
  leave(stream: string, id: string, later: boolean): void
  /** Who is there. Rejects when the store fails. */
  list(stream: string): Promise<PresenceMember[]>
  /** Leaves for all that still waited to. */
  close(): Promise<void>
}

interface View {
  users: ReadonlyMap<string, PresenceMember>
  /** Those that have been told the whole. */
  readonly watchers: Map<string, { watcher: Watcher; told: boolean }>
  refreshing: boolean
  again: boolean
}

/** How long somebody who has not said goodbye is still shown. */
const GRACE = 10_000

const differs = (one: PresenceMember | undefined, other: PresenceMember): boolean =>
  !one || JSON.stringify(one.info) !== JSON.stringify(other.info)

export const createPresence = (setting: Setting): Presence => {
  const { store, timers, report, options } = setting
  const views = new Map<string, View>()
  /** Those who are about to leave. */
  const leaving = new Map<object, () => void>()
  const pending = new Set<Promise<void>>()

  const wanted = (stream: string): boolean =>
    typeof options.presence === 'function' ? options.presence(stream) : options.presence === true
  const track = (done: Promise<void>): void => {
    const settled = done.catch(report).finally(() => pending.delete(settled))
    pending.add(settled)
  }
  const list = async (stream: string): Promise<PresenceMember[]> => {
    const users = new Map<string, PresenceMember>()
    for (const { user } of await store.present(stream)) users.set(user.id, user)
    return [...users.values()]
  }
  const tell = (stream: string, view: View, users: readonly PresenceMember[]): void => {
    const now = new Map(users.map((user) => [user.id, user]))
    const came = users.filter((user) => differs(view.users.get(user.id), user))
    const gone = [...view.users.values()].filter(({ id }) => !now.has(id))
    const change = { ...(came.length > 0 && { in: came }), ...(gone.length > 0 && { out: gone }) }
    const difference = Object.keys(change).length > 0 && JSON.stringify({ t: 'pres', s: stream, ...change })
    view.users = now
    let all: string | undefined
    for (const entry of view.watchers.values()) {
      if (!entry.told) entry.watcher((all ??= JSON.stringify({ t: 'pres', s: stream, all: users })))
      else if (difference) entry.watcher(difference)
      entry.told = true
    }
  }
  const refresh = async (stream: string, view: View): Promise<void> => {
    view.refreshing = true
    try {
      do {
        view.again = false
        tell(stream, view, await list(stream))
      } while (view.again)
    } finally {
      view.refreshing = false
    }
  }
  const changed = (stream: string): void => {
    const view = views.get(stream)
    if (view?.refreshing) view.again = true
    else if (view) track(refresh(stream, view))
  }
  const unsubscribe = store.onPresence(changed)
  const leaveNow = (stream: string, id: string): void => track(store.leave(stream, id))

  return {
    enter: (stream, id, { id: user, info }, watcher) => {
      if (!wanted(stream)) return
      const view = views.get(stream) ?? { users: new Map(), watchers: new Map(), refreshing: false, again: false }
      views.set(stream, view)
      view.watchers.set(id, { watcher, told: false })
      track(
        store
          .enter(stream, { id, user: { id: user, ...(info !== undefined && { info }) } })
          .then(() => changed(stream)),
      )
    },
    leave: (stream, id, later) => {
      const view = views.get(stream)
      if (!view?.watchers.delete(id)) return
      if (view.watchers.size === 0) views.delete(stream)
      if (!later) return leaveNow(stream, id)
      const key = {}
      const go = (): void => {
        leaving.delete(key)
        leaveNow(stream, id)
      }
      const stop = timers.after(GRACE, go)
      leaving.set(key, () => {
        stop()
        go()
      })
    },
    list,
    close: async () => {
      for (const go of [...leaving.values()]) go()
      unsubscribe()
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
