/**
 * The connection that commands go over, and the way to run a script on it. Without a connection, or without an answer in time, a
 * call rejects: nothing is kept to be sent later.
 */
import type { RedisClient, RedisConnection } from './redisClient.ts'
import type { Script } from './script.ts'
import { StoreUnavailableError } from './storeUnavailableError.ts'

export interface Commands {
  /** Resolves when the first connection stands. Rejects after the timeout. */
  readonly started: Promise<void>
  /** Whether a script would be sent now. */
  readonly up: boolean
  /**
   * Runs a script. `keys` gets the name of the life of this Redis process: what must not outlive it bears that name in its key. A Redis
   * that comes back from its disk, or a replica in its place, may have forgotten the newest writes, so that a counter would count
   * again what clients have seen.
   */
  run(script: Script, keys: (life: string) => readonly string[], args: readonly (string | number)[]): Promise<unknown>
  close(): void
}

/** Options that make a connection of the store's own: it never gives up, and takes silence for death. */
export function connect(client: RedisClient, timeout: number): RedisConnection {
  return client.duplicate({
    disableOfflineQueue: true,
    pingInterval: timeout,
    commandOptions: {},
    socket: {
      ...client.options?.socket,
      socketTimeout: 2 * timeout,
      // The library's own gives up after a silence, and a user's may give up as well.
      reconnectStrategy: (retries: number) =>
        Math.min(50 * 2 ** Math.min(retries, 5), 1000) + Math.floor(Math.random() * 100),
    },
  })
}

export function createCommands(
  client: RedisClient,
  { timeout, onError, onUp }: { timeout: number; onError: (error: Error) => void; onUp: () => void },
): Commands {
  const connection = connect(client, timeout)
  let closed = false
  let life: string | undefined
  /** The connection whose life was asked for last. */
  let generation = 0
  let begin = (): void => undefined
  const first = new Promise<void>((resolve) => {
    begin = resolve
  })

  const down = (): void => {
    generation++
    life = undefined
  }
  connection.on('ready', () => {
    down()
    const mine = generation
    askForLife(mine).catch((error: unknown) => {
      if (mine === generation && !closed) onError(error as Error)
    })
  })
  connection.on('reconnecting', down)
  connection.on('end', down)
  connection.on('error', onError)
  connection.connect().catch(() => undefined) // told by 'error'

  async function askForLife(mine: number): Promise<void> {
    const info = await connection.sendCommand(['INFO', 'server'])
    if (mine !== generation) return
    life = /run_id:(\w{12})/.exec(String(info))?.[1]
    if (!life)
      throw new StoreUnavailableError('INFO server of this Redis tells no run_id, by which a restart is noticed')
    begin()
    onUp()
  }

  const started = within(first, timeout, () => new StoreUnavailableError(`Redis was not reached within ${timeout} ms`))
  started.catch(() => undefined)

  async function run(
    script: Script,
    keys: (life: string) => readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    if (!life && !closed) await started
    const now = life
    if (closed || !now || !connection.isReady)
      throw new StoreUnavailableError(closed ? 'The store is closed' : 'No connection to Redis')
    const names = keys(now)
    const rest = [String(names.length), ...names, ...args.map(String)]
    const late = (): Error => new StoreUnavailableError(`Redis did not answer within ${timeout} ms`)
    try {
      return await within(connection.sendCommand(['EVALSHA', script.sha, ...rest]), timeout, late)
    } catch (error) {
      // Nothing was run. The keys are named for the Redis that was asked: another must not get them.
      if (String((error as Error).message).startsWith('NOSCRIPT') && now === life) {
        return within(connection.sendCommand(['EVAL', script.text, ...rest]), timeout, late).catch(unavailable)
      }
      return unavailable(error)
    }
  }

  return {
    started,
    get up() {
      return life !== undefined && connection.isReady
    },
    run,
    close() {
      closed = true
      down()
      begin()
      connection.destroy()
    },
  }
}

/** An error that Redis gave as an answer stays what it is; one of the connection bears our name. */
function unavailable(error: unknown): never {
  if (error instanceof StoreUnavailableError || /^[A-Z]+ /.test(String((error as Error).message))) throw error
  throw new StoreUnavailableError('The connection to Redis was lost before the answer came', { cause: error })
}

function within<T>(promise: Promise<T>, ms: number, error: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(error()), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
