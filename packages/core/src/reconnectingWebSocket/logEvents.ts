/** The option `debug`. No URL and no message is logged, because they may contain a secret. */

import { messageOf } from '../base/errors.ts'
import type { WebSocketClient } from '../client/webSocketClient.ts'

export const logEvents = (client: WebSocketClient, log: (...args: unknown[]) => void): void => {
  client.onAny((type, value) => {
    const { code, reason } = Object(value) as { code?: unknown; reason?: unknown }
    if (type === 'message' || type === 'drop') log('RWS>', type)
    else if (type === 'error') log('RWS>', type, messageOf(value))
    else log('RWS>', type, ...(code ? [code, reason] : [value]))
  })
}
