/** The state that a composable shows of its client, kept up to date while the component is mounted. */

import type { WebSocketClient } from '@holdfast/core'

/** Called for each client at once, and again when the component starts or stops to use it. */
export type OnClient<In, Out> = (client: WebSocketClient<In, Out>, isActive: boolean) => void

export interface ClientStore<In, Out, Store> {
  onClient: OnClient<In, Out>
  /** Shows the current state, of a new store if the key has changed. */
  update(): void
  /** Returns the store of the current client. */
  current(): Store
}

/**
 * Creates a store for each client (and for each key, where there is one), and subscribes to it while the component is in use.
 *
 * @param show copies the state of the store to refs
 */
export const createClientStore = <In, Out, Store extends { subscribe(listener: () => void): () => void } | undefined>(
  create: (client: WebSocketClient<In, Out>) => Store,
  show: (store: Store) => void,
  getKey?: () => unknown,
): ClientStore<In, Out, Store> => {
  let client: WebSocketClient<In, Out>
  let isActive = false
  let store: Store
  let storeClient: unknown
  let storeKey: unknown
  let unsubscribe: (() => void) | undefined

  const stop = (): void => {
    unsubscribe?.()
    unsubscribe = undefined
  }
  const update = (): void => {
    const key = getKey?.()
    if (client !== storeClient || key !== storeKey) {
      stop()
      store = create(client)
      storeClient = client
      storeKey = key
    }
    if (isActive) unsubscribe ??= store?.subscribe(() => show(store))
    else stop()
    show(store)
  }
  return {
    onClient: (nextClient, nextIsActive) => {
      client = nextClient
      isActive = nextIsActive
      update()
    },
    update,
    current: () => store,
  }
}
