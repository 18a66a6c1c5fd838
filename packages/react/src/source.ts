/** What a component connects to. */

import type { OutgoingFor, RawMessage, UrlSource, WebSocketClient } from '@holdfast/core'

/** A URL as `createWebSocket` takes it, or a client, which is then shared. */
export type Source<In = RawMessage, Out = OutgoingFor<In>> = UrlSource | WebSocketClient<In, Out>

/** `Shared` where the source is a client, else `Own`. For a source that may be either, `Own`. */
export type OptionsFor<Given, Shared, Own> = [Given] extends [WebSocketClient<unknown, never>] ? Shared : Own
