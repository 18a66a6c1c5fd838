/** The unbroken runs of messages that a lane has lost. */

import type { LaneResult } from './protocol.ts'
import type { Tally } from './tally.ts'

/** @param published when each message was published, by its number */
export const gapsOf = (tallies: readonly Tally[], published: readonly number[]): LaneResult['gaps'] => {
  const counts = new Map<number, number>()
  for (const tally of tallies) {
    for (const number of tally.missing()) counts.set(number, (counts.get(number) ?? 0) + 1)
  }
  const gaps: LaneResult['gaps'] = []
  let previous = -2
  for (const [number, count] of [...counts].sort(([one], [other]) => one - other)) {
    const at = published[number] ?? 0
    const last = gaps.at(-1)
    if (last && previous === number - 1) {
      last[1] = at
      last[2] += count
    } else gaps.push([at, at, count])
    previous = number
  }
  return gaps
}
