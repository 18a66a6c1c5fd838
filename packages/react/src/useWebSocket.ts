/** `useWebSocket`: the state of a connection. The component renders only for the fields that it reads. */

import type {
  OutgoingFor,
  RawMessage,
  Session,
  SessionClient,
  Snapshot,
  UrlSource,
  WebSocketClient,
} from '@holdfast/core'
import { type SharedClientOptions, createTrackedSnapshot } from '@holdfast/core/adapter'
import type { UseWebSocketOptions } from './options.ts'
import { serverSnapshot } from './serverSnapshot.ts'
import type { OptionsFor, Source } from './source.ts'
import { useClient } from './useClient.ts'
import { useTrackedState } from './useTrackedState.ts'

/** The state of the connection, and functions that stay the same as long as the client does. */
export interface UseWebSocketReturn<In = RawMessage, Out = OutgoingFor<In>, Client = WebSocketClient<In, Out>>
  extends Snapshot<In>, Pick<WebSocketClient<In, Out>, 'send' | 'open' | 'close' | 'reconnect'> {
  /** The client itself, for listeners or to share it. Another URL or key gives another client. */
  readonly client: Client
}

/**
 * The overloads of `useWebSocket`: a client with a session where there is one. The last one accepts everything that the others accept,
 * because TypeScript explains a wrong call by its last overload if there are more than three.
 */
export interface UseWebSocket {
  <In = RawMessage, Out = OutgoingFor<In>>(
    source: UrlSource,
    options: UseWebSocketOptions<In, Out> & { session: Session },
  ): UseWebSocketReturn<In, Out, SessionClient<In, Out>>
  <In = RawMessage, Out = OutgoingFor<In>>(
    source: UrlSource,
    options?: UseWebSocketOptions<In, Out>,
  ): UseWebSocketReturn<In, Out>
  <In = RawMessage, Out = OutgoingFor<In>>(
    source: SessionClient<In, Out>,
    options?: SharedClientOptions<In, Out>,
  ): UseWebSocketReturn<In, Out, SessionClient<In, Out>>
  <In = RawMessage, Out = OutgoingFor<In>>(
    source: WebSocketClient<In, Out>,
    options?: SharedClientOptions<In, Out>,
  ): UseWebSocketReturn<In, Out>
  <In = RawMessage, Out = OutgoingFor<In>, Given extends Source<In, Out> = Source<In, Out>>(
    source: Given & Source<In, Out>,
    options?: OptionsFor<Given, SharedClientOptions<In, Out>, UseWebSocketOptions<In, Out>>,
  ): UseWebSocketReturn<In, Out>
}

/**
 * Connects when the component is mounted and closes the connection when it unmounts.
 *
 * @example
 * const { status, lastMessage, send } = useWebSocket('wss://example.org/chat')
 * @param source a URL, or a function that is called at each dial; or a client of `createWebSocket(url, { lazy: true })`, which all components that use it share
 * @throws OptionError for a wrong URL or option
 */
export const useWebSocket: UseWebSocket = <In, Out>(
  source: Source<In, Out>,
  options: UseWebSocketOptions<In, Out> = {},
): UseWebSocketReturn<In, Out, SessionClient<In, Out>> => {
  const [client, snapshot] = useClient(source, options, createTrackedSnapshot)
  const { send, open, close, reconnect } = client
  return useTrackedState(snapshot, () => serverSnapshot(snapshot.get().status), {
    client: client as SessionClient<In, Out>,
    send,
    open,
    close,
    reconnect,
  })
}
