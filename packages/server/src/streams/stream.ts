/** One stream at this node: hears the store once and tells all members, in order and without a gap, or tells them that there is one. */

import { type Member, messageFrame } from './subscription.ts'
import type { Setting } from '../context/hubContext.ts'
import type { Position, StoredMessage } from '../store/store.ts'

export interface Room {
  readonly stream: string
  readonly members: ReadonlySet<Member>
  /** Where the stream is, as far as this node has heard. */
  readonly position: Position | undefined
  /** Resolves once the member hears everything that comes. */
  attach(member: Member): Promise<void>
  detach(member: Member): void
  /** The top was read from the store. */
  seen(top: Position): void
  /** Compares with the store, and makes up for what was missed. */
  compare(): void
}

/** How long to wait before the store is asked again after it failed. */
const RETRY = 1000

/** @param empty is called when the last member has gone */
export const createRoom = (stream: string, setting: Setting, empty: () => void): Room => {
  const { store, limits, stats, timers, report } = setting
  const members = new Set<Member>()
  let position: Position | undefined
  let comparing = false
  let again = false
  let unfollow: (() => void) | undefined
  let gone = false

  const dispatch = (epoch: string, message: StoredMessage): void => {
    position = { epoch, offset: message.offset }
    const frame = messageFrame(stream, message)
    for (const member of members) member.hear(epoch, message, frame)
  }
  const hear = (epoch: string, message: StoredMessage): void => {
    if (comparing) {
      again = true
      return
    }
    position ??= { epoch, offset: message.offset - 1 }
    if (epoch !== position.epoch || message.offset > position.offset + 1) compare()
    else if (message.offset === position.offset + 1) dispatch(epoch, message)
  }
  const reset = (top: Position, why: string): void => {
    position = top
    stats.losts += members.size
    for (const member of members) member.reset(top, why)
  }
  /** Brings the members from the position to the top, or over the gap. */
  const makeUp = async (from: Position): Promise<void> => {
    const { top, messages } = await store.read(stream, from.offset, {
      messages: limits.replayMessages,
      bytes: limits.replayBytes,
    })
    if (top.epoch !== from.epoch) reset(top, 'epoch')
    else if (top.offset < from.offset) reset(top, 'ahead')
    else if ((messages[0]?.offset ?? top.offset + 1) !== from.offset + 1) reset(top, 'trimmed')
    else {
      for (const message of messages) dispatch(top.epoch, message)
      again ||= position !== undefined && position.offset < top.offset
    }
  }
  const compare = (): void => {
    if (comparing) again = true
    else if (position && !gone) void comparison()
  }
  const comparison = async (): Promise<void> => {
    comparing = true
    do {
      again = false
      try {
        if (position) await makeUp(position)
      } catch (error) {
        report(error)
        again = await timers.sleep(RETRY)
      }
    } while (again && !gone)
    comparing = false
  }
  const leave = (): void => {
    if (members.size > 0 || gone) return
    gone = true
    unfollow?.()
    empty()
  }
  let following: Promise<void> | undefined
  const follow = async (): Promise<void> => {
    const off = await store.follow(stream, hear)
    if (gone) off()
    else unfollow = off
  }
  return {
    stream,
    members,
    get position() {
      return position
    },
    attach: async (member) => {
      members.add(member)
      await (following ??= follow())
    },
    detach: (member) => {
      members.delete(member)
      leave()
    },
    seen: (top) => {
      position ??= top
    },
    compare,
  }
}
