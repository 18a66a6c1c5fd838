/** Runs Lua scripts over one connection. */
import type { Script } from '../scripts/script.ts'
import type { Connection } from './connection.ts'
import type { Arguments, Keys } from './connections.ts'
import { StoreUnavailableError } from './storeUnavailableError.ts'
import { within } from './within.ts'

export interface ServerCommands {
  /** Whether the last script was answered in time. */
  readonly isResponsive: boolean
  /** @param isAsked whether another server of the cluster named this one in an ASK answer */
  run(script: Script, keys: Keys, args: Arguments, isAsked?: boolean): Promise<unknown>
}

export interface ServerCommandsOptions {
  connection: Connection
  timeout: number
  /** `isResponsive` has changed. */
  onResponsive(error?: Error): void
  /** The server does not accept writes: it is a replica now, is loading its data, or belongs to a cluster that is down. */
  onWrongServer(error: Error): void
}

/** Answers that mean that this server is the wrong one, or not ready. Redis 6 puts them into the text of an error of the script. */
const WRONG_SERVER = /(?:^|-)(?:READONLY|MASTERDOWN|LOADING|CLUSTERDOWN)\b/
/** Answers that concern one slot of a cluster. */
const REDIRECTION = /^(?:MOVED|ASK|TRYAGAIN) /

export const isRedirection = (error: unknown): error is Error =>
  error instanceof Error && REDIRECTION.test(error.message)

export const createServerCommands = (options: ServerCommandsOptions): ServerCommands => {
  const { connection, timeout, onResponsive, onWrongServer } = options
  let isResponsive = true
  const setResponsive = (now: boolean, error?: Error): void => {
    if (now === isResponsive) return
    isResponsive = now
    onResponsive(error)
  }

  const send = async (command: string[], isAsked: boolean): Promise<unknown> => {
    const redis = connection.open?.redis
    if (!redis) throw new StoreUnavailableError('No connection to Redis')
    const tooLate = (): Error => {
      const error = new StoreUnavailableError(`Redis did not answer within ${timeout} ms`)
      setResponsive(false, error)
      return error
    }
    if (isAsked) redis.sendCommand(['ASKING']).catch(() => undefined)
    const answer = await within(redis.sendCommand(command), timeout, tooLate)
    setResponsive(true)
    return answer
  }

  const fail = (error: unknown): never => {
    const text = String((error as Error).message)
    if (WRONG_SERVER.test(text)) {
      const unavailable = new StoreUnavailableError(`Redis: ${text}`, { cause: error })
      onWrongServer(unavailable)
      throw unavailable
    }
    // An error that Redis answered with is the caller's. Any other one is an error of the connection.
    if (error instanceof StoreUnavailableError || /^[A-Z]+ /.test(text)) throw error
    throw new StoreUnavailableError('The connection to Redis was lost before the answer arrived', { cause: error })
  }

  return {
    get isResponsive() {
      return isResponsive
    },
    async run(script, keys, args, isAsked = false) {
      const runId = connection.open?.server.runId
      if (runId === undefined) throw new StoreUnavailableError('No connection to Redis')
      const names = keys(runId)
      const rest = [String(names.length), ...names, ...args.map(String)]
      try {
        return await send(['EVALSHA', script.sha, ...rest], isAsked).catch((error: Error) => {
          // Redis does not have the script yet, and has run nothing. The keys are only valid for the same run of Redis.
          const isMissing = error.message.startsWith('NOSCRIPT') && connection.open?.server.runId === runId
          if (!isMissing) throw error
          return send(['EVAL', script.text, ...rest], isAsked)
        })
      } catch (error) {
        return fail(error)
      }
    },
  }
}
