/** Callback options such as `onMessage`, matched to the client events by name. */

import type { WebSocketClient } from '../client/webSocketClient.ts'
import type { ClientEvents } from '../client/events.ts'
import type { Latest } from './latest.ts'

type Callbacks = Record<string, ((value: unknown) => void) | undefined>

/** Returns the names of the given callbacks as one string, so that two sets of names can be compared with `===`. */
export const callbackNames = (options: object): string =>
  Object.keys(options)
    .filter((name) => /^on[A-Z]/.test(name) && (options as Callbacks)[name])
    .join()

/** Calls the latest callback of each name when its event is emitted. Returns the function that unsubscribes all of them. */
export const listen = <In, Out>(client: WebSocketClient<In, Out>, names: string, latest: Latest): (() => void) => {
  const unsubscribers = names.match(/\w+/g)?.map((name) => {
    try {
      return client.on(name.slice(2).toLowerCase() as keyof ClientEvents, (value) =>
        (latest.current as Callbacks)[name]?.(value),
      )
    } catch {
      // `on` throws for an event that the client does not have. Without a session, the session callbacks are never called.
      return undefined
    }
  })
  return () => unsubscribers?.forEach((unsubscribe) => unsubscribe?.())
}

const STREAM_CALLBACKS: ProxyHandler<object> = {
  get: (options, name) => (/^on(Message|Resync|Presence)$/.test(String(name)) ? undefined : options[name as never]),
}

/**
 * Hides the callbacks that `useStream` calls for its own stream: the client would call them for every stream. All other options are read
 * through, so reactive options stay reactive.
 */
export const withoutStreamCallbacks = (options: object): object => new Proxy(options, STREAM_CALLBACKS)
