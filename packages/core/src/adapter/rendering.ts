/** The only access of the adapters to the internals of a client. */

import { internalsOf } from '../client/clientInternals.ts'
import type { WebSocketClient } from '../client/webSocketClient.ts'
import type { Snapshot } from '../state/snapshot.ts'

/** The state of a client as components render it. */
export interface Rendering<In> {
  /**
   * Returns the state that subscribers were last notified of, so that all components of a page show the same state. It is `connecting`
   * where the first `retain()` will dial, so that the first render does not show `closed`.
   */
  get(): Snapshot<In>
  /**
   * Calls the listener when the state has changed. Returns the function that unsubscribes it.
   *
   * @param messages `false` skips notifications that are caused only by messages @default true
   */
  subscribe(listener: () => void, messages?: boolean): () => void
}

/** For an object that is not made by `createWebSocket`, such as a mock in a test, its public functions. */
export const renderingOf = <In, Out>(client: WebSocketClient<In, Out>): Rendering<In> => {
  const internals = internalsOf(client)
  if (!internals) return client
  return {
    get: () => internals.getRendered(),
    subscribe: (listener, messages) => internals.snapshots.subscribe(listener, messages),
  }
}
