/** `useMessage`: what to do with each message. */

import type { RawMessage, RawOutgoing } from '@holdfast/core'
import type { UseWebSocketOptions } from './createOwn.ts'
import type { Source } from './source.ts'
import { useClient } from './useClient.ts'

/**
 * Calls the handler, always the newest one, for every message in order, and renders nothing. It uses the source as `useWebSocket` does.
 *
 * @example
 * useMessage(chat, (message) => notify(message))
 */
export const useMessage = <In = RawMessage, Out = RawOutgoing>(
  source: Source<In, Out>,
  handler: (message: In) => void,
  options: Omit<UseWebSocketOptions<In, Out>, 'onMessage'> = {},
): void => {
  useClient(source, { ...options, onMessage: handler }, () => undefined)
}
