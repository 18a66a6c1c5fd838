/** Idempotency keys in Redis: one string per key, a reservation first, then the answer. */
import { USER_ANSWER_BYTES, shortened } from '../keptAnswers.ts'
import type { Store } from '../store.ts'
import type { Commands } from './connections/connections.ts'
import type { Keys } from './keys.ts'
import { claimKey, countAnswer, recordKey } from './scripts/idempotencyKeys.ts'

const RESERVATION_MS = 30_000
const ANSWER_MS = 300_000
/** Shorter answers are not counted, which saves a command for most messages. */
const SHORT_ANSWER = 256

export const createIdempotencyKeys = (commands: Commands, keys: Keys): Pick<Store, 'claimKey' | 'recordKey'> => {
  /** Returns the answer, or without its reply if the user has too many bytes of answers already. */
  const bounded = async (user: string, answer: string): Promise<string> => {
    const bytes = Buffer.byteLength(answer)
    if (bytes <= SHORT_ANSWER) return answer
    const sum = await commands.run(countAnswer, () => [keys.answerBytes(user)], [bytes, ANSWER_MS])
    return Number(sum) > USER_ANSWER_BYTES ? shortened(answer) : answer
  }
  return {
    async claimKey(user, key) {
      const found = (await commands.run(claimKey, () => [keys.idempotencyKey(user, key)], [RESERVATION_MS])) as string
      if (found === '') return undefined
      return found === 'p' ? 'pending' : found.slice(1)
    },
    async recordKey(user, key, result) {
      const args = result === undefined ? [] : [ANSWER_MS, await bounded(user, result)]
      await commands.run(recordKey, () => [keys.idempotencyKey(user, key)], args)
    },
  }
}
