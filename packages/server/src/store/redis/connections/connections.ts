/** What the store needs of its connections, whether they lead to one server, to a master behind Sentinel, or to a cluster. */
import type { Script } from '../scripts/script.ts'

export type Keys = (runId: string) => readonly string[]
export type Arguments = readonly (string | number)[]
export type MessageListener = (message: string) => void

export interface Commands {
  /**
   * Runs a script. Rejects without a connection, and when the answer takes too long. It is never queued for a later connection.
   *
   * @param keys receives the id of the current run of the Redis server, for keys that must not survive a restart; see `keys.ts`. In a
   * cluster, all keys must be in one slot
   */
  run(script: Script, keys: Keys, args: Arguments): Promise<unknown>
  /** The slot of a key in a cluster, otherwise 0. Keys of one script must be in one slot. */
  slotOf(key: string): number
}

export interface Subscriptions {
  /** Resolves once every later message reaches the listener, with a function that removes it. Rejects without a connection. */
  subscribe(channel: string, listener: MessageListener): Promise<() => void>
  /** Like `subscribe`, but waits for a connection for any length of time. Returns a function that removes the listener. */
  keepSubscribed(channel: string, listener: MessageListener): () => void
}

export interface Connections extends Commands, Subscriptions {
  /** Resolves when all connections are ready for the first time. Rejects after the timeout. */
  readonly started: Promise<void>
  /** Whether all connections are ready. */
  readonly isUp: boolean
  /** Calls `onPossibleGap` as soon as all connections are ready. */
  markPossibleGap(): void
  close(): void
}

export interface ConnectionsOptions {
  timeout: number
  /** Whether a channel uses sharded pub/sub in a cluster. */
  isSharded(channel: string): boolean
  /** Receives the first error of each outage of each connection. */
  onError(error: Error): void
  /**
   * Commands can be sent from now on. If it rejects, the connection is dialled again.
   *
   * @param isNewLife whether they reach another run of a server than before, which may have lost data
   */
  onCommands(isNewLife: boolean): Promise<void>
  /** Pub/sub may have lost messages, and reading from the store works again. */
  onPossibleGap(): void
  /** `isUp` has changed, or the first connection failed. Called once for each change. */
  onStateChange(up: boolean, error?: Error): void
}
