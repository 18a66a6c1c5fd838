/** `useMessages`: the newest messages as a list, for lists that grow by thousands. */

import {
  type MessageEntry,
  type MessageList,
  type MessageListOptions,
  type RawMessage,
  type RawOutgoing,
  createMessageList,
} from '@holdfast/core'
import { type ShallowRef, shallowReadonly, shallowRef } from 'vue'
import type { UseWebSocketOptions } from './createOwn.ts'
import type { Source } from './source.ts'
import { type Enter, useClient } from './useClient.ts'

/** Those of `useWebSocket`, and what the list holds: `limit` is read once for each destination, `select` is always the latest. */
export interface UseMessagesOptions<In = RawMessage, Out = RawOutgoing, Row = In>
  extends UseWebSocketOptions<In, Out>, MessageListOptions<In, Row> {}

export interface UseMessagesReturn<Row = RawMessage> {
  /** Oldest first; another array only when something in it has changed, at most once in a frame. */
  readonly messages: Readonly<ShallowRef<readonly MessageEntry<Row>[]>>
  /** Empties the list. */
  readonly clear: () => void
}

/** The list of whatever client it enters. */
const createList = <In, Out, Row>(options: MessageListOptions<In, Row>) => {
  const messages = shallowRef<readonly MessageEntry<Row>[]>([])
  let listed: unknown
  let list: MessageList<Row>
  let off: (() => void) | undefined
  const show = (): void => {
    messages.value = list.get()
  }
  const enter: Enter<In, Out> = (client, used) => {
    off?.()
    if (client !== listed) list = createMessageList(client, options)
    listed = client
    off = used ? list.subscribe(show) : undefined
    show()
  }
  return { enter, messages, clear: () => list.clear() }
}

/**
 * The newest messages as a list. Each entry has a `key` and stays the same object, so that rows which are memoised do not render again;
 * none is lost between frames. It uses the source as `useWebSocket` does, begins empty when mounted, and another destination empties it.
 *
 * @example
 * const { messages, clear } = useMessages(chat, { limit: 500 })
 * // <Row v-for="{ key, message } in messages" :key :message />
 * @throws OptionError for a wrong URL or option
 */
export const useMessages = <In = RawMessage, Out = RawOutgoing, Row = In>(
  source: Source<In, Out>,
  options: UseMessagesOptions<In, Out, Row> = {},
): UseMessagesReturn<Row> => {
  const { enter, messages, clear } = createList<In, Out, Row>(options)
  useClient(source, options, enter)
  return { messages: shallowReadonly(messages), clear }
}
