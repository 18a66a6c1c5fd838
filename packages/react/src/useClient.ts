/** The client of a component: the given one, or one of its own for each URL and key. It is opened by an effect, never by a render. */

import type { UrlSource, WebSocketClient } from '@holdfast/core'
import {
  type Latest,
  callbackNames,
  createOwnedClient,
  identityOf,
  isClient,
  listen,
  warnOfIgnoredOptions,
} from '@holdfast/core/adapter'
import { useEffect, useMemo, useRef } from 'react'
import type { UseWebSocketOptions } from './options.ts'
import type { Source } from './source.ts'
import { useCommitted } from './useCommitted.ts'

interface Committed<In, Out> extends UseWebSocketOptions<In, Out> {
  source: Source<In, Out>
  client: WebSocketClient<In, Out>
}

/**
 * Keeps a client open while the component is mounted. An own client is disposed when the URL or key changes and when the component unmounts.
 *
 * @param create creates what belongs to the client, once for each client; `latest` holds the options of the latest render
 */
export const useClient = <In, Out, Created>(
  source: Source<In, Out>,
  options: UseWebSocketOptions<In, Out>,
  create: (client: WebSocketClient<In, Out>, latest: Latest) => Created,
): readonly [WebSocketClient<In, Out>, Created] => {
  const latest = useRef<Partial<Committed<In, Out>>>({})
  // A new function is not a new destination, because components create one in each render. The latest one is called at each dial.
  const destination = typeof source === 'function' ? true : identityOf(source)
  const getUrl: UrlSource = (dial) => {
    const { source: latestSource } = latest.current
    return typeof latestSource === 'function' ? latestSource(dial) : null
  }
  const made = useMemo(
    (): readonly [WebSocketClient<In, Out>, Created] => {
      const client = isClient<In, Out>(source)
        ? source
        : createOwnedClient<In, Out>(typeof source === 'function' ? getUrl : source, options, latest)
      return [client, create(client, latest)] as const
    },
    // Functions are read from `latest`, numbers once. If React dropped the memo, the effect would be that of another `key`.
    // oxlint-disable-next-line react/exhaustive-deps, react/memo-dependencies, react/refs
    [destination, options.key],
  )
  const [client] = made
  useCommitted<Committed<In, Out>>(latest, { ...options, source, client })
  // An own client reads the callbacks from its options.
  const names = client === source ? callbackNames(options) : ''

  const disposeOld = useRef<() => void>(undefined)
  useEffect(() => {
    // All cleanups of this commit have run. The old connection closes before the new one is dialled.
    disposeOld.current?.()
    if (client === source) warnOfIgnoredOptions(client, options)
    const unsubscribe = listen(client, names, latest)
    const release = client.retain()
    // A hidden `Activity` runs the cleanup too, but its component may be shown again with the same client.
    const dispose = (): void => {
      if (client !== source && latest.current.client !== client) client.dispose()
    }
    return () => {
      unsubscribe()
      // In microtasks: cleanups that run later may send, and in StrictMode or with other callbacks the effect runs again.
      queueMicrotask(release)
      queueMicrotask((disposeOld.current = dispose))
    }
    // `source` is not needed: as long as the client is the same, `client === source` does not change.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [client, names])
  return made
}
