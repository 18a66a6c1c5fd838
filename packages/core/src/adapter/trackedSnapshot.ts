/** The state of a client for one component, which is notified only of changes that it may render. */

import type { WebSocketClient } from '../client/webSocketClient.ts'
import { type Rendering, renderingOf } from './rendering.ts'

export interface TrackedSnapshot<In> extends Pick<Rendering<In>, 'get'> {
  /** Records that the component reads a field. */
  track(name: string): void
  /** Calls the listener, of which there is one at a time, when a field may have changed that the component reads. */
  subscribe(listener: () => void): () => void
}

/** These fields change with every message. */
const MESSAGE_FIELDS = /^(lastMessage|received|messages)$/

/**
 * Subscribes to the client once the component has read a field, and to changes that are only messages once it has read one of those fields.
 * A component that shows only `status` does no work when messages arrive.
 */
export const createTrackedSnapshot = <In, Out>(client: WebSocketClient<In, Out>): TrackedSnapshot<In> => {
  const { get, subscribe } = renderingOf(client)
  /** 0: the component has read nothing. 1: fields that messages do not change. 2: also one of `MESSAGE_FIELDS`. */
  let level = 0
  let listener: (() => void) | undefined
  let unsubscribe: (() => void) | undefined

  const setListener = (next?: () => void): void => {
    listener = next
    unsubscribe?.()
    unsubscribe = level && listener ? subscribe(listener, level > 1) : undefined
  }
  return {
    get,
    track: (name) => {
      const needed = MESSAGE_FIELDS.test(name) ? 2 : 1
      if (level >= needed) return
      level = needed
      setListener(listener)
    },
    subscribe: (added) => {
      setListener(added)
      return () => setListener()
    },
  }
}
