/** The options of `redisStore` and their checks. */
import { check, checkNames } from '../../errors.ts'
import type { AnyRedisClient } from './connections/redisClient.ts'
import { isClusterClient } from './servers/openConnections.ts'

/** Options of `redisStore`. Times are in ms. */
export interface RedisStoreOptions {
  /** Prefix of all keys and channels. @default 'holdfast:' */
  prefix?: string
  /** How much of each stream is kept. @default { messages: 300, bytes: 1_048_576 } */
  history?: { messages?: number; bytes?: number }
  /** How long a session is kept after its last use. Histories are kept twice as long. @default 120_000 */
  window?: number
  /** How long Redis may take to answer. A connection that is silent for twice as long is closed and replaced. @default 5000 */
  timeout?: number
  /** Interval of this node's heartbeats in Redis. @default 5000 */
  beat?: number
  /** A node without a heartbeat for this long is dead, and its presence is removed. @default 60_000 */
  dead?: number
  /** Interval of the check that pub/sub has delivered every published message. @default 40_000 */
  audit?: number
  /** Receives errors of the connections. A call that fails because of one rejects as well, so this option only adds information. */
  onError?: (error: Error) => void
}

type CheckedOptions = Required<Omit<RedisStoreOptions, 'history' | 'onError'>> & {
  history: { messages: number; bytes: number }
}

const OPTIONS = Object.keys({
  prefix: true,
  history: true,
  window: true,
  timeout: true,
  beat: true,
  dead: true,
  audit: true,
  onError: true,
} satisfies Record<keyof RedisStoreOptions, true>)

/** Fills in the defaults. @throws OptionError */
export const checkOptions = (client: AnyRedisClient, options: RedisStoreOptions): CheckedOptions => {
  checkNames('', options, OPTIONS)
  const { prefix = 'holdfast:', window = 120_000, timeout = 5000, beat = 5000, dead = 60_000, audit = 40_000 } = options
  checkNames('history.', options.history, ['messages', 'bytes'])
  const { messages = 300, bytes = 1_048_576 } = options.history ?? {}
  check(
    'client',
    client,
    typeof client?.duplicate === 'function',
    "a client of the package 'redis', as createClient(), createSentinel() or createCluster() returns it",
  )
  check('onError', options.onError, ['undefined', 'function'].includes(typeof options.onError), 'a function')
  check('prefix', prefix, typeof prefix === 'string', 'a text')
  const isCluster = isClusterClient(client)
  check(
    'prefix',
    prefix,
    !isCluster || !/[{}]/.test(prefix),
    'a text without braces, which select the slot in a cluster',
  )
  const numbers = { window, timeout, beat, dead, audit, 'history.messages': messages, 'history.bytes': bytes }
  for (const [name, value] of Object.entries(numbers))
    check(name, value, Number.isInteger(value) && value > 0, 'a whole number above 0')
  return { prefix, history: { messages, bytes }, window, timeout, beat, dead, audit }
}
