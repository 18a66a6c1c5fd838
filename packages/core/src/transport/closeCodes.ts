/** What a close says: its facts as `CloseInfo`, and which codes make another try pointless. */

/** How a connection or a dial ended. The code and reason are those of the platform's close event wherever there was one. */
export interface CloseInfo {
  /** RFC 6455 7.4 status code. 1006 where the link ended without a close frame, 4000 where our heartbeat gave it up. */
  code: number
  /** At most 123 bytes of UTF-8, chosen by whoever closed. */
  reason: string
  /** Whether both sides finished the closing handshake. */
  wasClean: boolean
  /** No further attempt follows by itself. Inside `shouldReconnect`: what the close-code policy would decide. */
  final: boolean
  /** Who or what ended it; `exhausted` when `maxAttempts` are spent, `auth` when a session's token was refused twice. */
  cause: 'user' | 'server' | 'network' | 'heartbeat' | 'timeout' | 'provider' | 'exhausted' | 'auth'
}

/**
 * Whether the same dial would meet the same refusal. 1000: the server is done with us. 1002, 1003, 1007 to 1010: RFC 6455 7.4.1,
 * what we speak is not accepted. 3500-3999 and 4500-4999: Centrifugo's ranges, which let an old client class a new code rightly.
 */
const finalCode = /^(100[0237-9]|1010|[34][5-9]..)$/

/** A `CloseInfo` with the policy's verdict. By default one for a link that ended without a close frame (1006, RFC 6455 7.1.5). */
export const ending = (cause: CloseInfo['cause'], code = 1006, reason = '', wasClean = false): CloseInfo => ({
  code,
  reason,
  wasClean,
  final: finalCode.test(`${code}`),
  cause,
})
