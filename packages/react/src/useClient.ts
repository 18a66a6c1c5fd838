/** Which client belongs to a source: the one given, or one of the component's own for each destination. Mounting opens it, rendering never. */

import type { UrlSource, WebSocketClient } from '@holdfast/core'
import { useEffect, useInsertionEffect, useMemo, useRef } from 'react'
import { type UseWebSocketOptions, createOwn } from './createOwn.ts'
import { callbacksIn, hear } from './hear.ts'
import { type Source, identify, isClient } from './source.ts'

/** What the component was last rendered with; nothing once it is gone. */
type Latest<In, Out> = Partial<UseWebSocketOptions<In, Out>> & { source?: Source<In, Out>; client?: unknown }

/**
 * The client of a component, in use while it is mounted, and what is made for it. Another destination is another client; the component's own
 * old one is disposed.
 */
export const useClient = <In, Out, Made>(
  source: Source<In, Out>,
  options: UseWebSocketOptions<In, Out>,
  make: (client: WebSocketClient<In, Out>) => Made,
): readonly [WebSocketClient<In, Out>, Made] => {
  const latest = useRef<Latest<In, Out>>({})
  /** A function alone is no new destination: it is called afresh at each dial. */
  const destination = typeof source === 'function' || identify(source)
  const ask: UrlSource = (dial) => {
    const { source: provider } = latest.current
    return typeof provider === 'function' ? provider(dial) : null
  }
  const made = useMemo(
    () => {
      const client = isClient<In, Out>(source) ? source : createOwn(typeof source === 'function' ? ask : source, options, latest)
      return [client, make(client)] as const
    },
    // Of all that it is made of, the rest is read late. Were the memo lost, that would cost a reconnect and nothing else.
    // oxlint-disable-next-line react/exhaustive-deps, react/memo-dependencies, react/refs
    [destination, options.key],
  )
  const [client] = made

  useInsertionEffect(() => {
    latest.current = { ...options, source, client }
    return () => {
      latest.current = {}
    }
  })
  /** Of a client of one's own they are asked for at each use. */
  const callbacks = client === source ? callbacksIn(options) : ''
  useEffect(() => hear(client, callbacks, latest), [client, callbacks])
  useEffect(() => {
    const shared = client === latest.current.source
    const release = client.retain()
    return () => {
      release()
      // Else it is only out of sight, or in StrictMode, and comes back to the same client.
      if (!shared && latest.current.client !== client) client.dispose()
    }
  }, [client])
  return made
}
