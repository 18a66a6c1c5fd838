/** `useMessage`: calls a handler for each message. */

import type { RawMessage, RawOutgoing } from '@holdfast/core'
import type { UseWebSocketOptions } from './options.ts'
import type { Source } from './source.ts'
import { useClient } from './useClient.ts'

/**
 * Calls the handler of the latest render for every message, in order. It never triggers a render. The source is used as in `useWebSocket`.
 *
 * @example
 * useMessage(chat, (message) => notify(message))
 * @throws OptionError for a wrong URL or option
 */
export const useMessage = <In = RawMessage, Out = RawOutgoing>(
  source: Source<In, Out>,
  handler: (message: In) => void,
  options: Omit<UseWebSocketOptions<In, Out>, 'onMessage'> = {},
): void => {
  useClient(source, { ...options, onMessage: handler }, () => undefined)
}
