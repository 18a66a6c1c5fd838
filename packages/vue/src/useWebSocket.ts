/** `useWebSocket`: the state of a connection, and what can be done with it. It triggers for the fields that changed, and for no other. */

import type {
  RawMessage,
  RawOutgoing,
  Session,
  SessionClient,
  Snapshot,
  UrlSource,
  WebSocketClient,
} from '@holdfast/core'
import { type MaybeRef, type ShallowRef, shallowReadonly } from 'vue'
import { createFields } from './createFields.ts'
import type { UseWebSocketOptions } from './createOwn.ts'
import type { SessionSource, Source } from './source.ts'
import { useClient } from './useClient.ts'

type ReadonlyRefs<State> = { readonly [Name in keyof State]: Readonly<ShallowRef<State[Name]>> }

/** The state, and functions that stay the same and always mean the present client. */
export interface UseWebSocketReturn<In = RawMessage, Out = RawOutgoing, Client = WebSocketClient<In, Out>>
  extends ReadonlyRefs<Snapshot<In>>, Pick<WebSocketClient<In, Out>, 'send' | 'open' | 'close' | 'reconnect'> {
  /** The connection itself, to listen to or to share. Another destination is another client. */
  readonly client: Readonly<ShallowRef<Client>>
}

/** See `useWebSocket`. */
export interface UseWebSocket {
  <In, Out>(
    source: SessionSource<In, Out>,
    options?: UseWebSocketOptions<In, Out>,
  ): UseWebSocketReturn<In, Out, SessionClient<In, Out>>
  <In = RawMessage, Out = RawOutgoing>(
    source: MaybeRef<UrlSource>,
    options: UseWebSocketOptions<In, Out> & { session: Session },
  ): UseWebSocketReturn<In, Out, SessionClient<In, Out>>
  <In = RawMessage, Out = RawOutgoing>(
    source: Source<In, Out>,
    options?: UseWebSocketOptions<In, Out>,
  ): UseWebSocketReturn<In, Out>
}

/**
 * Connects while the component is mounted, and stays connected. Unmounting, or the end of the scope, leaves nothing behind.
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
  const { enter, make } = createFields<In, Out>()
  const client = useClient(source, options, enter)
  const state = client.value.view()
  /** What was asked for, and the names of the rest. */
  const shown: Record<string, unknown> = { client: shallowReadonly(client) }
  for (const name in { ...state, send: 0, open: 0, close: 0, reconnect: 0 }) shown[name] = undefined
  const give = (name: never): unknown =>
    name in state
      ? shallowReadonly(make(name))
      : (...args: never[]) => (client.value[name] as (...args: never[]) => unknown)(...args)
  return new Proxy(shown, {
    get: (_, name: string) => (name in shown ? (shown[name] ??= give(name as never)) : undefined),
  }) as unknown as UseWebSocketReturn<In, Out, SessionClient<In, Out>>
}
