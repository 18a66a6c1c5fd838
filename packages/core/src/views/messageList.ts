/**
 * The newest messages of a client as a list that a renderer can follow: each keeps its key and its object, and the list is another one
 * only when renderers are told. It makes nothing of the messages but what `select` makes of them.
 */

import type { WebSocketClient } from '../client/client.ts'
import { check } from '../base/errors.ts'
import { Listeners } from '../base/listeners.ts'

/** A message in a list. Never changed, and the same object from list to list, so that a row which has not changed need not render. */
export interface MessageEntry<Message> {
  /** Counts up, one for each entry of a window; never given twice, also not after `clear()`. */
  readonly key: number
  readonly message: Message
}

export interface MessageListOptions<In, Row = In> {
  /** How many of the newest entries are kept: an integer from 1. Read once. @default 1000 */
  limit?: number | undefined
  /** What an entry shows of a message; undefined leaves it out. Read at each message. One that throws is reported, and its message left out. */
  select?: ((message: In) => Row | undefined) | undefined
}

export interface MessageList<Row> {
  /** Oldest first. The same array until subscribers are told of another. */
  get(): readonly MessageEntry<Row>[]
  /**
   * Calls back when there is another list, at the client's `pace`. Returns the unsubscription. Messages are gathered while there is a
   * subscriber; with the last one it lets go of the client, and keeps its list.
   */
  subscribe(listener: () => void): () => void
  /** Empties the list, and tells so at once. */
  clear(): void
}

/**
 * Keeps the newest messages for a list on the screen. To take one in costs the same however long the list is; the list is copied once
 * for each notice.
 *
 * @example
 * const prices = createMessageList(client, { limit: 500, select: ({ kind, price }) => (kind === 'trade' ? price : undefined) })
 * const off = prices.subscribe(() => draw(prices.get()))
 * @throws OptionError for a wrong limit
 */
export const createMessageList = <In, Out, Row = In>(
  client: WebSocketClient<In, Out>,
  options: MessageListOptions<In, Row> = {},
): MessageList<Row> => {
  const { limit = 1000 } = options
  check('limit', limit, Number.isInteger(limit) && limit > 0, 'an integer from 1')
  const listeners = new Listeners({ report: console.error })
  let shown: readonly MessageEntry<Row>[] = []
  /** Not told yet. */
  let fresh: MessageEntry<Row>[] = []
  let keys = 0
  let leave: (() => void) | undefined

  const take = (message: In): void => {
    const { select } = options
    const row = select ? select(message) : (message as unknown as Row)
    if (row === undefined) return
    // Where notices are far apart; half of them at a time, so that it costs little for each.
    if (fresh.length >= 2 * limit) fresh = fresh.slice(-limit)
    fresh.push({ key: keys++, message: row })
  }
  /** Whether it is another list. */
  const gather = (): boolean => {
    if (!fresh.length) return false
    const added = fresh.slice(-limit)
    shown = shown.slice(Math.max(0, shown.length + added.length - limit)).concat(added)
    fresh = []
    return true
  }
  const tell = (): void => {
    if (gather()) listeners.call()
  }
  const join = (): (() => void) => {
    const deafen = client.on('message', take)
    const unsubscribe = client.subscribe(tell)
    return () => {
      deafen()
      unsubscribe()
    }
  }
  return {
    get: () => shown,
    subscribe: (listener) => {
      const remove = listeners.add(listener)
      leave ??= join()
      return () => {
        remove()
        if (listeners.size) return
        leave?.()
        leave = undefined
        gather()
      }
    },
    clear: () => {
      fresh = []
      if (!shown.length) return
      shown = []
      listeners.call()
    },
  }
}
