/** Starts a Redis with one login, as `hubProduction.ts` reads it: the token is `of ann`. */

import { command } from '../../packages/server/test/redis/commands.ts'
import { startRedis } from '../../packages/server/test/redis/startRedis.ts'

/**
 * @param onEnd registers what must run when the test has ended
 * @returns the URL
 */
export const startLoginRedis = async (onEnd: (callback: () => Promise<void>) => void): Promise<string> => {
  const redis = await startRedis()
  onEnd(() => redis.end())
  await command(redis, 'SET', 'login:of ann', JSON.stringify({ id: 'ann', info: { name: 'Ann' } }))
  return redis.url
}
