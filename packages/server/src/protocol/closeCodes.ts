/** The close codes of the hub and the text of the close reason. Codes of 4500 and above are final for clients. */

/** PROTOCOL.md, "Close codes". */
export const CLOSE_CODES = {
  /** The hub closes. Clients reconnect with their own delays. */
  goingAway: 1001,
  /** A frame was longer than `limits.frame`. */
  messageTooBig: 1009,
  /** The store or a callback of the application failed. */
  internalError: 1011,
  /** Drain. Clients reconnect after the hint. */
  serviceRestart: 1012,
  slowConsumer: 4001,
  rateLimited: 4005,
  tokenExpired: 4006,
  helloTimeout: 4008,
  badFrame: 4500,
  unauthorised: 4501,
  replaced: 4509,
  unsupportedVersion: 4510,
} as const

/** When a client should reconnect: the range of the delay, in ms. */
export type ReconnectHint = readonly [min: number, max: number]

/** RFC 6455 5.5: the payload of a control frame has at most 125 bytes. Two of them are the code. */
const LONGEST_REASON = 123

/** The reason of a close frame: the hint as JSON, or else the text, cut to what a close frame can carry. */
export const closeReason = (text: string, hint?: ReconnectHint): string => {
  if (hint) return JSON.stringify({ in: hint })
  const bytes = Buffer.from(text)
  if (bytes.length <= LONGEST_REASON) return text
  return new TextDecoder().decode(bytes.subarray(0, LONGEST_REASON), { stream: true })
}

/** Whether clients do not reconnect after the code. The core uses the same ranges, which come from Centrifugo. */
export const isFinal = (code: number): boolean => (code >= 3500 && code < 4000) || code >= 4500

/** The frame that a session receives before the close frame. */
export const byeFrame = (code: number, reason: string, hint?: ReconnectHint): string =>
  JSON.stringify({ t: 'bye', code, why: reason, ...(hint && { in: hint }), ...(isFinal(code) && { final: true }) })

/** Whether a server may send the code in a close frame (RFC 6455 7.4). The other codes only describe local events. */
export const isSendable = (code: number): boolean =>
  Number.isInteger(code) &&
  ((code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999))

/** The codes with which `ws` itself closes a connection, by the codes of its errors. */
const VIOLATIONS: ReadonlyMap<string, number> = new Map([
  ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', CLOSE_CODES.messageTooBig],
  // Too many fragments, or too many packets of one message.
  ['WS_ERR_TOO_MANY_BUFFERED_PARTS', 1008],
  ['WS_ERR_INVALID_UTF8', 1007],
])
const PROTOCOL_ERROR = 1002
const VIOLATION_CODES = [...VIOLATIONS.values(), PROTOCOL_ERROR]

/** The code with which `ws` closes a connection because of invalid or too long input. Undefined for any other error. */
export const violationCode = ({ code = '' }: Error & { code?: unknown }): number | undefined =>
  String(code).startsWith('WS_ERR_') ? (VIOLATIONS.get(String(code)) ?? PROTOCOL_ERROR) : undefined

const CLIENT_FAULTS: ReadonlySet<number> = new Set([
  CLOSE_CODES.slowConsumer,
  CLOSE_CODES.rateLimited,
  CLOSE_CODES.badFrame,
  ...VIOLATION_CODES,
  CLOSE_CODES.tokenExpired,
  CLOSE_CODES.helloTimeout,
  CLOSE_CODES.unsupportedVersion,
])

/** Whether the hub closes a session with the code because of what the client did. The event `drop` reports these codes. */
export const isClientFault = (code: number): boolean => CLIENT_FAULTS.has(code)

const REFUSALS: ReadonlyMap<number, 'auth' | 'protocol' | 'rate'> = new Map([
  [CLOSE_CODES.unauthorised, 'auth'],
  [CLOSE_CODES.tokenExpired, 'auth'],
  [CLOSE_CODES.rateLimited, 'rate'],
  ...VIOLATION_CODES.map((code) => [code, 'protocol'] as const),
  [CLOSE_CODES.helloTimeout, 'protocol'],
  [CLOSE_CODES.badFrame, 'protocol'],
  [CLOSE_CODES.unsupportedVersion, 'protocol'],
])

/** Why a client is refused that is closed with the code before `welcome`. Undefined for a code that refuses no client. */
export const refusalReason = (code: number): 'auth' | 'protocol' | 'rate' | undefined => REFUSALS.get(code)
