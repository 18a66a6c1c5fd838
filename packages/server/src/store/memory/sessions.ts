/** Sessions in memory. Takeovers of a session run one after the other: of two racing links the later call wins. */

import type { Clock } from '../../clock.ts'
import { keepAnswer, sizeOfAnswers, trimAnswers } from '../../protocol/answers.ts'
import { createTtlMap } from './ttlMap.ts'
import type { Detach, Owner, SessionRecord, Store } from '../store.ts'

interface Session {
  record: SessionRecord & { results: Record<string, string> }
  owner: Owner
  /** The running takeovers, chained. */
  taking: Promise<unknown>
}

type Sessions = Pick<
  Store,
  'addSession' | 'getSession' | 'takeSession' | 'onDetach' | 'recordApplied' | 'touchSession' | 'endSession'
>

const isSameOwner = (one: Owner, other: Owner): boolean => one.node === other.node && one.link === other.link

export interface MemorySessionsOptions {
  clock: Clock
  window: number
  sessions: number
  /** The most characters of all answers together. */
  answers: number
  onEvict(): void
}

export const createMemorySessions = (options: MemorySessionsOptions): Sessions => {
  /** The sessions with answers. The one that got an answer least recently comes first. */
  const answered = new Set<Session>()
  let answerSize = 0
  const sessions = createTtlMap<Session>(new Map(), options.clock, options.sessions, (session, isSurplus) => {
    changeAnswers(session, () => (session.record.results = {}))
    if (isSurplus) options.onEvict()
  })
  /** Counts the answers of a session again after a change. */
  const changeAnswers = (session: Session, change: () => void): void => {
    const { record } = session
    answerSize -= sizeOfAnswers(record.results)
    change()
    const size = sizeOfAnswers(record.results)
    answerSize += size
    answered.delete(session)
    if (size > 0) answered.add(session)
  }
  /** Removes the replies of the other sessions, the oldest first, while all answers together are too large. */
  const trimOthers = (session: Session): void => {
    for (const other of answered) {
      if (answerSize <= options.answers || other === session) return
      answerSize -= sizeOfAnswers(other.record.results)
      trimAnswers(other.record.results, 0)
      answerSize += sizeOfAnswers(other.record.results)
      answered.delete(other)
    }
  }
  const detaches = new Set<[detach: Detach]>()
  const copyRecord = ({ record }: Session): SessionRecord => ({ ...record, results: { ...record.results } })
  const keep = (sessionId: string, session: Session): void => sessions.set(sessionId, session, options.window)

  const take = async (sessionId: string, owner: Owner): Promise<SessionRecord | undefined> => {
    const session = sessions.get(sessionId)
    if (!session) return undefined
    const { node, link } = session.owner
    await Promise.all([...detaches].map(([detach]) => detach(sessionId, link, node))) // S2
    if (sessions.get(sessionId) !== session) return undefined
    session.owner = owner
    keep(sessionId, session)
    return copyRecord(session)
  }
  return {
    addSession: async (record, owner) => {
      const session: Session = { record: { ...record, results: {} }, owner, taking: Promise.resolve() }
      sessions.delete(record.sessionId)
      keep(record.sessionId, session)
      changeAnswers(session, () => Object.assign(session.record.results, record.results))
    },
    getSession: async (sessionId) => {
      const session = sessions.get(sessionId)
      return session && copyRecord(session)
    },
    takeSession: async (sessionId, owner) => {
      const session = sessions.get(sessionId)
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
    recordApplied: async (sessionId, owner, seq, result) => {
      const session = sessions.get(sessionId)
      if (!session || !isSameOwner(session.owner, owner)) return false
      const { record } = session
      keep(sessionId, session)
      if (seq <= record.last) return true
      record.last = seq
      changeAnswers(session, () => keepAnswer(record.results, seq, result))
      trimOthers(session)
      return true
    },
    touchSession: async (sessionId, owner) => {
      const session = sessions.get(sessionId)
      if (session && isSameOwner(session.owner, owner)) keep(sessionId, session)
    },
    endSession: async (sessionId, owner) => {
      const session = sessions.get(sessionId)
      if (session && isSameOwner(session.owner, owner)) sessions.delete(sessionId)
    },
  }
}
