/** Sessions in Redis: a hash for each, which only its owner changes, and the moving from one owner to the next. */
import type { Detach, Owner, SessionRecord, Store } from '../store.ts'
import type { Commands } from './commands.ts'
import type { Nodes } from './nodes.ts'
import { addSession, getSession, recordApplied, takeSession, touchSession } from './sessionScripts.ts'
import { StoreUnavailableError } from './storeUnavailableError.ts'

export interface SessionSettings {
  prefix: string
  windowMs: number
  results: number
  nodes: Pick<Nodes, 'id' | 'ask'>
  /** Detaches a link of this very store. */
  detach: Detach
}

/** So many links at once may race for a session before it is taken for a fault. */
const RACERS = 20

type Sessions = Pick<
  Store,
  'addSession' | 'getSession' | 'takeSession' | 'recordApplied' | 'touchSession' | 'endSession'
>

export function createSessions(commands: Commands, settings: SessionSettings): Sessions {
  const { prefix, windowMs, results, nodes, detach } = settings

  // In a key with the life of this Redis: a record that was brought back from a disk may not know what was applied since.
  const keys =
    (sid: string) =>
    (life: string): string[] => [`${prefix}${life}:{${sid}}:session`, `${prefix}${life}:{${sid}}:results`]

  async function fields(sid: string): Promise<Map<string, string>> {
    return pairs((await commands.run(getSession, keys(sid), [])) as string[])
  }

  return {
    async addSession(record, owner) {
      const answers = Object.entries(record.results)
      await commands.run(addSession, keys(record.sid), [
        windowMs,
        answers.length,
        ...answers.flat(),
        ...['keyHash', record.keyHash, 'user', record.user, 'last', record.last],
        ...['node', owner.node, 'link', owner.link, 'at', nodes.id],
      ])
    },

    async getSession(sid) {
      return recordOf(sid, await fields(sid))
    },

    async takeSession(sid, owner) {
      for (let i = 0; i < RACERS; i++) {
        const seen = await fields(sid)
        const [node, link, at] = [seen.get('node'), seen.get('link'), seen.get('at')]
        if (node === undefined || link === undefined || at === undefined) return undefined
        // The earlier owner still owns it while it ends: what its handlers have done is recorded, and only then fenced off.
        if (at === nodes.id) await detach(sid, Number(link), node)
        else await nodes.ask(at, { sid, link: Number(link), node })
        const answer = await commands.run(takeSession, keys(sid), [
          node,
          link,
          owner.node,
          owner.link,
          nodes.id,
          windowMs,
        ])
        if (answer !== 0) return recordOf(sid, pairs(answer as string[]))
      }
      throw new StoreUnavailableError(`${RACERS} links race for one session`)
    },

    async recordApplied(sid, owner, seq, result) {
      const args = [...ownerOf(owner), windowMs, seq, results, ...(result === undefined ? [] : [result])]
      return (await commands.run(recordApplied, keys(sid), args)) === 1
    },

    async touchSession(sid, owner) {
      await commands.run(touchSession, keys(sid), [...ownerOf(owner), windowMs])
    },

    async endSession(sid, owner) {
      await commands.run(touchSession, keys(sid), ownerOf(owner))
    },
  }
}

const ownerOf = ({ node, link }: Owner): [string, number] => [node, link]

function pairs(flat: readonly string[]): Map<string, string> {
  const map = new Map<string, string>()
  for (let i = 0; i + 1 < flat.length; i += 2) map.set(flat[i] as string, flat[i + 1] as string)
  return map
}

function recordOf(sid: string, found: Map<string, string>): SessionRecord | undefined {
  const [keyHash, user] = [found.get('keyHash'), found.get('user')]
  if (keyHash === undefined || user === undefined) return undefined
  const answers = [...found]
    .filter(([name]) => /^r\d+$/.test(name))
    .map(([name, text]): [string, string] => [name.slice(1), text])
  return { sid, keyHash, user, last: Number(found.get('last')), results: Object.fromEntries(answers) }
}
