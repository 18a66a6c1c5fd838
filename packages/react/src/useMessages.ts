/** `useMessages`: the newest messages as a list, for lists with thousands of rows. */

import {
  type MessageEntry,
  type MessageList,
  type OutgoingFor,
  type RawMessage,
  createMessageList,
} from '@holdfast/core'
import { withLatest } from '@holdfast/core/adapter'
import { useSyncExternalStore } from 'react'
import type { SharedMessagesOptions, UseMessagesOptions } from './options.ts'
import type { OptionsFor, Source } from './source.ts'
import { useClient } from './useClient.ts'

export interface UseMessagesReturn<Row = RawMessage> {
  /** The entries, oldest first. Another array only when entries were added or removed, at the client's `pace`. */
  readonly messages: readonly MessageEntry<Row>[]
  /** Empties the list. The same function as long as the client is the same. */
  readonly clear: () => void
}

/**
 * Collects the newest messages in a list. Each entry has a `key` and stays the same object, so memoised rows do not render again. No message
 * is lost between frames. The source is used as in `useWebSocket`. The list starts empty when the component is mounted and when the URL, key
 * or client changes.
 *
 * @example
 * const { messages, clear } = useMessages(chat, { limit: 500 })
 * return messages.map(({ key, message }) => <Row key={key} message={message} />)
 * @throws OptionError for a wrong URL or option
 */
export const useMessages = <
  In = RawMessage,
  Out = OutgoingFor<In>,
  Row = In,
  Given extends Source<In, Out> = Source<In, Out>,
>(
  source: Given & Source<In, Out>,
  givenOptions?: OptionsFor<Given, SharedMessagesOptions<In, Out, Row>, UseMessagesOptions<In, Out, Row>>,
): UseMessagesReturn<Row> => {
  const options: UseMessagesOptions<In, Out, Row> = givenOptions ?? {}
  const [, { get, subscribe, clear }] = useClient<In, Out, MessageList<Row>>(source, options, (client, latest) =>
    withLatest(options, latest, (current) => createMessageList<In, Out, Row>(client, current)),
  )
  return { messages: useSyncExternalStore(subscribe, get, get), clear }
}
