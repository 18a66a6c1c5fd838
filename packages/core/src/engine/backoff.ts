/** How long to wait before the next attempt. A pure function: the random number is a parameter. */

import type { CloseInfo } from '../transport/closeCodes.ts'

/** Bounds of the wait, in ms. */
export interface BackoffRules {
  readonly minDelay: number
  readonly baseDelay: number
  readonly maxDelay: number
}

/** The longest wait that a server may request, in ms: a frame must not silence a client for hours. */
const LONGEST_HINT = 600_000

const RANGES: Record<number, readonly [min: number, max: number]> = { 1012: [0, 10_000], 1013: [5000, 30_000] }

/**
 * Full jitter above a minimum (AWS, "Exponential Backoff And Jitter"). The random part is a share of the capped delay, so waits stay
 * spread after the cap is reached. A close may override it: a JSON reason `{"in":[min,max]}` in ms. 1012 (service restart) waits at
 * most 10 s and 1013 (try again later) 5 to 30 s, so that the clients of a server do not all return at once.
 *
 * @param attempt counts from 0
 */
export const backoff = (
  attempt: number,
  { code, reason }: Pick<CloseInfo, 'code' | 'reason'>,
  { minDelay, baseDelay, maxDelay }: BackoffRules,
  random: () => number,
): number => {
  let [min, max] = RANGES[code] ?? [minDelay, minDelay + Math.min(maxDelay, baseDelay * 2 ** Math.min(attempt, 31))]
  try {
    const [from, to] = JSON.parse(reason).in.map(Number)
    if (from >= 0 && to >= from && to <= LONGEST_HINT) [min, max] = [from, to]
  } catch {
    // Most reasons are plain text.
  }
  return min + random() * (max - min)
}
