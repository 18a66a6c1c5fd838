/** The streams that a client follows: what it asks of the server, and what answers, messages and pings mean for the application. */

import { check } from '../base/errors.ts'
import type { Resync } from '../client/session.ts'
import { type Frame, checkName, entries } from './frames.ts'
import { type Arrival, createStreamCursors } from './streamCursors.ts'

export interface Streams {
  /** The members of `hello`: the position of each stream, and the new ones. Each is a request that `welcome` answers. */
  hello(): object
  /** Handles the answers of `welcome` and asks again for the missing ones. Returns a function that emits the losses, to call after `open`. */
  welcome(answers: unknown): () => void
  /** Returns true if the frame is a message for the application. */
  handle(frame: Frame): boolean
  join(stream: string): void
  leave(stream: string): boolean
  /** Follows a stream until `release`, unless `join` is called for it. Does nothing if it is followed already. */
  acquire(stream: string): void
  /** Leaves a stream that only `acquire` has joined. Returns whether it was left. */
  release(stream: string): boolean
}

type Loss = Omit<Resync, 'wait'>

/**
 * @param send sends a frame, if the session can send
 * @param endAfterGap ends the connection, which has lost a message
 * @param emitLoss called for each stream of which messages are missing
 */
export const createStreams = (
  names: readonly string[],
  send: (frame: object) => void,
  endAfterGap: () => void,
  emitLoss: (loss: Loss) => void,
): Streams => {
  check('streams', names, Array.isArray(names), 'an array')
  for (const name of names) checkName('streams', name)
  const cursors = createStreamCursors(names)
  /** Unanswered `sub` requests on this connection, by stream. */
  let unanswered = new Map<string, number>()
  /** Streams that only `acquire` has joined. */
  const acquired = new Set<string>()

  const subscribe = (stream: string): void => {
    unanswered.set(stream, (unanswered.get(stream) ?? 0) + 1)
    send({ t: 'sub', stream, pos: cursors.at(stream) })
  }
  const unsubscribe = (stream: string): void => send({ t: 'unsub', stream })
  /** Handles an answer to `sub`, also one without a request: the server may join a stream for the client. */
  const answered = (stream: string, answer: unknown): Loss | undefined => {
    const open = unanswered.get(stream) ?? 0
    unanswered.set(stream, Math.max(0, open - 1))
    if (open > 1) return undefined // a later request is still unanswered; its answer counts
    if (!Array.isArray(answer)) return undefined
    if (open && !cursors.has(stream)) {
      unsubscribe(stream) // left meanwhile
      return undefined
    }
    return cursors.settle(stream, answer)
  }
  const emit = (loss: Loss | undefined): void => {
    if (loss) emitLoss(loss)
  }
  const arrived = (stream: string, arrival: Arrival): boolean => {
    if (arrival === 'gap') endAfterGap() // R6
    if (arrival === 'lost') {
      unsubscribe(stream)
      subscribe(stream) // R7
    }
    return arrival === 'next'
  }
  const start = (stream: string): void => {
    cursors.add(stream)
    subscribe(stream)
  }
  const stop = (stream: string): boolean => {
    const wasFollowed = cursors.remove(stream)
    if (wasFollowed) unsubscribe(stream)
    return wasFollowed
  }

  return {
    hello: () => {
      const all = cursors.names()
      unanswered = new Map(all.map((stream) => [stream, 1]))
      return {
        pos: Object.fromEntries(all.map((stream) => [stream, cursors.at(stream)])),
        sub: all.filter((stream) => !cursors.at(stream)),
      }
    },
    welcome: (answers) => {
      const losses = entries(answers).map(([stream, answer]) => answered(stream, answer))
      const missing = cursors.names().filter((stream) => unanswered.get(stream) !== 0)
      unanswered = new Map()
      missing.forEach(subscribe)
      return () => losses.forEach(emit)
    },
    handle: ({ t, s, d, off, at, epoch, why, top }) => {
      const stream = s as string // no stream has a name that is not a string
      if (t === 'sub' && s && typeof s === 'string') emit(answered(s, at))
      if (t === 'reset' && cursors.at(stream)) emit(cursors.settle(stream, [epoch, off, 'lost', why]))
      if (t === 'ping') for (const [name, newest] of entries(top)) arrived(name, cursors.compare(name, newest))
      return t === 'msg' && d !== undefined && arrived(stream, cursors.take(stream, off))
    },
    join: (stream) => {
      checkName('stream', stream)
      acquired.delete(stream)
      if (!cursors.has(stream)) start(stream)
    },
    leave: (stream) => {
      acquired.delete(stream)
      return stop(stream)
    },
    acquire: (stream) => {
      checkName('stream', stream)
      if (cursors.has(stream)) return
      acquired.add(stream)
      start(stream)
    },
    release: (stream) => acquired.delete(stream) && stop(stream),
  }
}
