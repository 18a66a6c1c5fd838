/**
 * The connection for commands, which runs Lua scripts. A call rejects without a connection, and when the answer takes too long.
 * Commands are never queued for a later connection.
 */
import type { RedisClient, RedisConnection } from './redisClient.ts'
import type { Script } from './scripts/script.ts'
import { StoreUnavailableError } from './storeUnavailableError.ts'

export interface Commands {
  /** Resolves when the first connection is ready. Rejects after the timeout. */
  readonly started: Promise<void>
  /** Whether a script would be sent now. */
  readonly isUp: boolean
  /**
   * Runs a script.
   *
   * @param keys receives the id of the current run of the Redis server, for keys that must not survive a restart; see `keys.ts`
   */
  run(script: Script, keys: (runId: string) => readonly string[], args: readonly (string | number)[]): Promise<unknown>
  close(): void
}

/** Duplicates the client as a connection that reconnects forever and closes when Redis stops responding. */
export const connect = (client: RedisClient, timeout: number): RedisConnection =>
  client.duplicate({
    disableOfflineQueue: true,
    pingInterval: timeout,
    commandOptions: {},
    socket: {
      ...client.options?.socket,
      socketTimeout: 2 * timeout,
      // The default strategy of the library stops after a socket timeout, and a strategy of the user may stop as well.
      reconnectStrategy: (retries: number) =>
        Math.min(50 * 2 ** Math.min(retries, 5), 1000) + Math.floor(Math.random() * 100),
    },
  })

export const createCommands = (
  client: RedisClient,
  { timeout, onError, onUp }: { timeout: number; onError: (error: Error) => void; onUp: () => void },
): Commands => {
  const connection = connect(client, timeout)
  let closed = false
  let runId: string | undefined
  /** Counts connections, so that a late answer of an earlier one is ignored. */
  let generation = 0
  let resolveFirst = (): void => undefined
  const first = new Promise<void>((resolve) => {
    resolveFirst = resolve
  })

  const invalidate = (): void => {
    generation++
    runId = undefined
  }
  const readRunId = async (ofGeneration: number): Promise<void> => {
    const info = await connection.sendCommand(['INFO', 'server'])
    if (ofGeneration !== generation) return
    runId = /run_id:(\w{12})/.exec(String(info))?.[1]
    if (!runId) {
      throw new StoreUnavailableError('Redis: expected a run_id in INFO server, which shows restarts, got none')
    }
    resolveFirst()
    onUp()
  }
  connection.on('ready', () => {
    invalidate()
    const current = generation
    readRunId(current).catch((error: unknown) => {
      if (current === generation && !closed) onError(error as Error)
    })
  })
  connection.on('reconnecting', invalidate)
  connection.on('end', invalidate)
  connection.on('error', onError)
  connection.connect().catch(() => undefined) // reported by 'error'

  const started = within(first, timeout, () => new StoreUnavailableError(`Redis was not reached within ${timeout} ms`))
  started.catch(() => undefined)

  const run: Commands['run'] = async (script, keys, args) => {
    if (!runId && !closed) await started
    const current = runId
    if (closed || !current || !connection.isReady) {
      throw new StoreUnavailableError(closed ? 'The store is closed' : 'No connection to Redis')
    }
    const names = keys(current)
    const rest = [String(names.length), ...names, ...args.map(String)]
    const tooLate = (): Error => new StoreUnavailableError(`Redis did not answer within ${timeout} ms`)
    try {
      return await within(connection.sendCommand(['EVALSHA', script.sha, ...rest]), timeout, tooLate)
    } catch (error) {
      // Redis does not have the script yet, and has run nothing. The keys are only valid for the same run of Redis.
      if (String((error as Error).message).startsWith('NOSCRIPT') && current === runId) {
        return within(connection.sendCommand(['EVAL', script.text, ...rest]), timeout, tooLate).catch(throwUnavailable)
      }
      return throwUnavailable(error)
    }
  }

  return {
    started,
    get isUp() {
      return runId !== undefined && connection.isReady
    },
    run,
    close() {
      closed = true
      invalidate()
      resolveFirst()
      connection.destroy()
    },
  }
}

/** Rethrows an error that Redis answered with, and wraps an error of the connection. */
const throwUnavailable = (error: unknown): never => {
  if (error instanceof StoreUnavailableError || /^[A-Z]+ /.test(String((error as Error).message))) throw error
  throw new StoreUnavailableError('The connection to Redis was lost before the answer arrived', { cause: error })
}

const within = <T>(promise: Promise<T>, ms: number, error: () => Error): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(error()), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
