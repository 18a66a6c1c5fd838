/** Messages that were received long after they were published: after a reconnect, or over a slow connection. */

/** In ms. */
export const LATE = 1000

/** When the first and the last message of an unbroken run were published. */
export type LateSpan = [from: number, to: number]

/** Adds late messages that were published between two times. */
export const addLate = (spans: LateSpan[], from: number, to: number): void => {
  const last = spans.at(-1)
  if (last && from <= last[1] + LATE && to >= last[0] - LATE) {
    last[0] = Math.min(last[0], from)
    last[1] = Math.max(last[1], to)
  } else spans.push([from, to])
}
