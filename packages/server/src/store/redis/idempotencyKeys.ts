/** Idempotency keys in Redis: one string per key, a reservation first, then the answer. */
import { KEY_OVERHEAD, LONG_ANSWERS_SHARE, USER_KEY_BYTES, shortened } from '../keptAnswers.ts'
import type { Store } from '../store.ts'
import type { Commands } from './connections/connections.ts'
import type { Keys } from './keys.ts'
import { claimKey, recordKey } from './scripts/idempotencyKeys.ts'

const RESERVATION_MS = 30_000
const ANSWER_MS = 300_000

export const createIdempotencyKeys = (commands: Commands, keys: Keys): Pick<Store, 'claimKey' | 'recordKey'> => {
  const keysOf = (user: string, key: string) => (): string[] => [keys.idempotencyKey(user, key), keys.keyBytes(user)]
  return {
    async claimKey(user, key) {
      const found = (await commands.run(claimKey, keysOf(user, key), [RESERVATION_MS, USER_KEY_BYTES])) as string
      if (found === '') return undefined
      if (found === 'p') return 'pending'
      return found === 'f' ? 'full' : found.slice(1)
    },
    async recordKey(user, key, result) {
      const args: (string | number)[] = []
      if (result !== undefined) {
        const size = Buffer.byteLength(keys.idempotencyKey(user, key)) + KEY_OVERHEAD
        const short = shortened(result)
        args.push(ANSWER_MS, USER_KEY_BYTES * LONG_ANSWERS_SHARE, size, result, ...(short === result ? [] : [short]))
      }
      await commands.run(recordKey, keysOf(user, key), args)
    },
  }
}
