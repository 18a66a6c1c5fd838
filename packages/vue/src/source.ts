/** What a component connects to. */

import type { Dial, OutgoingFor, RawMessage, SessionClient, UrlSource, WebSocketClient } from '@holdfast/core'
import type { MaybeRef } from 'vue'

/**
 * A URL as `createWebSocket` takes it, or a client, which is then shared; also as a ref. A function may return either: it is called when
 * the component is mounted, a ref is read at once. Its parameter is written as in `UrlSource`, because TypeScript infers the type of a
 * function's parameter from the first member of the union that is a function.
 */
export type Source<In = RawMessage, Out = OutgoingFor<In>> =
  | MaybeRef<UrlSource | WebSocketClient<In, Out>>
  | ((dial: Dial) => WebSocketClient<In, Out>)

/** A client, or a ref or function of one. */
export type ClientSource<In, Out> = MaybeRef<WebSocketClient<In, Out>> | ((dial: Dial) => WebSocketClient<In, Out>)

/** A client with a session, or a ref or function of one. */
export type SessionSource<In, Out> = MaybeRef<SessionClient<In, Out>> | ((dial: Dial) => SessionClient<In, Out>)

/** `Shared` where the source is a client, else `Own`. For a source that may be either, `Own`. */
export type OptionsFor<Given, Shared, Own> = [Given] extends [ClientSource<unknown, never>] ? Shared : Own
