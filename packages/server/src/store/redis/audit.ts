/** Compares the counters in Redis with the received messages at intervals, because pub/sub loses messages without an error. */

/** Pause before the second comparison, in ms. A message that was in transit at the first comparison arrives before the second. */
const RECHECK_MS = 1000

/**
 * Starts a comparison every `interval` ms. Returns a function that stops it.
 *
 * @param isBehind resolves to whether a message is missing in two comparisons, with a pause between them
 */
export const startAudit = (
  interval: number,
  isBehind: (pause: () => Promise<void>) => Promise<boolean>,
  onBehind: () => void,
): (() => void) => {
  let stopped = false
  let endPause = (): void => undefined
  let timer: NodeJS.Timeout | undefined
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      endPause = resolve
      timer = setTimeout(resolve, ms)
    })
  const run = async (): Promise<void> => {
    while (!stopped) {
      await pause(interval)
      // A comparison fails while Redis is away. The reconnect reports a possible gap itself.
      const found = !stopped && (await isBehind(() => pause(Math.min(RECHECK_MS, interval))).catch(() => false))
      if (found && !stopped) onBehind()
    }
  }
  void run()
  return () => {
    stopped = true
    clearTimeout(timer)
    endPause()
  }
}
