/** `useMessage`: calls a handler for each message. */

import type { OutgoingFor, RawMessage } from '@holdfast/core'
import type { SharedClientOptions } from '@holdfast/core/adapter'
import type { UseWebSocketOptions } from './options.ts'
import type { OptionsFor, Source } from './source.ts'
import { useClient } from './useClient.ts'

/**
 * Calls the handler for every message, in order. It never triggers a render. The source is used as in `useWebSocket`.
 *
 * @example
 * useMessage(chat, (message) => notify(message))
 * @throws OptionError for a wrong URL or option
 */
export const useMessage = <In = RawMessage, Out = OutgoingFor<In>, Given extends Source<In, Out> = Source<In, Out>>(
  source: Given & Source<In, Out>,
  handler: (message: In) => void,
  options?: OptionsFor<
    Given,
    Omit<SharedClientOptions<In, Out>, 'onMessage'>,
    Omit<UseWebSocketOptions<In, Out>, 'onMessage'>
  >,
): void => {
  useClient<In, Out>(source, { ...options, onMessage: handler })
}
