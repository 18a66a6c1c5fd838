/** Functions as addresses: what they read is followed. */

import { ReactiveEffect } from 'vue'
import { identify } from './source.ts'

export interface Follower {
  /** Asks, and follows what is read before the first `await`. What was asked before is followed no more. */
  ask(get: () => unknown): unknown
  stop(): void
}

/** @param changed is told of another answer; where the answer takes time and cannot be compared, that there may be one */
export const followAnswer = (changed: (answer: unknown) => void): Follower => {
  let present: ReactiveEffect | undefined
  const stop = (): void => present?.stop()
  return {
    ask: (get) => {
      stop()
      const effect = (present = new ReactiveEffect(get))
      let answer: unknown
      effect.scheduler = () => {
        if (!effect.dirty) return
        let again: unknown
        try {
          again = answer instanceof Promise || effect.run()
        } catch {
          // The next dial will report it.
        }
        if (identify(again) !== identify(answer)) changed(again)
      }
      return (answer = effect.run())
    },
    stop,
  }
}
