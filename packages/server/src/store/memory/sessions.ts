/** Sessions in memory. Takeovers of a session run one after the other: of two racing links the later call wins. */

import { type Clock, monotonicNow } from '../../clock.ts'
import { AnswerBudget, KeptAnswers } from '../keptAnswers.ts'
import type { Detach, Owner, SessionRecord, SessionWrite, Store } from '../store.ts'
import { type ReleasedSessions, createReleasedSessions } from './releasedSessions.ts'

interface Session {
  record: Omit<SessionRecord, 'results'>
  answers: KeptAnswers
  owner: Owner
  until: number
  /** The running takeovers, chained. */
  taking: Promise<unknown>
}

type Sessions = Pick<
  Store,
  | 'addSession'
  | 'getSession'
  | 'takeSession'
  | 'onDetach'
  | 'recordApplied'
  | 'touchSession'
  | 'releaseSession'
  | 'endSession'
>

const isSameOwner = (one: Owner, other: Owner): boolean => one.node === other.node && one.link === other.link

export interface MemorySessionsOptions {
  clock: Clock
  window: number
  /** The maximum number of sessions without a link. */
  sessions: number
  /** Called when a session is removed before its time. */
  onEvict(): void
}

export const createMemorySessions = (options: MemorySessionsOptions): Sessions => {
  const { clock, window, onEvict } = options
  /** The least recently used session comes first. */
  const sessions = new Map<string, Session>()
  const released: ReleasedSessions = createReleasedSessions(options.sessions)
  const budget = new AnswerBudget()
  const detaches = new Set<[detach: Detach]>()
  const copyRecord = ({ record, answers }: Session): SessionRecord => ({ ...record, results: answers.results })

  const remove = (sessionId: string, { record, answers }: Session): void => {
    sessions.delete(sessionId)
    released.delete(sessionId, record.user)
    answers.release()
  }
  const find = (sessionId: string): Session | undefined => {
    const session = sessions.get(sessionId)
    if (!session || session.until > monotonicNow(clock)) return session
    remove(sessionId, session)
    return undefined
  }
  /** Restarts the expiry of a session with a link. No timer runs, so expired sessions are removed here. */
  const use = (sessionId: string, session: Session): void => {
    released.delete(sessionId, session.record.user)
    session.until = monotonicNow(clock) + window
    sessions.delete(sessionId)
    sessions.set(sessionId, session)
    for (const [oldest, { until }] of sessions) {
      if (until > monotonicNow(clock)) return
      remove(oldest, sessions.get(oldest)!)
    }
  }
  /** Calls back with the session if the link owns it. */
  const write = (sessionId: string, owner: Owner, change: (session: Session) => void): SessionWrite => {
    const session = find(sessionId)
    if (!session) return 'missing'
    if (!isSameOwner(session.owner, owner)) return 'replaced'
    change(session)
    return 'recorded'
  }

  const take = async (sessionId: string, owner: Owner): Promise<SessionRecord | undefined> => {
    const session = find(sessionId)
    if (!session) return undefined
    use(sessionId, session)
    const { node, link } = session.owner
    await Promise.all([...detaches].map(([detach]) => detach(sessionId, link, node))) // S2
    if (find(sessionId) !== session) return undefined
    session.owner = owner
    session.record.takeovers++
    use(sessionId, session)
    return copyRecord(session)
  }
  return {
    addSession: async ({ results, ...record }, owner) => {
      const { sessionId, user, takeovers } = record
      const found = find(sessionId)
      if (found && isSameOwner(found.owner, owner)) return 'recorded'
      if (found && found.record.takeovers >= takeovers) return 'replaced'
      if (found) remove(sessionId, found)
      const answers = new KeptAnswers(user, budget, results)
      use(sessionId, { record, answers, owner, until: 0, taking: Promise.resolve() })
      return 'recorded'
    },
    getSession: async (sessionId) => {
      const session = find(sessionId)
      return session && copyRecord(session)
    },
    takeSession: async (sessionId, owner) => {
      const session = find(sessionId)
      if (!session) return undefined
      const taken = session.taking.then(() => take(sessionId, owner))
      session.taking = taken.catch(() => undefined)
      return await taken
    },
    onDetach: (detach) => {
      const entry: [Detach] = [detach]
      detaches.add(entry)
      return () => void detaches.delete(entry)
    },
    recordApplied: async (sessionId, owner, seq, result) =>
      write(sessionId, owner, (session) => {
        const { record, answers } = session
        use(sessionId, session)
        if (seq <= record.last) return
        record.last = seq
        answers.add(seq, result)
      }),
    touchSession: async (sessionId, owner) => write(sessionId, owner, (session) => use(sessionId, session)),
    releaseSession: async (sessionId, owner) =>
      write(sessionId, owner, (session) => {
        use(sessionId, session)
        const surplus = released.add(sessionId, session.record.user)
        if (surplus === undefined) return
        remove(surplus, sessions.get(surplus)!)
        onEvict()
      }),
    endSession: async (sessionId, owner) => void write(sessionId, owner, (session) => remove(sessionId, session)),
  }
}
