/** The streams that clients of this node follow. */

import type { HubContext } from '../context/hubContext.ts'
import { type Stream, createStream } from './stream.ts'
import type { Subscription } from './subscription.ts'

export interface StreamRegistry {
  get(name: string): Stream | undefined
  /** Resolves once the subscription receives every later message. Rejects, and removes the subscription, when the store fails. */
  add(subscription: Subscription): Promise<Stream>
  remove(subscription: Subscription): void
  /** Reads the missed messages of all streams. */
  catchUp(): void
}

export const createStreamRegistry = (context: HubContext): StreamRegistry => {
  const streams = new Map<string, Stream>()
  const open = (name: string): Stream => {
    const stream = createStream(name, context, () => {
      if (streams.get(name) === stream) streams.delete(name)
      context.stats.streams = streams.size
    })
    streams.set(name, stream)
    context.stats.streams = streams.size
    return stream
  }
  return {
    get: (name) => streams.get(name),
    add: async (subscription) => {
      const stream = streams.get(subscription.stream) ?? open(subscription.stream)
      try {
        await stream.add(subscription)
      } catch (error) {
        stream.remove(subscription)
        // Other subscriptions may still be in the failed stream, which receives nothing. The next join needs a new one.
        if (streams.get(subscription.stream) === stream) streams.delete(subscription.stream)
        throw error
      }
      return stream
    },
    remove: (subscription) => streams.get(subscription.stream)?.remove(subscription),
    catchUp: () => {
      for (const stream of streams.values()) stream.catchUp()
    },
  }
}
