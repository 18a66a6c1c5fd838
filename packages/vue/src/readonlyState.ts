/** Refs that show the state of a connection. */

import { type ShallowRef, shallowReadonly } from 'vue'

/**
 * Returns a readonly view of a ref, with the property `effect` by which Pinia recognises `computed`. In a store it is then a getter and not a
 * part of `$state`: a server does not serialise it into the page, and hydration does not try to set it.
 */
export const readonlyState = <Value>(ref: ShallowRef<Value>): Readonly<ShallowRef<Value>> =>
  shallowReadonly(Object.assign(ref, { effect: true }))
