import { type ShallowRef, onScopeDispose, shallowRef } from 'vue'
import type { Readable } from '../store.ts'

/** The value of a store as a ref. */
export function useStore<T>(store: Readable<T>): Readonly<ShallowRef<T>> {
  const value = shallowRef(store.get())
  onScopeDispose(
    store.subscribe(() => {
      value.value = store.get()
    }),
  )
  return value
}
