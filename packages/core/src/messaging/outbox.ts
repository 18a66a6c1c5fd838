/** The way out of an encoded frame: onto the socket while it keeps up, else into the queue, and from there in order. */

import { type Clock, later } from '../base/clock.ts'
import type { RawOutgoing } from './codec.ts'
import { type QueueRules, createQueue } from './queue.ts'

/**
 * What became of a message. `sent`: handed to an open socket, which says nothing of its arrival. `queued`: goes out when the
 * connection can take it. `dropped`: it will not be sent; the `drop` event says why.
 */
export type SendResult = 'sent' | 'queued' | 'dropped'

/**
 * Why a message was dropped: the queue was `full`, it waited too long (`expired`), the client was `closed`, there was no connection
 * and it was not to wait (`offline`), the platform `refused` it, or a reader of `messages()` was too `slow`.
 */
export type DropReason = 'full' | 'expired' | 'closed' | 'offline' | 'refused' | 'slow'

export interface OutboxRules extends QueueRules {
  /** Bytes in the socket's own buffer above which messages wait in the queue. */
  highWaterMark: number
}

export interface Outbox<Out> {
  size(): number
  send(message: Out, frame: RawOutgoing, mayWait: boolean): SendResult
  /** Sends what waits, as far as the socket takes it. */
  flush(): void
  /** Drops what waits. */
  clear(): void
}

/** How often a socket above the high water mark is looked at, in ms: it raises no event when it has drained. */
const DRAIN_EVERY = 20

/**
 * @param line the socket while it can send, else undefined
 * @param changed is told when the size may have changed
 */
export const createOutbox = <Out>(
  rules: OutboxRules,
  clock: Clock,
  line: () => WebSocket | undefined,
  drop: (message: Out, reason: DropReason) => unknown,
  changed: () => void,
): Outbox<Out> => {
  const { size, push, first, shift } = createQueue<Out>(rules, drop)
  let handle: unknown

  /** One timer: the next look at a slow socket, or the end of the oldest message's time. */
  const settle = (): void => {
    const now = clock.now()
    const next = first(now) // may tell of drops, and a listener may send: so before the timer is touched
    clock.clearTimeout(handle)
    if (next) handle = later(clock, flush, line() ? DRAIN_EVERY : rules.ttl - Math.abs(now - next.since))
    changed()
  }

  const ready = (): WebSocket | undefined => {
    const socket = line()
    // Some sockets do not tell what they hold back: those are never too slow.
    return socket && socket.bufferedAmount > rules.highWaterMark ? undefined : socket
  }

  const flush = (): void => {
    for (let next, socket; (socket = ready()) && (next = first(clock.now()));) {
      try {
        socket.send(next.frame as string)
        shift()
      } catch {
        shift('refused') // it would block the line for ever
      }
    }
    settle()
  }

  return {
    size,
    send: (message, frame, mayWait) => {
      const waits = mayWait && rules.limit
      const socket = size() ? undefined : waits ? ready() : line()
      let reason: DropReason = waits ? 'full' : 'offline'
      if (socket) {
        try {
          socket.send(frame as string)
          return 'sent'
        } catch {
          reason = 'refused'
        }
      } else if (waits) {
        const taken = push(message, frame, clock.now())
        settle()
        if (taken) return 'queued'
      }
      drop(message, reason)
      return 'dropped'
    },
    flush,
    clear: () => {
      while (size()) shift('closed')
      settle()
    },
  }
}
