/** One connection to Redis that is dialled again, with backoff, until it is closed. Each dial makes a new client of the library. */
import { type ServerInfo, readServerInfo } from './serverInfo.ts'
import type { RedisClient, RedisConnection } from './redisClient.ts'
import { within } from './within.ts'

/** Makes a connection that is not open yet. It is called for each dial, so it may look up the address. */
export type Dial = () => Promise<RedisConnection>

/** An open connection to a server that accepts writes. */
export interface OpenConnection {
  readonly redis: RedisConnection
  readonly server: ServerInfo
}

export interface Connection {
  /** Undefined while there is no usable connection. */
  readonly open: OpenConnection | undefined
  /** Closes the connection because of an error, and dials again. */
  redial(error: Error): void
  close(): void
}

export interface ConnectionOptions {
  dial: Dial
  timeout: number
  /** Prepares the connection. If it rejects, the connection is closed and dialled again, and the outage continues. */
  onOpen(opened: OpenConnection): Promise<void>
  /** Called once for each outage, with its first error. */
  onDown(error: Error): void
}

/** Backoff starts at its first delay again for a connection that was open this long, in ms. */
const STABLE_MS = 5000
const FIRST_DELAY_MS = 50
const LAST_DELAY_MS = 1000
/** The random part of a delay, so that the nodes do not dial at the same time. */
const JITTER_MS = 100

/** Duplicates a client as a connection that does not reconnect by itself and ends when Redis stops responding. */
export const duplicate = (client: RedisClient, timeout: number, address: object = {}): RedisConnection =>
  client.duplicate({
    disableOfflineQueue: true,
    pingInterval: timeout,
    commandOptions: {},
    socket: { ...client.options?.socket, ...address, socketTimeout: 2 * timeout, reconnectStrategy: false },
  })

/** A client that has ended already may throw. */
export const destroy = (redis: RedisConnection | undefined): void => {
  try {
    redis?.destroy()
  } catch {}
}

export const keepConnected = ({ dial, timeout, onOpen, onDown }: ConnectionOptions): Connection => {
  let redis: RedisConnection | undefined
  let open: OpenConnection | undefined
  let openedAt = -Infinity
  let attempts = 0
  let isDown = false
  let closed = false
  let timer: NodeJS.Timeout | undefined

  const lose = (lost: RedisConnection | undefined, error: Error): void => {
    // An error of an earlier connection, or a second one of the same connection.
    if (closed || lost !== redis) return
    if (open && performance.now() - openedAt > STABLE_MS) attempts = 0
    redis = open = undefined
    destroy(lost)
    const delay = Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempts++, 10), LAST_DELAY_MS) + Math.random() * JITTER_MS
    clearTimeout(timer)
    timer = setTimeout(() => void connect(), delay)
    if (isDown) return
    isDown = true
    onDown(error)
  }

  const connect = async (): Promise<void> => {
    let dialled: RedisConnection | undefined
    try {
      const made = await dial()
      if (closed) return destroy(made)
      redis = dialled = made
      made.on('error', (error) => lose(made, error))
      made.on('end', () => lose(made, new Error('The connection to Redis has ended')))
      await made.connect()
      const server = await within(readServerInfo(made), timeout, () => new Error('Redis did not answer INFO in time'))
      if (redis !== made) return
      open = { redis: made, server }
      openedAt = performance.now()
      await onOpen(open)
      if (redis === made) isDown = false
    } catch (error) {
      lose(dialled, error as Error)
    }
  }
  void connect()

  return {
    get open() {
      return redis?.isReady ? open : undefined
    },
    redial: (error) => {
      if (open) lose(redis, error)
    },
    close() {
      closed = true
      clearTimeout(timer)
      destroy(redis)
      redis = open = undefined
    },
  }
}
