/** `createMessageList`: the newest messages of a client as a list for renderers. */

import type { WebSocketClient } from '../client/webSocketClient.ts'
import { check } from '../base/errors.ts'
import { Listeners } from '../base/listeners.ts'

/** A message in a list. An entry never changes and stays the same object in later lists, so a memoised row does not render again. */
export interface MessageEntry<Message> {
  /** Counts up by one with each entry of a list, and is never used twice, not even after `clear()`. */
  readonly key: number
  /** The message, or the result of `select`. */
  readonly message: Message
}

export interface MessageListOptions<In, Row = In> {
  /** How many of the newest entries are kept: an integer from 1. Read once. @default 1000 */
  limit?: number | undefined
  /**
   * Returns the part of a message that its entry holds; `undefined` leaves the message out. Read at each message. An error that it throws
   * is reported, and the message is left out. @default the whole message
   */
  select?: ((message: In) => Row | undefined) | undefined
}

export interface MessageList<Row> {
  /** Returns the entries, oldest first. It is the same array until subscribers are notified of another one. */
  get(): readonly MessageEntry<Row>[]
  /**
   * Calls the listener when there is another list, at the client's `pace`. Returns the function that unsubscribes it. Messages are collected
   * while there is a subscriber. Without one the list is kept, but receives nothing.
   */
  subscribe(listener: () => void): () => void
  /** Empties the list, and notifies subscribers at once. */
  clear(): void
}

/** Where messages come from. */
interface MessageSource<In> {
  onMessage(listener: (message: In) => void): () => void
  /** Calls the listener at the client's `pace`. */
  subscribe(listener: () => void): () => void
}

/** Collects the messages of any source. The cost of a message does not depend on the length of the list, which is copied once per notification. */
export const collectMessages = <In, Row>(
  source: MessageSource<In>,
  options: MessageListOptions<In, Row>,
): MessageList<Row> => {
  const { limit = 1000 } = options
  check('limit', limit, Number.isInteger(limit) && limit > 0, 'an integer from 1')
  const listeners = new Listeners({ report: console.error })
  let entries: readonly MessageEntry<Row>[] = []
  /** Entries that subscribers have not been notified of. */
  let pending: MessageEntry<Row>[] = []
  let nextKey = 0
  let disconnect: (() => void) | undefined

  const add = (message: In): void => {
    const { select } = options
    const row = select ? select(message) : (message as unknown as Row)
    if (row === undefined) return
    // Notifications may be far apart. Trimming only at twice the limit keeps the average cost of a message constant.
    if (pending.length >= 2 * limit) pending = pending.slice(-limit)
    pending.push({ key: nextKey++, message: row })
  }
  /** Moves pending entries to the list. Returns whether there were any. */
  const commit = (): boolean => {
    if (!pending.length) return false
    const added = pending.slice(-limit)
    entries = entries.slice(Math.max(0, entries.length + added.length - limit)).concat(added)
    pending = []
    return true
  }
  const connect = (): (() => void) => {
    const removeListener = source.onMessage(add)
    const unsubscribe = source.subscribe(() => {
      if (commit()) listeners.call()
    })
    return () => {
      removeListener()
      unsubscribe()
    }
  }
  return {
    get: () => entries,
    subscribe: (listener) => {
      const remove = listeners.add(listener)
      disconnect ??= connect()
      return () => {
        remove()
        if (listeners.size) return
        disconnect?.()
        disconnect = undefined
        commit()
      }
    },
    clear: () => {
      pending = []
      if (!entries.length) return
      entries = []
      listeners.call()
    },
  }
}

/**
 * Keeps the newest messages of a client as a list for renderers.
 *
 * @example
 * const prices = createMessageList(client, { limit: 500, select: ({ kind, price }) => (kind === 'trade' ? price : undefined) })
 * const unsubscribe = prices.subscribe(() => draw(prices.get()))
 * @throws OptionError for a wrong limit
 */
export const createMessageList = <In, Out, Row = In>(
  client: WebSocketClient<In, Out>,
  options: MessageListOptions<In, Row> = {},
): MessageList<Row> =>
  collectMessages(
    { onMessage: (listener) => client.on('message', listener), subscribe: (listener) => client.subscribe(listener) },
    options,
  )
