/** Callbacks by the name of their event: a client is listened to for those that the options have, and for nothing else. */

import type { ClientEvents, WebSocketClient } from '@holdfast/core'

type Callbacks = Record<string, ((value: unknown) => void) | undefined>

/** The names of those given, as one string: it changes when one comes or goes. */
export const callbacksIn = (options: object): string =>
  Object.keys(options)
    .filter((name) => /^on[A-Z]/.test(name) && (options as Callbacks)[name])
    .join()

/** Calls them, the latest of each name, until the returned function is called. */
export const hear = <In, Out>(
  client: WebSocketClient<In, Out>,
  names: string,
  latest: { readonly current: object },
): (() => void) => {
  const leaves = names.match(/\w+/g)?.map((name) => {
    try {
      return client.on(name.slice(2).toLowerCase() as keyof ClientEvents, (value) =>
        (latest.current as Callbacks)[name]?.(value),
      )
    } catch {
      // It has no such event, as those of a session where there is none: then it is never called.
      return undefined
    }
  })
  return () => leaves?.forEach((leave) => leave?.())
}
