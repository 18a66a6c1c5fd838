/** Which client belongs to a source: the one given, or one of the component's own for each destination. Mounting opens it, rendering never. */

import type { UrlSource, WebSocketClient } from '@holdfast/core'
import { useEffect, useInsertionEffect, useMemo, useRef } from 'react'
import { type UseWebSocketOptions, createOwn } from './createOwn.ts'
import { callbacksIn, hear } from './hear.ts'
import { type Source, identify, isClient } from './source.ts'

/** What the component was last rendered with; nothing once it is gone. */
type Latest<In, Out> = Partial<UseWebSocketOptions<In, Out>> & { source?: Source<In, Out>; client?: unknown }

/** The client of a component, in use while it is mounted. Another destination is another client; the component's own old one is disposed. */
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
    (): readonly [WebSocketClient<In, Out>, Made] => {
      const client = isClient<In, Out>(source)
        ? source
        : createOwn(typeof source === 'function' ? ask : source, options, latest)
      return [client, make(client)] as const
    },
    // Of all that it is made of, the rest is read late. Were the memo lost, that would cost a reconnect and nothing else.
    // oxlint-disable-next-line react/exhaustive-deps, react/memo-dependencies, react/refs
    [destination, options.key],
  )
  const [client] = made
  /** Of a client of one's own they are asked for at each use. */
  const callbacks = client === source ? callbacksIn(options) : ''

  useInsertionEffect(() => {
    latest.current = { ...options, source, client }
    return () => {
      latest.current = {}
    }
  })
  useEffect(() => {
    const deafen = hear(client, callbacks, latest)
    const release = client.retain()
    return () => {
      deafen()
      // Not before the next effect, if there is one: with other callbacks, and in StrictMode, it stays in use.
      queueMicrotask(release)
      // The component's own may be out of sight only, and come back.
      if (client !== source && latest.current.client !== client) client.dispose()
    }
    // As long as the client is the same, so is the source, in what matters here.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [client, callbacks])
  return made
}
