/** Idempotency keys in Redis: one string per key, a reservation first, then the answer. */
import type { Store } from '../store.ts'
import type { Commands } from './connections/connections.ts'
import type { Keys } from './keys.ts'
import { claimKey, recordKey } from './scripts/idempotencyKeys.ts'

const RESERVATION_MS = 30_000
const ANSWER_MS = 300_000

export const createIdempotencyKeys = (commands: Commands, keys: Keys): Pick<Store, 'claimKey' | 'recordKey'> => ({
  async claimKey(user, key) {
    const found = (await commands.run(claimKey, () => [keys.idempotencyKey(user, key)], [RESERVATION_MS])) as string
    if (found === '') return undefined
    return found === 'p' ? 'pending' : found.slice(1)
  },
  async recordKey(user, key, result) {
    const args = result === undefined ? [] : [ANSWER_MS, result]
    await commands.run(recordKey, () => [keys.idempotencyKey(user, key)], args)
  },
})
