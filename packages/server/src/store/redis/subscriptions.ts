/**
 * The connection that hears. Channels are held by listeners: the first one subscribes, the last one to leave unsubscribes, one step at a
 * time for each channel, so that a quick change of mind ends where it should.
 */
import { connect } from './commands.ts'
import type { RedisClient } from './redisClient.ts'
import { StoreUnavailableError } from './storeUnavailableError.ts'

export interface Subscriptions {
  /** Resolves when all that is kept from the start is subscribed to. */
  readonly started: Promise<void>
  /** Resolves once every later message will be heard; with the way out. Rejects without a connection. */
  hold(channel: string, listener: (message: string) => void): Promise<() => void>
  /** As `hold`, but waits for a connection as long as it takes. */
  keep(channel: string, listener: (message: string) => void): void
  close(): void
}

interface Room {
  listeners: Set<(message: string) => void>
  subscribed: boolean
  /** The last step; the next one follows it. */
  tail: Promise<void>
  hear: (message: string) => void
}

export function createSubscriptions(
  client: RedisClient,
  { timeout, onError, onBack }: { timeout: number; onError: (error: Error) => void; onBack: () => void },
): Subscriptions {
  const connection = connect(client, timeout)
  const rooms = new Map<string, Room>()
  let before = false
  let closed = false
  let begin = (): void => undefined
  const started = new Promise<void>((resolve) => {
    begin = resolve
  })

  connection.on('error', onError)
  connection.on('ready', () => {
    // The library has subscribed again to what was subscribed to; what failed or fell out of use meanwhile is put right here.
    void settleAll(before)
    before = true
  })
  connection.connect().catch(() => undefined) // told by 'error'

  const roomOf = (channel: string): Room => {
    let room = rooms.get(channel)
    if (!room) {
      const listeners = new Set<(message: string) => void>()
      const hear = (message: string): void => {
        for (const listener of [...listeners]) listener(message)
      }
      room = { listeners, subscribed: false, tail: Promise.resolve(), hear }
      rooms.set(channel, room)
    }
    return room
  }

  /** Makes the subscription what the listeners want, after what is under way. */
  function settle(channel: string): Promise<void> {
    const room = roomOf(channel)
    const step = async (): Promise<void> => {
      const wanted = room.listeners.size > 0
      if (closed || (wanted !== room.subscribed && !connection.isReady))
        throw new StoreUnavailableError('No connection to Redis')
      if (wanted && !room.subscribed) {
        await connection.subscribe(channel, room.hear)
        room.subscribed = true
      } else if (!wanted && room.subscribed) {
        await connection.unsubscribe(channel, room.hear)
        room.subscribed = false
      }
      if (room.listeners.size === 0 && !room.subscribed && rooms.get(channel) === room) rooms.delete(channel)
    }
    room.tail = room.tail.then(step, step)
    return room.tail
  }

  async function settleAll(again: boolean): Promise<void> {
    await Promise.all([...rooms.keys()].map((channel) => settle(channel).catch(() => undefined)))
    begin()
    if (again && !closed) onBack()
  }

  const drop = (channel: string, listener: (message: string) => void): void => {
    if (rooms.get(channel)?.listeners.delete(listener)) settle(channel).catch(() => undefined)
  }

  return {
    started,
    async hold(channel, listener) {
      if (!before) await Promise.race([started, expiry(timeout)])
      if (closed || !connection.isReady) throw new StoreUnavailableError('No connection to Redis')
      roomOf(channel).listeners.add(listener)
      try {
        await settle(channel)
      } catch (error) {
        drop(channel, listener)
        throw error instanceof StoreUnavailableError
          ? error
          : new StoreUnavailableError('Redis did not subscribe', { cause: error })
      }
      return () => drop(channel, listener)
    },
    keep(channel, listener) {
      roomOf(channel).listeners.add(listener)
      settle(channel).catch(() => undefined)
    },
    close() {
      closed = true
      begin()
      rooms.clear()
      connection.destroy()
    },
  }
}

/** Of the first connection alone. */
function expiry(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
