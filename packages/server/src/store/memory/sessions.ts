/** Sessions in memory. Taking one is serial: of two links that race, the later call wins, and the other has ended before. */

import type { Clock } from '../../clock.ts'
import { expiring } from './ttlMap.ts'
import type { Detach, Owner, SessionRecord, Store } from '../store.ts'

interface Session {
  record: SessionRecord & { results: Record<string, string> }
  owner: Owner
  /** The takings under way, one after the other. */
  taking: Promise<unknown>
}

type Sessions = Pick<
  Store,
  'addSession' | 'getSession' | 'takeSession' | 'onDetach' | 'recordApplied' | 'touchSession' | 'endSession'
>

/** PROTOCOL.md, "Bounds". */
const RESULTS = 128

const same = (one: Owner, other: Owner): boolean => one.node === other.node && one.link === other.link

export const createMemorySessions = (options: { clock: Clock; window: number; sessions: number }): Sessions => {
  const kept = expiring<Session>(new Map(), options.clock, options.sessions)
  const detaches = new Set<[detach: Detach]>()
  const copy = ({ record }: Session): SessionRecord => ({ ...record, results: { ...record.results } })
  const keep = (sid: string, session: Session): void => kept.set(sid, session, options.window)

  const take = async (sid: string, owner: Owner): Promise<SessionRecord | undefined> => {
    const session = kept.get(sid)
    if (!session) return undefined
    const { node, link } = session.owner
    await Promise.all([...detaches].map(([detach]) => detach(sid, link, node))) // S2
    if (kept.get(sid) !== session) return undefined
    session.owner = owner
    keep(sid, session)
    return copy(session)
  }
  return {
    addSession: async (record, owner) => {
      keep(record.sid, { record: { ...record, results: { ...record.results } }, owner, taking: Promise.resolve() })
    },
    getSession: async (sid) => {
      const session = kept.get(sid)
      return session && copy(session)
    },
    takeSession: async (sid, owner) => {
      const session = kept.get(sid)
      if (!session) return undefined
      const taken = session.taking.then(() => take(sid, owner))
      session.taking = taken.catch(() => undefined)
      return await taken
    },
    onDetach: (detach) => {
      const entry: [Detach] = [detach]
      detaches.add(entry)
      return () => void detaches.delete(entry)
    },
    recordApplied: async (sid, owner, seq, result) => {
      const session = kept.get(sid)
      if (!session || !same(session.owner, owner)) return false
      const { record } = session
      keep(sid, session)
      if (seq <= record.last) return true
      record.last = seq
      if (result !== undefined) record.results[seq] = result
      delete record.results[seq - RESULTS]
      return true
    },
    touchSession: async (sid, owner) => {
      const session = kept.get(sid)
      if (session && same(session.owner, owner)) keep(sid, session)
    },
    endSession: async (sid, owner) => {
      const session = kept.get(sid)
      if (session && same(session.owner, owner)) kept.delete(sid)
    },
  }
}
