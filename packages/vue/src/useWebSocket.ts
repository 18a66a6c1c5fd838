/** `useWebSocket`: the state of a connection as refs, each of which triggers only when its own field changes. */

import type {
  OutgoingFor,
  RawMessage,
  Session,
  SessionClient,
  Snapshot,
  UrlSource,
  WebSocketClient,
} from '@holdfast/core'
import type { SharedClientOptions } from '@holdfast/core/adapter'
import type { MaybeRef, ShallowRef } from 'vue'
import type { UseWebSocketOptions } from './options.ts'
import { readonlyState } from './readonlyState.ts'
import { createSnapshotRefs } from './snapshotRefs.ts'
import type { ClientSource, OptionsFor, SessionSource, Source } from './source.ts'
import { useClient } from './useClient.ts'

type ReadonlyRefs<State> = { readonly [Name in keyof State]: Readonly<ShallowRef<State[Name]>> }

const METHODS = ['send', 'open', 'close', 'reconnect'] as const

/** The state of the connection, and functions that stay the same and always use the current client. */
export interface UseWebSocketReturn<In = RawMessage, Out = OutgoingFor<In>, Client = WebSocketClient<In, Out>>
  extends ReadonlyRefs<Snapshot<In>>, Pick<WebSocketClient<In, Out>, 'send' | 'open' | 'close' | 'reconnect'> {
  /** The client itself, for listeners or to share it. Another URL or key gives another client. */
  readonly client: Readonly<ShallowRef<Client>>
}

/**
 * The overloads of `useWebSocket`: a client with a session where there is one. The last one accepts everything that the others accept,
 * because TypeScript explains a wrong call by its last overload if there are more than three.
 */
export interface UseWebSocket {
  <In = RawMessage, Out = OutgoingFor<In>>(
    source: MaybeRef<UrlSource>,
    options: UseWebSocketOptions<In, Out> & { session: Session },
  ): UseWebSocketReturn<In, Out, SessionClient<In, Out>>
  <In = RawMessage, Out = OutgoingFor<In>>(
    source: MaybeRef<UrlSource>,
    options?: UseWebSocketOptions<In, Out>,
  ): UseWebSocketReturn<In, Out>
  <In = RawMessage, Out = OutgoingFor<In>>(
    source: SessionSource<In, Out>,
    options?: SharedClientOptions<In, Out>,
  ): UseWebSocketReturn<In, Out, SessionClient<In, Out>>
  <In = RawMessage, Out = OutgoingFor<In>>(
    source: ClientSource<In, Out>,
    options?: SharedClientOptions<In, Out>,
  ): UseWebSocketReturn<In, Out>
  <In = RawMessage, Out = OutgoingFor<In>, Given extends Source<In, Out> = Source<In, Out>>(
    source: Given & Source<In, Out>,
    options?: OptionsFor<Given, SharedClientOptions<In, Out>, UseWebSocketOptions<In, Out>>,
  ): UseWebSocketReturn<In, Out>
}

/**
 * Connects when the component is mounted and closes the connection when the component, or its effect scope, ends.
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
  const refs = createSnapshotRefs<In, Out>()
  const client = useClient(source, options, refs.onClient)
  const returned: Record<string, unknown> = { client: readonlyState(client) }
  for (const name of METHODS) {
    returned[name] = (...args: never[]): unknown => (client.value[name] as (...args: never[]) => unknown)(...args)
  }
  for (const name of Object.keys(client.value.get()) as (keyof Snapshot)[]) {
    // A getter, so that a ref is created only for a field that is read.
    Object.defineProperty(returned, name, { enumerable: true, get: () => readonlyState(refs.get(name)) })
  }
  return returned as unknown as UseWebSocketReturn<In, Out, SessionClient<In, Out>>
}
