/** `messages()`: the messages of a client as an async iterator. */

import { untilAborted } from '../base/listeners.ts'
import { createIteration } from '../messaging/iterate.ts'
import type { Emitter } from '../state/emitter.ts'

export interface MessagesOptions {
  /** Ends the iteration. */
  signal?: AbortSignal | undefined
  /** The most unread messages to keep. @default 1000 */
  limit?: number | undefined
}

/** Ends when the client becomes `closed` or is disposed, or the signal aborts. @param drop receives unread messages beyond the limit */
export const iterateMessages = (
  emitter: Emitter,
  options: MessagesOptions | undefined,
  drop: (message: unknown) => void,
  isDisposed: boolean,
): AsyncIterableIterator<unknown> => {
  const { signal, limit = 1000 } = options ?? {}
  let stop: (() => void) | undefined
  const { iterator, push, end } = createIteration(limit, drop, () => stop?.())
  const remove = emitter.onAny((type, value) => {
    if (type === 'message') push(value)
    if (type === 'dispose' || (type === 'status' && value === 'closed')) end()
  })
  stop = untilAborted(signal, remove, end)
  if (isDisposed) end()
  return iterator
}
