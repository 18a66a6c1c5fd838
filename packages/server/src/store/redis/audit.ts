/** Pub/sub may lose, and nobody tells: so the counters in Redis are compared with what was heard, now and then. */

/** What is on its way at the first look has come by the second. */
const SECOND_LOOK = 1000

/**
 * Begins to look each `interval` ms; returns the way out.
 * @param behind whether something was not heard, at two looks with a pause between
 */
export function startAudit(
  interval: number,
  behind: (pause: () => Promise<void>) => Promise<boolean>,
  onBehind: () => void,
): () => void {
  let stopped = false
  let wake = (): void => undefined
  let timer: NodeJS.Timeout | undefined
  /** Ends early when the audit is stopped. */
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      timer = setTimeout(resolve, ms)
    })
  async function watch(): Promise<void> {
    while (!stopped) {
      await pause(interval)
      // Without Redis there is nothing to compare; its coming back is a doubt of its own.
      const found = !stopped && (await behind(() => pause(Math.min(SECOND_LOOK, interval))).catch(() => false))
      if (found && !stopped) onBehind()
    }
  }
  void watch()
  return () => {
    stopped = true
    clearTimeout(timer)
    wake()
  }
}
