/** Values of the latest render, for functions that are called after it. */

import { type RefObject, useInsertionEffect } from 'react'

/**
 * Writes the value of each committed render to the ref, and an empty object when the component unmounts. Insertion effects run before all
 * other effects, so every effect reads the new value. A render that React discards never writes its value.
 */
export const useCommitted = <Value extends object>(ref: RefObject<Partial<Value>>, value: Value): void => {
  useInsertionEffect(() => {
    ref.current = value
    return () => {
      ref.current = {}
    }
  })
}
