/** A function as the source of a component, called in a reactive effect so that a change of what it reads is noticed. */

import type { Dial, UrlSource } from '@holdfast/core'
import { identityOf } from '@holdfast/core/adapter'
import { ReactiveEffect } from 'vue'

export interface TrackedUrl {
  /** Calls the function at a dial, and tracks what it reads before its first `await`. Dependencies of the call before are dropped. */
  get: Extract<UrlSource, (dial: Dial) => unknown>
  stop(): void
}

/**
 * @param adoptIfClient uses the returned value if it is a client, and returns whether it is
 * @param onChange called when the function returns another URL; an async function cannot be compared, so there any change of a dependency counts
 */
export const trackUrlGetter = (
  getter: (dial: Dial) => unknown,
  adoptIfClient: (value: unknown) => boolean,
  onChange: () => void,
): TrackedUrl => {
  let active: ReactiveEffect | undefined
  const stop = (): void => active?.stop()
  return {
    get: (dial) => {
      stop()
      const effect = (active = new ReactiveEffect(() => getter(dial)))
      let value: unknown
      effect.scheduler = () => {
        if (!effect.dirty) return
        let next: unknown
        try {
          // For a promise, any other value than the promise itself counts as a change.
          next = value instanceof Promise || effect.run()
        } catch {
          // The next dial calls the function again and reports the error.
        }
        if (identityOf(next) === identityOf(value)) return
        value = next
        if (!adoptIfClient(next)) onChange()
      }
      value = effect.run()
      return adoptIfClient(value) ? null : (value as string)
    },
    stop,
  }
}
