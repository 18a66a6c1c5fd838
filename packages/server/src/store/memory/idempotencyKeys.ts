/** Idempotency keys of users in memory: a reservation while the message is handled, then the answer. */

import type { Clock } from '../../clock.ts'
import { LONG_ANSWERS_SHARE, shortened } from '../keptAnswers.ts'
import { createKeyRecords, sizeOf } from './keyRecords.ts'
import { createTtlMap } from './ttlMap.ts'
import type { Store } from '../store.ts'

/** How long an answer and a reservation are kept, in ms. See PROTOCOL.md, "Bounds". */
const ANSWER_MS = 300_000
const RESERVATION_MS = 30_000

export interface MemoryIdempotencyKeysOptions {
  clock: Clock
  /** The most bytes of all records. */
  bytes: number
  /** The most bytes of the records of one user. Above it, further keys are refused. */
  userBytes: number
  onEvict(): void
}

export const createMemoryIdempotencyKeys = (
  options: MemoryIdempotencyKeysOptions,
): Pick<Store, 'claimKey' | 'recordKey'> => {
  const { userBytes } = options
  const answers = createKeyRecords({
    ...options,
    ms: ANSWER_MS,
    ownerBytes: Infinity,
    // The reply is lost, but the message is still not applied again.
    shorten: shortened,
  })
  /** A client has one message in progress at a time, so the number needs no limit. */
  const reservations = createTtlMap<true>(new Map(), options.clock, Infinity)
  const nameOf = (user: string, key: string): string => JSON.stringify([user, key])
  return {
    claimKey: async (user, key) => {
      const answer = answers.get(user, key)
      if (answer !== undefined) return answer
      if (reservations.get(nameOf(user, key))) return 'pending'
      if (answers.bytesOf(user) >= userBytes) return 'full'
      reservations.set(nameOf(user, key), true, RESERVATION_MS)
      return undefined
    },
    recordKey: async (user, key, result) => {
      reservations.delete(nameOf(user, key))
      if (result === undefined) return
      const isLong = answers.bytesOf(user) + sizeOf(key, result) > userBytes * LONG_ANSWERS_SHARE
      answers.set(user, key, isLong ? shortened(result) : result)
    },
  }
}
