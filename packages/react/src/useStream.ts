/** `useStream`: one stream of a session: its newest messages as a list, its members, and whether messages were missed. */

import type {
  MessageEntry,
  PresenceMember,
  OutgoingFor,
  RawMessage,
  Resync,
  Session,
  SessionClient,
  StreamState,
  UrlSource,
} from '@holdfast/core'
import { withoutStreamCallbacks } from '@holdfast/core/adapter'
import type { SharedStreamOptions, UseStreamOptions, UseWebSocketOptions } from './options.ts'
import type { OptionsFor, Source } from './source.ts'
import { useClient } from './useClient.ts'
import { useStreamView } from './useStreamView.ts'
import { useTrackedState } from './useTrackedState.ts'

export interface UseStreamReturn<In = RawMessage, Out = OutgoingFor<In>, Row = In> {
  /** The messages since mounting, oldest first. Another array only when entries were added or removed, at the client's `pace`. */
  readonly messages: readonly MessageEntry<Row>[]
  /** The members of the stream. Empty until the server has sent them, and if it does not send presence. */
  readonly members: readonly PresenceMember[]
  /** The last `resync` event, until `clear()`. */
  readonly resync: Resync | undefined
  /** Empties the list and removes `resync`. The same function as long as the client and the stream are the same. */
  readonly clear: () => void
  /** The client, to call `deliver` and `request`. */
  readonly client: SessionClient<In, Out>
}

/** The name of a stream. Without a name no stream is joined. */
type StreamName = string | null | undefined

/** A client with a session, or a URL, which needs the option `session`. */
type StreamSource<In, Out> = SessionClient<In, Out> | UrlSource

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

/** The state of a server render and of the first render in the browser, where other components may have joined the stream already. */
const EMPTY: StreamState<never> = { messages: [], members: [], resync: undefined }

/**
 * Joins a stream while the component is mounted. After a reconnect the missed messages follow, or `resync` reports that they could not.
 * Several components may use the same stream of a shared client: the last one leaves it, unless the application has joined it too. The
 * source is used as in `useWebSocket`. The component renders only for the fields that it reads. The list starts empty when the component is
 * mounted and when the stream or the client changes.
 *
 * @example
 * const { messages, members } = useStream(chat, 'news', { onResync: ({ wait }) => setTimeout(fetchState, wait) })
 * return messages.map(({ key, message }) => <Row key={key} message={message} />)
 * @param source a client with a session, or a URL with the option `session`
 * @throws OptionError without a session, and for a wrong URL or option
 */
export const useStream: UseStream = <In, Out, Row = In>(
  source: Source<In, Out>,
  stream: StreamName,
  options: UseStreamOptions<In, Out, Row> = {},
): UseStreamReturn<In, Out, Row> => {
  const [made] = useClient(source, withoutStreamCallbacks(options) as UseWebSocketOptions<In, Out>, () => undefined)
  const client = made as SessionClient<In, Out>
  const view = useStreamView(client, stream, options)
  return useTrackedState(view, () => EMPTY, { clear: view.clear, client })
}
