/** How a connection ended, and which close codes make another attempt pointless. */

/** How a connection or a dial ended. Code and reason are those of the platform's close event where there was one. */
export interface CloseInfo {
  /** Status code of RFC 6455 7.4. 1006 if the connection ended without a close frame, 4000 for a missed heartbeat. */
  code: number
  /** At most 123 bytes of UTF-8, chosen by the side that closed. */
  reason: string
  /** Whether both sides completed the closing handshake. */
  wasClean: boolean
  /** No further attempt follows. Inside `shouldReconnect`: what the close code policy would decide. */
  final: boolean
  /**
   * Which side or event ended it. `provider`: the URL or protocols function failed or returned no URL, or `onConnect` failed. `exhausted`: `maxAttempts` are used up. `auth`:
   * the server refused the session's token twice, or once if there is no `token` function.
   */
  cause: 'user' | 'server' | 'network' | 'heartbeat' | 'timeout' | 'provider' | 'exhausted' | 'auth'
  /** Why, if an error is known: that of a provider, of `onConnect` or of the platform, or a timeout. */
  error: Error | undefined
}

/**
 * Codes after which the same dial would be refused again. 1000: the server has finished. 1002, 1003, 1007 to 1010: the server does
 * not accept what the client sends (RFC 6455 7.4.1). 3500-3999 and 4500-4999: Centrifugo's ranges, so that an old client
 * classifies a new code correctly.
 */
const FINAL_CODE = /^(100[0237-9]|1010|[34][5-9]..)$/

/** Makes a `CloseInfo`; the code decides `final`. The defaults are those of a connection that ended without a close frame (RFC 6455 7.1.5). */
export const closeInfo = (cause: CloseInfo['cause'], given: Partial<CloseInfo> = {}): CloseInfo => {
  const { code = 1006, reason = '', wasClean = false, final = FINAL_CODE.test(`${code}`), error } = given
  return { code, reason, wasClean, final, cause: given.cause ?? cause, error }
}
