/** Callbacks by the name of their event: a client is listened to for those that the options have, and for nothing else. */

import type { ClientEvents, WebSocketClient } from '@holdfast/core'

type Callbacks = Record<string, ((value: unknown) => void) | undefined>

/** The names of those given, as one string: it changes when one comes or goes. */
export const callbacksIn = (options: object): string =>
  Object.keys(options)
    .filter((name) => /^on(Open|Message|Close|Error|Status|Retry|Stop|Drop|Latency|Dispose)$/.test(name) && (options as Callbacks)[name])
    .join()

/** Calls them, the latest of each name, until the returned function is called. */
export const hear = <In, Out>(client: WebSocketClient<In, Out>, names: string, latest: { readonly current: object }): (() => void) => {
  const leaves = names.match(/\w+/g)?.map((name) =>
    client.on(name.slice(2).toLowerCase() as keyof ClientEvents, (value) => (latest.current as Callbacks)[name]?.(value)),
  )
  return () => leaves?.forEach((leave) => leave())
}
