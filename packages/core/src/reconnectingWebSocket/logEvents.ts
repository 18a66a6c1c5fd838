/** The option `debug`. No URL and no message is logged, because they may contain a secret. */

import type { WebSocketClient } from '../client/webSocketClient.ts'
import type { CloseInfo } from '../transport/closeCodes.ts'

export const logEvents = (client: WebSocketClient, log: (...args: unknown[]) => void): void => {
  client.onAny((type, value) => {
    const { code, reason, wasClean, cause } = Object(value) as CloseInfo
    if (type === 'message' || type === 'drop') log('RWS>', type)
    else if (type === 'close' || type === 'stop') log('RWS>', type, { code, reason, wasClean, cause })
    else log('RWS>', type, type === 'error' ? `${value as Error}` : value)
  })
}
