/** Finds out what stays in memory. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
/** Collects all garbage. */
export const gc = runInNewContext('gc') as () => void

/** How many of the objects are still in memory. An object stays for as long as the current task has read it, so later tasks look again. */
export const countKept = async (objects: readonly WeakRef<object>[]): Promise<number> => {
  let kept = objects.length
  for (let turn = 0; kept && turn < 10; turn++) {
    await new Promise(setImmediate)
    gc()
    kept = objects.filter((object) => object.deref()).length
  }
  return kept
}
