/** Idempotency keys in memory: reserved while the effect is under way, then the answer. */

import type { Clock } from '../../clock.ts'
import { expiring } from './ttlMap.ts'
import type { Store } from '../store.ts'

/** PROTOCOL.md, "Bounds", and the longest a reservation holds. */
const KEPT = 300_000
const RESERVED = 30_000
/** Of all users together. */
const MOST = 100_000

/** What stands for a reservation; no answer is text of this form. */
const PENDING = 'pending'

export const createMemoryKeys = ({ clock }: { clock: Clock }): Pick<Store, 'claimKey' | 'recordKey'> => {
  const keys = expiring<string>(new Map(), clock, MOST)
  const name = (user: string, key: string): string => JSON.stringify([user, key])
  return {
    claimKey: async (user, key) => {
      const known = keys.get(name(user, key))
      if (known === undefined) keys.set(name(user, key), PENDING, RESERVED)
      return known
    },
    recordKey: async (user, key, result) => {
      if (result === undefined) keys.delete(name(user, key))
      else keys.set(name(user, key), result, KEPT)
    },
  }
}
