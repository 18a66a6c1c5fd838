/** What waits for a socket: first in, first out, bounded in count, bytes and age. It says what it drops and never sends. */

import { type RawOutgoing, byteLength } from './codec.ts'

/** Bounds of the queue. */
export interface QueueRules {
  /** Messages at most. @default 100 */
  limit: number
  /** Bytes of encoded frames at most. @default 1048576 */
  bytes: number
  /** How long a message may wait, in ms. @default 120000 */
  ttl: number
  /** What a full queue drops: the message that comes, or the oldest that waits. @default 'drop-new' */
  overflow?: 'drop-new' | 'drop-old'
}

export interface Waiting<Out> {
  message: Out
  frame: RawOutgoing
  bytes: number
  /** Epoch ms at which it came. */
  since: number
}

export interface Queue<Out> {
  size(): number
  /** Whether there was room for it. */
  push(message: Out, frame: RawOutgoing, now: number): boolean
  /** The oldest that has not expired; the expired before it are dropped. */
  first(now: number): Waiting<Out> | undefined
  /** Takes the oldest out; with a reason, `drop` is told. */
  shift(reason?: 'expired' | 'closed' | 'refused'): Out
}

/** @param drop is told of those that were taken in and leave unsent */
export const createQueue = <Out>(
  rules: QueueRules,
  drop: (message: Out, reason: 'full' | 'expired' | 'closed' | 'refused') => void,
): Queue<Out> => {
  const waiting: Waiting<Out>[] = []
  let held = 0
  const shift: Queue<Out>['shift'] = (reason) => {
    const { message, bytes } = waiting.shift()!
    held -= bytes
    if (reason) drop(message, reason)
    return message
  }
  // A wall clock may be set back, which must not make a message immortal.
  const expired = (now: number): unknown => waiting[0] && Math.abs(now - waiting[0].since) >= rules.ttl
  return {
    size: () => waiting.length,
    push: (message, frame, now) => {
      const bytes = byteLength(frame)
      const fits = (): boolean => waiting.length < rules.limit && held + bytes <= rules.bytes
      const lost: [Out, 'expired' | 'full'][] = []
      while (expired(now)) lost.push([shift(), 'expired'])
      // A message that would not fit an empty queue costs no other its place.
      while (rules.overflow === 'drop-old' && bytes <= rules.bytes && waiting[0] && !fits())
        lost.push([shift(), 'full'])
      const room = fits()
      if (room) {
        held += bytes
        waiting.push({ message, frame, bytes, since: now })
      }
      // Told last: who hears it may send, and comes after this message.
      for (const [old, reason] of lost) drop(old, reason)
      return room
    },
    first: (now) => {
      while (expired(now)) shift('expired')
      return waiting[0]
    },
    shift,
  }
}
