/** Sessions in memory. Takeovers of a session run one after the other: of two racing links the later call wins. */

import type { Clock } from '../../clock.ts'
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

/** Answers per session. See PROTOCOL.md, "Bounds". */
const MAX_RESULTS = 128

const isSameOwner = (one: Owner, other: Owner): boolean => one.node === other.node && one.link === other.link

export const createMemorySessions = (options: { clock: Clock; window: number; sessions: number }): Sessions => {
  const sessions = createTtlMap<Session>(new Map(), options.clock, options.sessions)
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
      const copy = { ...record, results: { ...record.results } }
      keep(record.sessionId, { record: copy, owner, taking: Promise.resolve() })
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
      if (result !== undefined) record.results[seq] = result
      delete record.results[seq - MAX_RESULTS]
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
