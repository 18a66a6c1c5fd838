/** What the store needs of a client of the package `redis`, by shape, so that nothing of it is imported. */

/** A connection of the store's own, made by `duplicate`. */
export interface RedisConnection {
  readonly isReady: boolean
  on(event: 'ready' | 'reconnecting' | 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  connect(): Promise<unknown>
  sendCommand(args: string[]): Promise<unknown>
  subscribe(channel: string, listener: (message: string) => void): Promise<void>
  unsubscribe(channel: string, listener: (message: string) => void): Promise<void>
  destroy(): void
}

/** What the store sets on its own connections, whatever the client that it was given does. */
export interface RedisOverrides {
  /** A command without a connection is refused at once instead of waiting for one, and nothing is sent twice. */
  disableOfflineQueue: true
  /** With `socketTimeout` this notices a Redis that is silent without closing. */
  pingInterval: number
  commandOptions: Record<never, never>
  socket: object
}

/**
 * A client made by `createClient` of the package `redis` (node-redis 5 or 6). The store takes its address, credentials and TLS from it
 * and makes two connections of its own: the given client need not be connected, and is not used otherwise.
 */
export interface RedisClient {
  readonly options?: { readonly socket?: object | undefined } | undefined
  duplicate(overrides: RedisOverrides): RedisConnection
}
