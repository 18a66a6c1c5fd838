/** Idempotency keys in memory: a reservation while the message is handled, then the answer. */

import type { Clock } from '../../clock.ts'
import { createTtlMap } from './ttlMap.ts'
import type { Store } from '../store.ts'

/** How long an answer and a reservation are kept, in ms. See PROTOCOL.md, "Bounds". */
const ANSWER_MS = 300_000
const RESERVATION_MS = 30_000
/** Of all users together. */
const MAX_KEYS = 100_000

/** Marks a reservation. An answer is JSON text or empty, so it never has this value. */
const PENDING = 'pending'

export const createMemoryIdempotencyKeys = ({ clock }: { clock: Clock }): Pick<Store, 'claimKey' | 'recordKey'> => {
  const records = createTtlMap<string>(new Map(), clock, MAX_KEYS)
  const nameOf = (user: string, key: string): string => JSON.stringify([user, key])
  return {
    claimKey: async (user, key) => {
      const record = records.get(nameOf(user, key))
      if (record === undefined) records.set(nameOf(user, key), PENDING, RESERVATION_MS)
      return record
    },
    recordKey: async (user, key, result) => {
      if (result === undefined) records.delete(nameOf(user, key))
      else records.set(nameOf(user, key), result, ANSWER_MS)
    },
  }
}
