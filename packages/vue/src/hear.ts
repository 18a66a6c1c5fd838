/** Callbacks by the name of their event: a client is listened to for those that the options have, and for nothing else. */

import type { ClientEvents, WebSocketClient } from '@holdfast/core'

type Callbacks = Record<string, ((value: unknown) => void) | undefined>

const NAME = /^on(Open|Message|Close|Error|Status|Retry|Stop|Drop|Latency|Dispose|Resync|Uncertain|Resumed|Stream|Presence)$/

/** The names of those given, as one string: it changes when one comes or goes. */
export const callbacksIn = (options: object): string =>
  Object.keys(options)
    .filter((name) => NAME.test(name) && (options as Callbacks)[name])
    .join()

/**
 * Calls them, the latest of each name, until the returned function is called. Those of a session are never called by a client that has
 * none, as with a server that speaks plain WebSocket.
 */
export const hear = <In, Out>(client: WebSocketClient<In, Out>, names: string, latest: { readonly current: object }): (() => void) => {
  const leaves = names.match('join' in client ? /\w+/g : /on(?!Res|Unc|Str|Pre)\w+/g)?.map((name) =>
    client.on(name.slice(2).toLowerCase() as keyof ClientEvents, (value) => (latest.current as Callbacks)[name]?.(value)),
  )
  return () => leaves?.forEach((leave) => leave())
}
