/** `useMessages`: the newest messages as a list, for lists that grow by thousands. */

import {
  type MessageEntry,
  type MessageListOptions,
  type RawMessage,
  type RawOutgoing,
  createMessageList,
} from '@holdfast/core'
import { useInsertionEffect, useRef, useSyncExternalStore } from 'react'
import type { UseWebSocketOptions } from './createOwn.ts'
import type { Source } from './source.ts'
import { useClient } from './useClient.ts'

/** Those of `useWebSocket`, and what the list holds: `limit` is read once for each destination, `select` is always the latest. */
export interface UseMessagesOptions<In = RawMessage, Out = RawOutgoing, Row = In>
  extends UseWebSocketOptions<In, Out>, MessageListOptions<In, Row> {}

export interface UseMessagesReturn<Row = RawMessage> {
  /** Oldest first; another array only when something in it has changed, at most once in a frame. */
  readonly messages: readonly MessageEntry<Row>[]
  /** Empties the list. It stays the same as long as the client does. */
  readonly clear: () => void
}

/**
 * The newest messages as a list. Each entry has a `key` and stays the same object, so that rows which are memoised do not render again;
 * none is lost between frames. It uses the source as `useWebSocket` does, begins empty when mounted, and another destination empties it.
 *
 * @example
 * const { messages, clear } = useMessages(chat, { limit: 500 })
 * return messages.map(({ key, message }) => <Row key={key} message={message} />)
 * @throws OptionError for a wrong URL or option
 */
export const useMessages = <In = RawMessage, Out = RawOutgoing, Row = In>(
  source: Source<In, Out>,
  options: UseMessagesOptions<In, Out, Row> = {},
): UseMessagesReturn<Row> => {
  const { limit, select } = options
  const latest = useRef(select)
  const [, { get, subscribe, clear }] = useClient(source, options, (client) =>
    createMessageList<In, Out, Row>(client, {
      limit,
      get select() {
        return latest.current
      },
    }),
  )
  useInsertionEffect(() => {
    latest.current = select
  })
  return { messages: useSyncExternalStore(subscribe, get, get), clear }
}
