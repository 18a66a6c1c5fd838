/** Messages that wait to be sent: first in, first out, bounded in count, bytes and age. It reports what it drops and never sends. */

import { Fifo } from '../base/fifo.ts'
import { type RawOutgoing, byteLength } from '../transport/frame.ts'

/** Bounds of the queue. */
export interface QueueRules {
  /** The most messages that wait for a connection. Those that wait only because of `highWaterMark` are bounded by `bytes` alone. @default 100 */
  limit: number
  /** The most bytes of encoded frames. @default 1048576 */
  bytes: number
  /** How long a message may wait, in ms. @default 120000 */
  ttl: number
  /** What a full queue drops: the new message, or the oldest one. @default 'drop-new' */
  overflow?: 'drop-new' | 'drop-old'
}

export interface QueuedMessage<Out> {
  message: Out
  frame: RawOutgoing
  bytes: number
  /** When it was queued, in ms of the monotonic clock. */
  since: number
}

export interface Queue<Out> {
  size(): number
  /** Returns false if the queue is full. @param isOpen the connection is open, so only `bytes` is a limit */
  push(message: Out, frame: RawOutgoing, now: number, isOpen?: boolean): boolean
  /** The oldest message that has not expired. Expired ones are dropped. */
  first(now: number): QueuedMessage<Out> | undefined
  /** Removes the oldest message. With a reason, it is reported as dropped. */
  shift(reason?: 'expired' | 'closed'): Out
}

/** @param drop receives each message that was queued and leaves unsent */
export const createQueue = <Out>(
  rules: Readonly<QueueRules>,
  drop: (message: Out, reason: 'full' | 'expired' | 'closed') => void,
): Queue<Out> => {
  const waiting = new Fifo<QueuedMessage<Out>>()
  let totalBytes = 0
  const shift: Queue<Out>['shift'] = (reason) => {
    const { message, bytes } = waiting.shift()!
    totalBytes -= bytes
    if (reason) drop(message, reason)
    return message
  }
  const isExpired = (now: number): boolean => waiting.size > 0 && now - waiting.first()!.since >= rules.ttl
  return {
    size: () => waiting.size,
    push: (message, frame, now, isOpen) => {
      const bytes = byteLength(frame)
      const fits = (): boolean => (isOpen || waiting.size < rules.limit) && totalBytes + bytes <= rules.bytes
      const dropped: [Out, 'expired' | 'full'][] = []
      while (isExpired(now)) dropped.push([shift(), 'expired'])
      // A message that would not fit into an empty queue must not push others out.
      while (rules.overflow === 'drop-old' && bytes <= rules.bytes && waiting.size && !fits()) {
        dropped.push([shift(), 'full'])
      }
      const isQueued = fits()
      if (isQueued) {
        totalBytes += bytes
        waiting.push({ message, frame, bytes, since: now })
      }
      // Reported last: a `drop` listener may send, and its message comes after this one.
      for (const [old, reason] of dropped) drop(old, reason)
      return isQueued
    },
    first: (now) => {
      while (isExpired(now)) shift('expired')
      return waiting.first()
    },
    shift,
  }
}
