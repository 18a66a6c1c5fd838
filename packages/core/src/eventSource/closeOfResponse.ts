/** Which close an HTTP response means that is no event stream, so that the close code policy decides whether to reconnect. */

import { DialError } from '../base/errors.ts'
import type { TransportClose } from '../transport/transport.ts'

/**
 * Returns the close reason with the hint of `backoff`: to wait at least `wait` ms and at most a quarter longer, so that clients do not
 * return all at once. It has at least 250 ms, so that no loop is without a pause, and is at most the longest hint that `backoff` accepts.
 */
export const hintOf = (wait = 0): string => {
  const least = Math.max(250, Math.min(wait, 480_000))
  return wait > 0 ? `{"in":[${least},${least * 1.25}]}` : ''
}

/**
 * Returns undefined for an event stream. 4xx become the final codes 3500 to 3599. 408, 425, 429 and 5xx become 3008 to 3029 and 3100 to
 * 3199, after which the client reconnects.
 */
export const closeOfResponse = ({ status, headers, body }: Response): TransportClose | undefined => {
  const type = body ? headers.get('content-type')! : 'no body' // React Native reports none
  if (status === 200 && /^text\/event-stream *(;|$)/i.test(type)) return undefined
  if (status === 204) return { code: 1000 } // HTML: the server asks the client to stop
  const isTemporary = status >= 500 || [408, 425, 429].includes(status)
  const reason = `HTTP ${status}`
  const retryAfter = headers.get('retry-after')! // seconds, a date, or null, of which the date is NaN
  return {
    code: isTemporary ? 2600 + status : status >= 400 ? 3100 + status : 3599,
    reason: hintOf(+retryAfter * 1000 || Date.parse(retryAfter) - Date.now()) || reason,
    error: new DialError(`could not dial: ${reason}, ${type}`),
  }
}
