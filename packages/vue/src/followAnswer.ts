/** Functions as addresses: what they read is followed. */

import type { Dial, UrlSource } from '@holdfast/core'
import { ReactiveEffect } from 'vue'
import { identify } from './source.ts'

export interface Follower {
  /** Asks, and follows what is read before the first `await`. What was asked before is followed no more. */
  ask: Extract<UrlSource, (dial: Dial) => unknown>
  stop(): void
}

/**
 * @param takes whether an answer is no address, and has been seen to
 * @param changed is told of another address; where it takes time and cannot be compared, that there may be one
 */
export const followAnswer = (
  get: (dial: Dial) => unknown,
  takes: (answer: unknown) => boolean,
  changed: () => void,
): Follower => {
  let present: ReactiveEffect | undefined
  const stop = (): void => present?.stop()
  return {
    ask: (dial) => {
      stop()
      const effect = (present = new ReactiveEffect(() => get(dial)))
      let answer: unknown
      effect.scheduler = () => {
        if (!effect.dirty) return
        let again: unknown
        try {
          again = answer instanceof Promise || effect.run()
        } catch {
          // The next dial will report it.
        }
        if (identify(again) !== identify(answer) && !takes(again)) changed()
      }
      answer = effect.run()
      return takes(answer) ? null : (answer as string)
    },
    stop,
  }
}
