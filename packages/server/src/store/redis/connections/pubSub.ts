/**
 * Subscriptions over one connection. The first listener of a channel subscribes to it, and the last one to leave unsubscribes. Changes
 * of one channel run one after the other, so rapid subscribe and unsubscribe calls end in the right state.
 */
import type { Connection, OpenConnection } from './connection.ts'
import type { MessageListener, Subscriptions } from './connections.ts'
import type { RedisConnection } from './redisClient.ts'
import { StoreUnavailableError } from './storeUnavailableError.ts'

export interface ServerSubscriptions extends Subscriptions {
  /** Subscribes to all channels on a new connection. Rejects with the first error, if any. */
  resubscribe(): Promise<void>
  /** The server has ended the subscription, because the slot of the channel has moved. */
  forget(channel: string): void
  close(): void
}

interface Channel {
  listeners: Set<MessageListener>
  subscribedOn: RedisConnection | undefined
  /** The last change. The next change starts after it. */
  tail: Promise<void>
  dispatch: MessageListener
}

export const createServerSubscriptions = (
  connection: Connection,
  started: Promise<void>,
  isSharded: (channel: string) => boolean,
): ServerSubscriptions => {
  const channels = new Map<string, Channel>()
  let closed = false

  const channelOf = (name: string): Channel => {
    let channel = channels.get(name)
    if (!channel) {
      const listeners = new Set<MessageListener>()
      const dispatch = (message: string): void => {
        for (const listener of [...listeners]) listener(message)
      }
      channel = { listeners, subscribedOn: undefined, tail: Promise.resolve(), dispatch }
      channels.set(name, channel)
    }
    return channel
  }

  const usesShards = (name: string, { server }: OpenConnection): boolean => server.hasShardedPubSub && isSharded(name)

  /** Subscribes or unsubscribes as the listeners require, after the changes that are running. */
  const synchronize = (name: string): Promise<void> => {
    const channel = channelOf(name)
    const change = async (): Promise<void> => {
      const isWanted = channel.listeners.size > 0
      const { open } = connection
      if (closed || (isWanted && !open)) throw new StoreUnavailableError('No connection to Redis')
      if (open && isWanted && channel.subscribedOn !== open.redis) {
        await (usesShards(name, open)
          ? open.redis.sSubscribe(name, channel.dispatch)
          : open.redis.subscribe(name, channel.dispatch))
        channel.subscribedOn = open.redis
      } else if (open && !isWanted && channel.subscribedOn === open.redis) {
        await (usesShards(name, open)
          ? open.redis.sUnsubscribe(name, channel.dispatch)
          : open.redis.unsubscribe(name, channel.dispatch))
        channel.subscribedOn = undefined
      }
      if (channel.listeners.size === 0 && channels.get(name) === channel) channels.delete(name)
    }
    channel.tail = channel.tail.then(change, change)
    return channel.tail
  }

  const remove = (name: string, listener: MessageListener): void => {
    if (channels.get(name)?.listeners.delete(listener)) synchronize(name).catch(() => undefined)
  }

  return {
    async resubscribe() {
      await Promise.all([...channels.keys()].map(synchronize))
    },
    async subscribe(name, listener) {
      if (!connection.open) await started.catch(() => undefined)
      if (closed || !connection.open) throw new StoreUnavailableError('No connection to Redis')
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
      return () => remove(name, listener)
    },
    forget(name) {
      const channel = channels.get(name)
      if (channel) channel.subscribedOn = undefined
    },
    close() {
      closed = true
      channels.clear()
    },
  }
}
