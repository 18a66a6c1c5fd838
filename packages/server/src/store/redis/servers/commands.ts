/** Runs Lua scripts over one connection. */
import { heartbeat } from '../scripts/nodes.ts'
import type { Script } from '../scripts/script.ts'
import type { Connection } from '../connections/connection.ts'
import type { Arguments, Keys } from '../connections/connections.ts'
import { StoreUnavailableError } from '../connections/storeUnavailableError.ts'
import { within } from '../connections/within.ts'

export interface ServerCommands {
  /** Whether the last script was answered in time, and the server accepts writes. */
  readonly isUsable: boolean
  /** @param isAsked whether another server of the cluster named this one in an ASK answer */
  run(script: Script, keys: Keys, args: Arguments, isAsked?: boolean): Promise<unknown>
  /** Uses the server again, unless it has refused a write since the last call. The heartbeat of the node needs no such attempt. */
  forgetRefusals(): void
}

export interface ServerCommandsOptions {
  connection: Connection
  timeout: number
  /** `isUsable` has changed. */
  onUsable(error?: Error): void
  /** The server does not accept writes: it is a replica now, is loading its data, or belongs to a cluster that is down. */
  onWrongServer(error: Error): void
}

/** Answers that mean that this server is the wrong one, or not ready. Redis 6 puts them into the text of an error of the script. */
const WRONG_SERVER = /(?:^|-)(?:READONLY|MASTERDOWN|LOADING|CLUSTERDOWN)\b/
/** Answers of the right server that accepts no writes for now: its memory is full, its disk fails, or its replicas are away. */
const REFUSED_WRITE = /(?:^|-)(?:OOM|MISCONF|NOREPLICAS)\b/
/** Answers that concern one slot of a cluster. */
const REDIRECTION = /^(?:MOVED|ASK|TRYAGAIN) /

export const isRedirection = (error: unknown): error is Error =>
  error instanceof Error && REDIRECTION.test(error.message)

export const createServerCommands = (options: ServerCommandsOptions): ServerCommands => {
  const { connection, timeout, onUsable, onWrongServer } = options
  let isLate = false
  /** Scripts that were refused. Meanwhile others succeed, and the same ones too, if they only read. The heartbeat always writes. */
  const refused = new Set<Script>()
  let isRefusedAgain = false
  let wasUsable = true
  const isUsable = (): boolean => !isLate && refused.size === 0
  const notify = (error?: Error): void => {
    if (isUsable() === wasUsable) return
    wasUsable = isUsable()
    onUsable(error)
  }

  const send = async (command: string[], isAsked: boolean): Promise<unknown> => {
    const redis = connection.open?.redis
    if (!redis) throw new StoreUnavailableError('No connection to Redis')
    const tooLate = (): Error => {
      const error = new StoreUnavailableError(`Redis did not answer within ${timeout} ms`)
      isLate = true
      notify(error)
      return error
    }
    if (isAsked) redis.sendCommand(['ASKING']).catch(() => undefined)
    const answer = await within(redis.sendCommand(command), timeout, tooLate)
    isLate = false
    notify()
    return answer
  }

  const fail = (script: Script, error: unknown): never => {
    const text = String((error as Error).message)
    if (WRONG_SERVER.test(text)) {
      const unavailable = new StoreUnavailableError(`Redis: ${text}`, { cause: error })
      onWrongServer(unavailable)
      throw unavailable
    }
    if (REFUSED_WRITE.test(text)) {
      const unavailable = new StoreUnavailableError(`Redis: ${text}`, { cause: error })
      refused.add(script)
      isRefusedAgain = true
      notify(unavailable)
      throw unavailable
    }
    // An error that Redis answered with is the caller's. Any other one is an error of the connection.
    if (error instanceof StoreUnavailableError || /^[A-Z]+ /.test(text)) throw error
    throw new StoreUnavailableError('The connection to Redis was lost before the answer arrived', { cause: error })
  }

  return {
    forgetRefusals() {
      if (!isRefusedAgain && !refused.has(heartbeat)) refused.clear()
      isRefusedAgain = false
      notify()
    },
    get isUsable() {
      return isUsable()
    },
    async run(script, keys, args, isAsked = false) {
      const runId = connection.open?.server.runId
      if (runId === undefined) throw new StoreUnavailableError('No connection to Redis')
      const names = keys(runId)
      const rest = [String(names.length), ...names, ...args.map(String)]
      try {
        const answer = await send(['EVALSHA', script.sha, ...rest], isAsked).catch((error: Error) => {
          // Redis does not have the script yet, and has run nothing. The keys are only valid for the same run of Redis.
          const isMissing = error.message.startsWith('NOSCRIPT') && connection.open?.server.runId === runId
          if (!isMissing) throw error
          return send(['EVAL', script.text, ...rest], isAsked)
        })
        if (script === heartbeat) refused.clear()
        notify()
        return answer
      } catch (error) {
        return fail(script, error)
      }
    },
  }
}
