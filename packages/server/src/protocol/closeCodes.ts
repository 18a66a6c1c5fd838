/** With which codes the hub closes, and how the reason is written. 4500 and above are final for clients. */

/** PROTOCOL.md, "Close codes". */
export const CODES = {
  /** The server goes away; clients come back by their own pace. */
  away: 1001,
  /** A frame above `limits.frame`. */
  tooBig: 1009,
  /** Something failed at the server. */
  failed: 1011,
  /** Drain: clients come back by the hint. */
  restart: 1012,
  slow: 4001,
  flood: 4005,
  expired: 4006,
  noHello: 4008,
  badFrame: 4500,
  unauthorised: 4501,
  replaced: 4509,
  version: 4510,
} as const

/** When to come back, in ms: from, to. */
export type Hint = readonly [min: number, max: number]

/** RFC 6455 5.5: a control frame carries 125 bytes, two of which are the code. */
const LONGEST_REASON = 123

/** The close reason: the hint, where there is one, else the words, cut to what a close frame holds. */
export const closeReason = (why: string, hint?: Hint): string => {
  if (hint) return JSON.stringify({ in: hint })
  const bytes = Buffer.from(why)
  return bytes.length <= LONGEST_REASON
    ? why
    : new TextDecoder().decode(bytes.subarray(0, LONGEST_REASON), { stream: true })
}

/** Whether clients take the code for the last word (Centrifugo's ranges, as the core does). */
export const isFinal = (code: number): boolean => (code >= 3500 && code < 4000) || code >= 4500

/** Whether a server may close with the code: RFC 6455 7.4, without those that only say what was seen. */
export const isSendable = (code: number): boolean =>
  Number.isInteger(code) &&
  ((code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999))
