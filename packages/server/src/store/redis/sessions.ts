/** Sessions in Redis: a hash for each, which only its owner changes, and the handover to the next owner. */
import { KEPT_ANSWERS, KEPT_ANSWER_BYTES } from '../keptAnswers.ts'
import type { Detach, Owner, SessionRecord, SessionWrite, Store } from '../store.ts'
import type { Commands } from './connections/connections.ts'
import type { Keys } from './keys.ts'
import type { Nodes } from './nodes.ts'
import { addSession, getSession, recordApplied, takeSession, touchSession } from './scripts/sessions.ts'
import { StoreUnavailableError } from './connections/storeUnavailableError.ts'

export interface SessionSettings {
  keys: Keys
  windowMs: number
  nodes: Pick<Nodes, 'id' | 'requestDetach'>
  /** Detaches a link of this store. */
  detach: Detach
}

/** How many links may take a session away from each other before the call rejects. */
const MAX_RACERS = 20

type Sessions = Pick<
  Store,
  'addSession' | 'getSession' | 'takeSession' | 'recordApplied' | 'touchSession' | 'releaseSession' | 'endSession'
>

export const createSessions = (commands: Commands, settings: SessionSettings): Sessions => {
  const { keys, windowMs, nodes, detach } = settings

  // The keys contain the run id: a record that Redis restored from disk may lack the newest applied messages.
  const keysOf =
    (sessionId: string) =>
    (runId: string): string[] => [keys.session(runId, sessionId), keys.sessionResults(runId, sessionId)]

  const readFields = async (sessionId: string): Promise<Map<string, string>> =>
    mapOf((await commands.run(getSession, keysOf(sessionId), [])) as string[])

  const touch: Store['touchSession'] = async (sessionId, owner) =>
    writeOf(await commands.run(touchSession, keysOf(sessionId), [...argsOf(owner), windowMs]))

  return {
    async addSession(record, owner) {
      const { sessionId, takeovers } = record
      const results = Object.entries(record.results)
      const added = await commands.run(addSession, keysOf(sessionId), [
        ...[windowMs, ...argsOf(owner), takeovers],
        ...[results.length, ...results.flat()],
        ...['keyHash', record.keyHash, 'user', record.user, 'last', record.last, 'at', nodes.id],
      ])
      return added === 1 ? 'recorded' : 'replaced'
    },

    async getSession(sessionId) {
      return recordOf(sessionId, await readFields(sessionId))
    },

    async takeSession(sessionId, owner) {
      for (let i = 0; i < MAX_RACERS; i++) {
        const seen = await readFields(sessionId)
        const [node, link, at] = [seen.get('node'), seen.get('link'), seen.get('at')]
        if (node === undefined || link === undefined || at === undefined) return undefined
        // The previous owner keeps the session until its handlers have ended and recorded their results.
        if (at === nodes.id) await detach(sessionId, Number(link), node)
        else await nodes.requestDetach(at, { sessionId, link: Number(link), node })
        const answer = await commands.run(takeSession, keysOf(sessionId), [
          node,
          link,
          owner.node,
          owner.link,
          nodes.id,
          windowMs,
        ])
        if (answer !== 0) return recordOf(sessionId, mapOf(answer as string[]))
      }
      throw new StoreUnavailableError(`More than ${MAX_RACERS} links compete for one session`)
    },

    async recordApplied(sessionId, owner, seq, result) {
      const bounds = [KEPT_ANSWERS, KEPT_ANSWER_BYTES]
      const args = [...argsOf(owner), windowMs, seq, ...bounds, ...(result === undefined ? [] : [result])]
      return writeOf(await commands.run(recordApplied, keysOf(sessionId), args))
    },

    touchSession: touch,
    releaseSession: touch,

    async endSession(sessionId, owner) {
      await commands.run(touchSession, keysOf(sessionId), argsOf(owner))
    },
  }
}

/** By the numbers of the scripts. */
const WRITES: readonly SessionWrite[] = ['replaced', 'recorded', 'missing']
const writeOf = (answer: unknown): SessionWrite => WRITES[Number(answer)]!

const argsOf = ({ node, link }: Owner): [string, number] => [node, link]

/** Converts a flat list of names and values, as RESP 2 has it. */
const mapOf = (flat: readonly string[]): Map<string, string> => {
  const map = new Map<string, string>()
  for (let i = 0; i + 1 < flat.length; i += 2) map.set(flat[i] as string, flat[i + 1] as string)
  return map
}

const recordOf = (sessionId: string, fields: Map<string, string>): SessionRecord | undefined => {
  const [keyHash, user] = [fields.get('keyHash'), fields.get('user')]
  if (keyHash === undefined || user === undefined) return undefined
  const results = [...fields]
    .filter(([name]) => /^r\d+$/.test(name))
    .map(([name, text]): [string, string] => [name.slice(1), text])
  const [last, takeovers] = [Number(fields.get('last')), Number(fields.get('takeovers') ?? 0)]
  return { sessionId, keyHash, user, last, takeovers, results: Object.fromEntries(results) }
}
