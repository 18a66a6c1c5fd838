/** Reads what the streams of one join have missed, in a few steps that run in parallel, within the replay limits for all of them. */

import type { HubContext } from '../context/hubContext.ts'
import { type ResumeResult, decideResume } from '../protocol/decideResume.ts'
import type { History, Position } from '../store/store.ts'
import type { StreamRegistry } from './streamRegistry.ts'
import type { Subscription } from './subscription.ts'

interface Size {
  messages: number
  bytes: number
}

/** A stream that a client is about to join. */
export interface JoiningStream {
  readonly subscription: Subscription
  readonly pos: Position | undefined
  history: History
  result: ResumeResult
  /** The share of the replay limits that this stream uses. */
  replay: Size
}

/** It uses nothing of the replay limits until its history is read. */
export const createJoiningStream = (subscription: Subscription, pos: Position | undefined): JoiningStream => ({
  subscription,
  pos,
  history: { top: { epoch: '-', offset: 0 }, messages: [] },
  result: ['-', 0, 'fresh'],
  replay: { messages: 0, bytes: 0 },
})

/** Streams whose messages are read at once before their sizes are known. It bounds the memory that one join needs. */
const FIRST_READS = 8
const NOTHING: Size = { messages: 0, bytes: 0 }

const sizeOf = ({ messages }: History): Size => ({
  messages: messages.length,
  bytes: messages.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0),
})

const hasMissed = ({ pos, history: { top } }: JoiningStream): boolean =>
  pos !== undefined && pos.epoch === top.epoch && pos.offset < top.offset

/** Sets the histories and results. Streams use the replay limits in their order. Stops early when the client has left. */
export const readHistories = async (
  { store, limits }: HubContext,
  streams: StreamRegistry,
  entries: readonly JoiningStream[],
  hasEnded: () => boolean,
): Promise<void> => {
  /** The part of the replay limits that the other streams leave to an entry. */
  const limitFor = (entry: JoiningStream | undefined): Size => {
    let messages = limits.replayMessages
    let bytes = limits.replayBytes
    for (const other of entries) {
      if (other === entry) continue
      messages -= other.replay.messages
      bytes -= other.replay.bytes
    }
    return { messages, bytes }
  }
  const read = async ({ subscription, pos }: JoiningStream, limit: Size): Promise<History> => {
    subscription.startBuffering() // R1
    const history = await store.read(subscription.stream, pos?.offset ?? 0, limit)
    streams.get(subscription.stream)?.recordTop(history.top)
    subscription.checkHistory(history.top)
    return history
  }
  /** Earlier streams may have used a part of the limit since the history was read. */
  const decide = (entry: JoiningStream, history: History): void => {
    const limit = limitFor(entry)
    const size = sizeOf(history)
    const result = decideResume(entry.pos, history)
    const [epoch, offset, state, reason] = result
    const isReduced = limit.messages < limits.replayMessages || limit.bytes < limits.replayBytes
    // No message was read: all are trimmed, or the limit is too small. With a limit that other streams reduced, it counts as `limit`.
    const isUnread = reason === 'trimmed' && size.messages === 0 && isReduced
    const isTooLarge = state === 'resumed' && (size.messages > limit.messages || size.bytes > limit.bytes)
    entry.result = isUnread || isTooLarge ? [epoch, offset, 'lost', 'limit'] : result
    const isReplayed = entry.result[2] === 'resumed'
    entry.replay = isReplayed ? size : NOTHING
    entry.history = isReplayed ? history : { top: history.top, messages: [] }
  }
  const readAll = async (some: readonly JoiningStream[], limit: Size): Promise<void> => {
    const histories = await Promise.all(some.map((entry) => read(entry, entry.pos ? limit : NOTHING)))
    some.forEach((entry, index) => decide(entry, histories[index]!))
  }
  /** How many streams are read at once, if each of them misses as much as the largest one so far. */
  const nextReads = (done: readonly JoiningStream[]): number => {
    const { messages, bytes } = limitFor(undefined)
    const largest = Math.max(...done.map(({ replay }) => replay.bytes))
    return messages <= 0 || bytes <= 0 ? Infinity : Math.max(FIRST_READS, Math.floor(bytes / largest))
  }

  let pending = entries.filter(({ pos }) => pos !== undefined)
  if (pending.length > FIRST_READS) {
    // Most streams have missed nothing, which their newest position shows.
    await readAll(entries, NOTHING)
    pending = pending.filter(hasMissed)
  } else {
    await readAll(
      entries.filter(({ pos }) => pos === undefined),
      NOTHING,
    )
  }
  for (let count = FIRST_READS; pending.length > 0 && !hasEnded();) {
    const some = pending.slice(0, count)
    pending = pending.slice(count)
    await readAll(some, limitFor(undefined))
    count = nextReads(some)
  }
  const findStale = (): JoiningStream | undefined => entries.find(({ subscription }) => subscription.isStale)
  // Meanwhile live messages may have overflowed the buffer, or the store may have lost its data. The end of the link stops a loop that does not settle.
  for (let stale = findStale(); stale && !hasEnded(); stale = findStale()) await readAll([stale], limitFor(stale))
}
