/** The parts of the clients of the package `redis` that the store uses, as types, so that the package itself is not imported. */

/** A connection of the store, made by `duplicate`. */
export interface RedisConnection {
  readonly isReady: boolean
  on(event: 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'sharded-channel-moved', listener: (channel: string) => void): unknown
  connect(): Promise<unknown>
  sendCommand(args: string[]): Promise<unknown>
  subscribe(channel: string, listener: (message: string) => void): Promise<void>
  unsubscribe(channel: string, listener: (message: string) => void): Promise<void>
  sSubscribe(channel: string, listener: (message: string) => void): Promise<void>
  sUnsubscribe(channel: string, listener: (message: string) => void): Promise<void>
  destroy(): void
}

/** The options that the store sets on its own connections. They replace those of the given client. */
export interface RedisOverrides {
  /** A command without a connection rejects at once, and no command is sent twice. */
  disableOfflineQueue: true
  /** Together with `socketTimeout` this detects a Redis that stops responding without closing the connection. */
  pingInterval: number
  commandOptions: Record<never, never>
  socket: object
}

/**
 * A client made by `createClient` of the package `redis` (node-redis 5 or 6). The store reads its address, credentials, TLS options and
 * database number and makes two connections of its own. The given client need not be connected, and is not used otherwise.
 */
export interface RedisClient {
  readonly options?: { readonly socket?: object | undefined; readonly database?: number | undefined } | undefined
  duplicate(overrides: RedisOverrides): RedisConnection
}

/** A client made by `createCluster`. The store reads the slots and makes connections of its own to each master. */
export interface RedisCluster {
  readonly slots: readonly { readonly master: RedisClusterNode }[]
  nodeClient(node: RedisClusterNode): RedisClient | Promise<RedisClient>
  duplicate(overrides: object): RedisCluster
  on(event: 'error', listener: (error: Error) => void): unknown
  connect(): Promise<unknown>
  destroy(): void
}

/** One server of a cluster. */
export interface RedisClusterNode {
  readonly address: string
}

/** A client made by `createSentinel`. The store asks it for the master, and makes connections of its own to that. */
export interface RedisSentinel {
  duplicate(overrides: object): RedisSentinel
  on(event: 'error', listener: (error: Error) => void): unknown
  connect(): Promise<unknown>
  getMasterNode(): unknown
  /** Passes the library's own connection to the master. There is no other access to its options. */
  _execute<T>(isReadOnly: boolean, use: (client: RedisClient) => Promise<T>): Promise<T>
  destroy(): Promise<unknown>
}

/** A client that `redisStore` accepts. */
export type AnyRedisClient = RedisClient | RedisCluster | RedisSentinel
