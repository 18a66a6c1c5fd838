/** `useStream`: one stream of a session: its newest messages as a list, its members, and whether messages were missed. */

import type {
  MessageEntry,
  PresenceMember,
  OutgoingFor,
  RawMessage,
  Resync,
  Session,
  SessionClient,
  UrlSource,
} from '@holdfast/core'
import { withoutStreamCallbacks } from '@holdfast/core/adapter'
import { type MaybeRef, type MaybeRefOrGetter, type ShallowRef, toValue, unref, watch } from 'vue'
import type { SharedStreamOptions, UseStreamOptions, UseWebSocketOptions } from './options.ts'
import { readonlyState } from './readonlyState.ts'
import type { OptionsFor, SessionSource, Source } from './source.ts'
import { createStreamRefs } from './streamRefs.ts'
import { useClient } from './useClient.ts'

export interface UseStreamReturn<In = RawMessage, Out = OutgoingFor<In>, Row = In> {
  /** The messages since mounting, oldest first. Another array only when entries were added or removed, at the client's `pace`. */
  readonly messages: Readonly<ShallowRef<readonly MessageEntry<Row>[]>>
  /** The members of the stream. Empty until the server has sent them, and if it does not send presence. */
  readonly members: Readonly<ShallowRef<readonly PresenceMember[]>>
  /** The last `resync` event, until `clear()`. */
  readonly resync: Readonly<ShallowRef<Resync | undefined>>
  /** Empties the list and removes `resync`. Always the same function. */
  readonly clear: () => void
  /** The client, to call `deliver` and `request`. */
  readonly client: Readonly<ShallowRef<SessionClient<In, Out>>>
}

/** The name of a stream. Without a name no stream is joined. */
type StreamName = MaybeRefOrGetter<string | null | undefined>

/** A client with a session, or a URL, which needs the option `session`. */
type StreamSource<In, Out> = SessionSource<In, Out> | MaybeRef<UrlSource>

/** `useStream`. One signature with a tuple, because TypeScript explains a wrong option of it by the option itself. */
export type UseStream = <
  In = RawMessage,
  Out = OutgoingFor<In>,
  Row = In,
  Given extends StreamSource<In, Out> = StreamSource<In, Out>,
>(
  source: Given & StreamSource<In, Out>,
  stream: StreamName,
  ...rest: OptionsFor<
    Given,
    [options?: SharedStreamOptions<In, Out, Row>],
    [options: UseStreamOptions<In, Out, Row> & { session: Session }]
  >
) => UseStreamReturn<In, Out, Row>

/**
 * Joins a stream while the component is mounted. After a reconnect the missed messages follow, or `resync` reports that they could not.
 * Several components may use the same stream of a shared client: the last one leaves it, unless the application has joined it too. The
 * source is used as in `useWebSocket`. The list starts empty when the component is mounted and when the stream or the client changes.
 *
 * @example
 * const { messages, members } = useStream(chat, () => props.channel, { onResync: ({ wait }) => setTimeout(fetchState, wait) })
 * // <Row v-for="{ key, message } in messages" :key :message />
 * @param source a client with a session, or a URL with the option `session`
 * @throws OptionError without a session, and for a wrong URL or option
 */
export const useStream: UseStream = <In, Out, Row = In>(
  source: Source<In, Out>,
  stream: StreamName,
  options: UseStreamOptions<In, Out, Row> = {},
): UseStreamReturn<In, Out, Row> => {
  const getName = (): string | null | undefined => toValue(stream)
  // A function may return a client with a session when the component is mounted. The own client that is used until then has none.
  const refs = createStreamRefs<In, Out, Row>(getName, options, typeof unref(source) === 'function')
  const client = useClient<In, Out>(
    source,
    withoutStreamCallbacks(options) as UseWebSocketOptions<In, Out>,
    refs.onClient,
  )
  // Before the next render, after all changes of one flush, so that a name which is only passed through is never joined.
  watch(getName, refs.update)
  return {
    messages: readonlyState(refs.messages),
    members: readonlyState(refs.members),
    resync: readonlyState(refs.resync),
    clear: () => refs.current()?.clear(),
    client: readonlyState(client) as Readonly<ShallowRef<SessionClient<In, Out>>>,
  }
}
