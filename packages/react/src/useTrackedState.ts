/** The state of a store. The component renders only when a field that it reads has changed. */

import { useSyncExternalStore } from 'react'

interface Store<State> {
  get(): State
  /** Always the same function: `useSyncExternalStore` subscribes again when `subscribe` changes identity. */
  readonly subscribe: (listener: () => void) => () => void
  /** Called with the name of each field that is read. */
  track?(name: string): void
}

/** Records the fields that one render reads. Fields that only an earlier render has read are not compared. */
const createReader = <State extends object>({ get, track }: Store<State>) => {
  const read: Partial<State> = {}
  let rendered: State | undefined
  return {
    /** `useSyncExternalStore` renders again when it gets another object, so it gets the rendered one unless a field that was read has changed. */
    get: (): State => {
      const next = get()
      for (const name in read) if (next[name] !== read[name]) return next
      return rendered ?? next
    },
    /** Returns the fields of the state and of `rest` as one object. */
    show: <Rest extends object>(state: State, rest: Rest): State & Rest => {
      rendered = state
      return new Proxy(
        // Copies getters as they are: `messages` costs a copy when it is read.
        Object.defineProperties({ ...rest } as State & Rest, Object.getOwnPropertyDescriptors(state)),
        {
          get: (all, name) => {
            if (name in state) {
              read[name as keyof State] = state[name as keyof State]
              track?.(name as string)
            }
            return all[name as keyof State]
          },
        },
      )
    },
  }
}

/**
 * Returns the state of a store together with `rest`. A field that a child component or an effect reads later counts as read, too.
 *
 * @param getServerState the state of a server render and of hydration
 */
export const useTrackedState = <State extends object, Rest extends object>(
  store: Store<State>,
  getServerState: () => State,
  rest: Rest,
): State & Rest => {
  const { get, show } = createReader(store)
  return show(useSyncExternalStore(store.subscribe, get, getServerState), rest)
}
