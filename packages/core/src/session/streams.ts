/** The streams that are followed: what the server is asked of them, and what its answers, messages and pings mean for the application. */

import { check } from '../base/errors.ts'
import type { Resync } from '../client/session.ts'
import { type Frame, checkName, entries } from './frames.ts'
import { type Verdict, createPositions } from './streamCursors.ts'

export interface Streams {
  /** What `hello` says of them: where each is, and which begin. Every one is a question for `welcome`. */
  hello(): object
  /** The answers of `welcome`; what it left out is asked again. Gives what is to be told once open is announced. */
  welcome(answers: unknown): () => void
  /** Whether the frame is a message that is to be dispatched. */
  hear(frame: Frame): boolean
  join(stream: string, borrow?: boolean): void
  leave(stream: string, borrow?: boolean): boolean
}

type Break = Omit<Resync, 'wait'> | undefined

/**
 * @param say says a frame, if the session may speak
 * @param lose gives up the link, of which a message is missing
 * @param tell is told what was lost, if anything
 */
export const createStreams = (
  names: readonly string[],
  say: (frame: object) => unknown,
  lose: () => void,
  tell: (lost: Break) => void,
): Streams => {
  check('streams', names, Array.isArray(names), 'an array')
  for (const name of names) checkName('streams', name)
  const { places, at, settle, take, compare } = createPositions(names)
  /** Questions for a stream, by its name, that the server has not answered on this link. */
  let asked = new Map<string, number>()
  /** Streams that are followed as long as somebody has borrowed them; what the user or the server has joined is not theirs to leave. */
  const borrowed = new Set<string>()

  const ask = (stream: string): void => {
    asked.set(stream, (asked.get(stream) ?? 0) + 1)
    say({ t: 'sub', stream, pos: at(stream) })
  }
  const unsub = (stream: string): void => void say({ t: 'unsub', stream })
  /** What the server says of a stream. A stream that it joined for us unasked is as good. */
  const answered = (stream: string, told: unknown): Break => {
    const questions = asked.get(stream) ?? 0
    asked.set(stream, questions && questions - 1)
    if (questions > 1 || !Array.isArray(told)) return undefined // a later answer counts
    if (questions && !places.has(stream)) return unsub(stream) as undefined // left meanwhile
    return settle(stream, told)
  }
  const obey = (stream: string, verdict: Verdict): boolean => {
    if (verdict === 'gap') lose() // R6
    if (verdict === 'lost') {
      unsub(stream)
      ask(stream) // R7
    }
    return verdict === 'next'
  }

  return {
    hello: () => {
      const all = [...places.keys()]
      asked = new Map(all.map((stream) => [stream, 1]))
      return {
        pos: Object.fromEntries(all.map((stream) => [stream, at(stream)])),
        sub: all.filter((stream) => !at(stream)),
      }
    },
    welcome: (answers) => {
      const breaks = entries(answers).map(([stream, told]) => answered(stream, told))
      const missing = [...places.keys()].filter((stream) => asked.get(stream) !== 0)
      asked = new Map()
      missing.forEach(ask)
      return () => breaks.forEach(tell)
    },
    hear: ({ t, s, d, off, at: told, epoch, why, top }) => {
      const stream = s as string // if it is none, no stream bears it
      if (t === 'sub' && s && typeof s === 'string') tell(answered(s, told))
      if (t === 'reset' && at(stream)) tell(settle(stream, [epoch, off, 'lost', why]))
      if (t === 'ping') for (const [stream, newest] of entries(top)) obey(stream, compare(stream, newest))
      return t === 'msg' && d !== undefined && obey(stream, take(stream, off))
    },
    join: (stream, borrow) => {
      checkName('stream', stream)
      if (!borrow) borrowed.delete(stream)
      if (places.has(stream)) return
      if (borrow) borrowed.add(stream)
      places.set(stream, {})
      ask(stream)
    },
    leave: (stream, borrow) => {
      const left = (borrowed.delete(stream) || !borrow) && places.delete(stream)
      if (left) unsub(stream)
      return left
    },
  }
}
