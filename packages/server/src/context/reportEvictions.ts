/** Counts what the store removes before its time, and emits `evict`. */

import { monotonicNow } from '../clock.ts'
import type { HubContext } from './hubContext.ts'

/** The shortest time between two events, in ms. Under attack, thousands of entries may be removed per second. */
const INTERVAL = 1000

/** Returns a function that stops it. */
export const reportEvictions = ({ clock, events, stats, store }: HubContext): (() => void) => {
  let count = 0
  let lastEventAt = -Infinity
  const unsubscribe = store.onEvict?.((kind) => {
    stats.evicted++
    count++
    if (monotonicNow(clock) - lastEventAt < INTERVAL) return
    lastEventAt = monotonicNow(clock)
    events.emit('evict', { kind, count })
    count = 0
  })
  return () => unsubscribe?.()
}
