/** Insists on writing down what has already happened: until it then could not matter any more. */

import type { Setting } from '../context/hubContext.ts'

/** First and longest wait between two tries, in ms. */
const FIRST = 100
const LONGEST = 2000

/**
 * Asks again until it answers. An effect that is not recorded would be applied twice, so there is no giving up before the session
 * itself is over. Undefined then, or when the node closes.
 */
export const persist = async <Answer>(setting: Setting, ask: () => Promise<Answer>): Promise<Answer | undefined> => {
  const { clock, timers, store, report } = setting
  const until = clock.now() + (store.kept?.ms ?? 120_000)
  for (let wait = FIRST; ; wait = Math.min(2 * wait, LONGEST)) {
    try {
      return await ask()
    } catch (error) {
      report(error)
    }
    if (clock.now() + wait > until || !(await timers.sleep(wait))) return undefined
  }
}
