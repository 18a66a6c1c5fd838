/** Which client belongs to a source: the one given, or one of the component's own for each destination. Mounting opens it, rendering never. */

import { type UrlSource, type WebSocketClient, type WebSocketOptions, createWebSocket } from '@holdfast/core'
import { type RefObject, useEffect, useInsertionEffect, useMemo, useRef } from 'react'

/** What a component connects to: an address as `createWebSocket` takes it, or a client that is then shared. */
export type Source<In, Out> = UrlSource | WebSocketClient<In, Out>

/** Those of `createWebSocket`: numbers are read once for each destination, functions at each use. With a client given, only callbacks count. */
export interface UseWebSocketOptions<In, Out> extends Omit<WebSocketOptions<In, Out>, 'lazy'> {
  /** Another key is another destination, as another URL is: the connection ends, its queue is dropped, and a new one begins. */
  key?: unknown
}

/** What the component was last rendered with; nothing once it is gone. */
type Latest<In, Out> = Partial<UseWebSocketOptions<In, Out>> & { source?: Source<In, Out>; client?: unknown }
type Callbacks = Record<string, ((value: unknown) => void) | undefined>

const isClient = <In, Out>(source: unknown): source is WebSocketClient<In, Out> => !!(source as WebSocketClient | null)?.retain

/** A client that reads the options given while it is made, and from then on the latest. */
const createOwn = <In, Out>(source: UrlSource, options: UseWebSocketOptions<In, Out>, latest: RefObject<Latest<In, Out>>): WebSocketClient<In, Out> => {
  const first = { linger: 0, ...options, lazy: true }
  let from: { current: object } = { current: first }
  const provide: UrlSource = (dial) => {
    const { source: provider } = latest.current
    return typeof provider === 'function' ? provider(dial) : null
  }
  const client = createWebSocket(
    typeof source === 'function' ? provide : source,
    new Proxy(first, { get: (_, name) => from.current[name as never] }),
  )
  from = latest
  return client
}

/** The client of a component, in use while it is mounted. Another destination is another client; the component's own old one is disposed. */
export const useClient = <In, Out>(source: Source<In, Out>, options: UseWebSocketOptions<In, Out>): WebSocketClient<In, Out> => {
  const latest = useRef<Latest<In, Out>>({})
  const destination = typeof source === 'function' || ((source as URL | null)?.href ?? source)
  // What it is made of is read late. Were the memo lost, that would cost a reconnect and nothing else.
  // oxlint-disable-next-line react/exhaustive-deps, react/memo-dependencies, react/refs
  const client = useMemo(() => (isClient<In, Out>(source) ? source : createOwn(source, options, latest)), [destination, options.key])

  useInsertionEffect(() => {
    latest.current = { ...options, source, client }
    return () => {
      latest.current = {}
    }
  })
  useEffect(() => {
    const leave =
      client === latest.current.source &&
      client.tap((type, value) => (latest.current as Callbacks)[`on${type[0]!.toUpperCase()}${type.slice(1)}`]?.(value))
    const release = client.retain()
    return () => {
      release()
      if (leave) leave()
      // Else it is only out of sight, or in StrictMode, and comes back to the same client.
      else if (latest.current.client !== client) client.dispose()
    }
  }, [client])
  return client
}
