/**
 * Detects two reconnecting layers on each other: a library that reconnects by itself makes a new instance for each attempt, and each
 * instance reconnects too.
 */

/** More instances than this of one class for one URL within `WITHIN` ms. */
const LIMIT = 5
const WITHIN = 10_000

/** Returns a function that receives the URL of each new instance and the time in ms, and prints the warning once. */
export const stackDetector = (): ((url: unknown, at: number) => void) => {
  let recent: [url: unknown, at: number][] = []
  let hasWarned = false
  return (url, at) => {
    recent = [...recent.filter(([, made]) => at - made < WITHIN), [url, at]]
    if (hasWarned || recent.filter(([other]) => other === url).length <= LIMIT) return
    hasWarned = true
    console.warn(
      `ReconnectingWebSocket: more than ${LIMIT} sockets for one URL in ${WITHIN / 1000} s. A library that reconnects by itself needs OneShotWebSocket`,
    )
  }
}
