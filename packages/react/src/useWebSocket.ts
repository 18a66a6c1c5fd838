/** `useWebSocket`: the state of a connection, and what can be done with it. It renders for the fields that were read, and for no other. */

import type {
  RawMessage,
  RawOutgoing,
  Session,
  SessionClient,
  Snapshot,
  UrlSource,
  WebSocketClient,
} from '@holdfast/core'
import { useSyncExternalStore } from 'react'
import { createFields } from './createFields.ts'
import type { UseWebSocketOptions } from './createOwn.ts'
import type { Source } from './source.ts'
import { useClient } from './useClient.ts'

/** The state, and functions that stay the same as long as the client does. */
export interface UseWebSocketReturn<In = RawMessage, Out = RawOutgoing, Client = WebSocketClient<In, Out>>
  extends Snapshot<In>, Pick<WebSocketClient<In, Out>, 'send' | 'open' | 'close' | 'reconnect'> {
  /** The connection itself, to listen to or to share. Another destination is another client. */
  readonly client: Client
}

/** See `useWebSocket`. */
export interface UseWebSocket {
  <In, Out>(
    source: SessionClient<In, Out>,
    options?: UseWebSocketOptions<In, Out>,
  ): UseWebSocketReturn<In, Out, SessionClient<In, Out>>
  <In = RawMessage, Out = RawOutgoing>(
    source: UrlSource,
    options: UseWebSocketOptions<In, Out> & { session: Session },
  ): UseWebSocketReturn<In, Out, SessionClient<In, Out>>
  <In = RawMessage, Out = RawOutgoing>(
    source: Source<In, Out>,
    options?: UseWebSocketOptions<In, Out>,
  ): UseWebSocketReturn<In, Out>
}

/**
 * Connects while the component is mounted, and stays connected. Unmounting leaves nothing behind.
 *
 * @example
 * const { status, lastMessage, send } = useWebSocket('wss://example.org', { heartbeat: true })
 * @param source a URL, or a function called afresh at each dial; or a client of `createWebSocket(url, { lazy: true })`, which all who are given it share
 * @throws OptionError for a wrong URL or option
 */
export const useWebSocket: UseWebSocket = <In, Out>(
  source: Source<In, Out>,
  options: UseWebSocketOptions<In, Out> = {},
): UseWebSocketReturn<In, Out, SessionClient<In, Out>> => {
  const [client, { subscribe, serve, read }] = useClient(source, options, createFields)
  const { get, show } = read()
  const { send, open, close, reconnect } = client
  return show(useSyncExternalStore(subscribe, get, serve), {
    client: client as SessionClient<In, Out>,
    send,
    open,
    close,
    reconnect,
  })
}
