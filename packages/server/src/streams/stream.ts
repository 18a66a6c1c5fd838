/** One stream on this node: follows the store once and passes messages to all subscriptions, in order. It repairs or reports gaps. */

import type { HubContext } from '../context/hubContext.ts'
import type { Position, StoredMessage } from '../store/store.ts'
import { type Subscription, messageFrame } from './subscription.ts'

export interface Stream {
  readonly name: string
  readonly subscriptions: ReadonlySet<Subscription>
  /** The newest position that this node has seen. */
  readonly position: Position | undefined
  /** Resolves once the subscription receives every later message. Rejects when the store fails. */
  add(subscription: Subscription): Promise<void>
  remove(subscription: Subscription): void
  /** Records the newest position, as read from the store. */
  recordTop(top: Position): void
  /** Reads missed messages from the store and passes them on. */
  catchUp(): void
}

/** How long to wait before the next try when the store failed, in ms. */
const RETRY = 1000

/** @param onEmpty is called when the last subscription was removed */
export const createStream = (name: string, context: HubContext, onEmpty: () => void): Stream => {
  const { store, limits, stats, timers, report } = context
  const subscriptions = new Set<Subscription>()
  let position: Position | undefined
  let isCatchingUp = false
  let mustRepeat = false
  let unfollow: (() => void) | undefined
  let removed = false

  const dispatch = (epoch: string, message: StoredMessage): void => {
    position = { epoch, offset: message.offset }
    const frame = messageFrame(name, message)
    for (const subscription of subscriptions) subscription.receive(epoch, message, frame)
  }
  const receive = (epoch: string, message: StoredMessage): void => {
    if (isCatchingUp) {
      mustRepeat = true
      return
    }
    position ??= { epoch, offset: message.offset - 1 }
    if (epoch !== position.epoch || message.offset > position.offset + 1) catchUp()
    else if (message.offset === position.offset + 1) dispatch(epoch, message)
  }
  const reset = (top: Position, reason: string): void => {
    position = top
    stats.losts += subscriptions.size
    for (const subscription of subscriptions) subscription.reset(top, reason)
  }
  /** Dispatches the messages after a position. Resets the subscriptions if some of them are lost. */
  const readMissed = async (from: Position): Promise<void> => {
    const { top, messages } = await store.read(name, from.offset, {
      messages: limits.replayMessages,
      bytes: limits.replayBytes,
    })
    if (top.epoch !== from.epoch) reset(top, 'epoch')
    else if (top.offset < from.offset) reset(top, 'ahead')
    else if ((messages[0]?.offset ?? top.offset + 1) !== from.offset + 1) reset(top, 'trimmed')
    else {
      for (const message of messages) dispatch(top.epoch, message)
      mustRepeat ||= position !== undefined && position.offset < top.offset
    }
  }
  const catchUp = (): void => {
    if (isCatchingUp) mustRepeat = true
    else if (position && !removed) void runCatchUp()
  }
  const runCatchUp = async (): Promise<void> => {
    isCatchingUp = true
    do {
      mustRepeat = false
      try {
        if (position) await readMissed(position)
      } catch (error) {
        report(error)
        mustRepeat = await timers.sleep(RETRY)
      }
    } while (mustRepeat && !removed)
    isCatchingUp = false
  }
  let following: Promise<void> | undefined
  const follow = async (): Promise<void> => {
    const stop = await store.follow(name, receive)
    const stopSafely = (): void => {
      try {
        stop()
      } catch (error) {
        report(error)
      }
    }
    if (removed) stopSafely()
    else unfollow = stopSafely
  }
  return {
    name,
    subscriptions,
    get position() {
      return position
    },
    add: async (subscription) => {
      subscriptions.add(subscription)
      await (following ??= follow())
    },
    remove: (subscription) => {
      subscriptions.delete(subscription)
      if (subscriptions.size > 0 || removed) return
      removed = true
      unfollow?.()
      onEmpty()
    },
    recordTop: (top) => {
      position ??= top
    },
    catchUp,
  }
}
