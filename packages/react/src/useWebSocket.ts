/** `useWebSocket`: the state of a connection, and what can be done with it. It renders for the fields that were read, and for no other. */

import type { RawMessage, RawOutgoing, Snapshot, WebSocketClient } from '@holdfast/core'
import { useSyncExternalStore } from 'react'
import type { UseWebSocketOptions } from './createOwn.ts'
import type { Source } from './source.ts'
import { useClient } from './useClient.ts'

/** The state, and functions that stay the same as long as the client does. */
export interface UseWebSocketReturn<In = RawMessage, Out = RawOutgoing>
  extends Snapshot<In>,
    Pick<WebSocketClient<In, Out>, 'send' | 'open' | 'close' | 'reconnect'> {
  /** The connection itself, to listen to or to share. Another destination is another client. */
  readonly client: WebSocketClient<In, Out>
}

/** What a server renders, where nothing ever opens. */
const CLOSED: Snapshot<never> = {
  status: 'closed',
  lastMessage: undefined,
  received: 0,
  messages: [],
  attempt: 0,
  retryAt: undefined,
  queued: 0,
  latency: undefined,
  lastClose: undefined,
  error: undefined,
}
const CONNECTING: Snapshot<never> = { ...CLOSED, status: 'connecting' }

/** What one render reads of a client. A snapshot that differs in nothing read is the same to it. */
const createReading = <In, Out>({ view }: WebSocketClient<In, Out>) => {
  const read: (keyof Snapshot)[] = []
  let shown: Snapshot<In> | undefined
  return {
    get: (): Snapshot<In> => {
      const next = view()
      return shown && read.every((name) => next[name] === shown![name]) ? shown : next
    },
    /** The client may have come further before this part of the page is hydrated. */
    serve: (): Snapshot<In> => (view().status === 'closed' ? CLOSED : CONNECTING),
    show: (snapshot: Snapshot<In>, rest: object): UseWebSocketReturn<In, Out> => {
      shown = snapshot
      return new Proxy({ ...shown, ...rest } as UseWebSocketReturn<In, Out>, {
        get: (all, name: keyof Snapshot) => {
          if (!read.includes(name)) read.push(name)
          return all[name]
        },
      })
    },
  }
}

/**
 * Connects while the component is mounted, and stays connected. Unmounting leaves nothing behind.
 *
 * @example
 * const { status, lastMessage, send } = useWebSocket('wss://example.org', { heartbeat: true })
 * @param source a URL, or a function called afresh at each dial; or a client of `createWebSocket(url, { lazy: true })`, which all who are given it share
 * @throws OptionError for a wrong URL or option
 */
export const useWebSocket = <In = RawMessage, Out = RawOutgoing>(
  source: Source<In, Out>,
  options: UseWebSocketOptions<In, Out> = {},
): UseWebSocketReturn<In, Out> => {
  const client = useClient(source, options)
  const { subscribe, send, open, close, reconnect } = client
  const { get, serve, show } = createReading(client)
  return show(useSyncExternalStore(subscribe, get, serve), { client, send, open, close, reconnect })
}
