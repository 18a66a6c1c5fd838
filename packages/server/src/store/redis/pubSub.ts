/**
 * The connection for pub/sub. The first listener of a channel subscribes to it, and the last one to leave unsubscribes. Changes of one
 * channel run one after the other, so rapid subscribe and unsubscribe calls end in the right state.
 */
import { connect } from './commands.ts'
import type { RedisClient } from './redisClient.ts'
import { StoreUnavailableError } from './storeUnavailableError.ts'

type Listener = (message: string) => void

export interface Subscriptions {
  /** Resolves when the channels of `keepSubscribed` are subscribed to for the first time. */
  readonly started: Promise<void>
  /** Resolves once every later message reaches the listener, with a function that removes it. Rejects without a connection. */
  subscribe(channel: string, listener: Listener): Promise<() => void>
  /** Like `subscribe`, but waits for a connection for any length of time. */
  keepSubscribed(channel: string, listener: Listener): void
  close(): void
}

interface Channel {
  listeners: Set<Listener>
  isSubscribed: boolean
  /** The last change. The next change starts after it. */
  tail: Promise<void>
  dispatch: Listener
}

export const createSubscriptions = (
  client: RedisClient,
  { timeout, onError, onBack }: { timeout: number; onError: (error: Error) => void; onBack: () => void },
): Subscriptions => {
  const connection = connect(client, timeout)
  const channels = new Map<string, Channel>()
  let wasReady = false
  let closed = false
  let resolveStarted = (): void => undefined
  const started = new Promise<void>((resolve) => {
    resolveStarted = resolve
  })

  const channelOf = (name: string): Channel => {
    let channel = channels.get(name)
    if (!channel) {
      const listeners = new Set<Listener>()
      const dispatch = (message: string): void => {
        for (const listener of [...listeners]) listener(message)
      }
      channel = { listeners, isSubscribed: false, tail: Promise.resolve(), dispatch }
      channels.set(name, channel)
    }
    return channel
  }

  /** Subscribes or unsubscribes as the listeners require, after the changes that are running. */
  const synchronize = (name: string): Promise<void> => {
    const channel = channelOf(name)
    const change = async (): Promise<void> => {
      const isWanted = channel.listeners.size > 0
      if (closed || (isWanted !== channel.isSubscribed && !connection.isReady)) {
        throw new StoreUnavailableError('No connection to Redis')
      }
      if (isWanted && !channel.isSubscribed) {
        await connection.subscribe(name, channel.dispatch)
        channel.isSubscribed = true
      } else if (!isWanted && channel.isSubscribed) {
        await connection.unsubscribe(name, channel.dispatch)
        channel.isSubscribed = false
      }
      if (channel.listeners.size === 0 && !channel.isSubscribed && channels.get(name) === channel) channels.delete(name)
    }
    channel.tail = channel.tail.then(change, change)
    return channel.tail
  }

  const synchronizeAll = async (isReconnect: boolean): Promise<void> => {
    await Promise.all([...channels.keys()].map((name) => synchronize(name).catch(() => undefined)))
    resolveStarted()
    if (isReconnect && !closed) onBack()
  }

  const remove = (name: string, listener: Listener): void => {
    if (channels.get(name)?.listeners.delete(listener)) synchronize(name).catch(() => undefined)
  }

  connection.on('error', onError)
  connection.on('ready', () => {
    // The library subscribes again to all channels that it had. Changes that failed meanwhile are made here.
    void synchronizeAll(wasReady)
    wasReady = true
  })
  connection.connect().catch(() => undefined) // reported by 'error'

  return {
    started,
    async subscribe(name, listener) {
      if (!wasReady) await Promise.race([started, delay(timeout)])
      if (closed || !connection.isReady) throw new StoreUnavailableError('No connection to Redis')
      channelOf(name).listeners.add(listener)
      try {
        await synchronize(name)
      } catch (error) {
        remove(name, listener)
        throw error instanceof StoreUnavailableError
          ? error
          : new StoreUnavailableError('Redis did not subscribe to the channel', { cause: error })
      }
      return () => remove(name, listener)
    },
    keepSubscribed(name, listener) {
      channelOf(name).listeners.add(listener)
      synchronize(name).catch(() => undefined)
    },
    close() {
      closed = true
      resolveStarted()
      channels.clear()
      connection.destroy()
    },
  }
}

/** Does not keep the process running. */
const delay = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
