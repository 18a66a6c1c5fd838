/** What waits to be delivered and what is on its way: the delivering half of the protocol. It knows no socket, only a line that is up or down. */

import { byteLength } from '../messaging/codec.ts'
import { NotSentError, RefusedError, UnknownOutcomeError } from './errors.ts'

/** One message, until its promise is settled and the server has acknowledged it. */
export interface Delivery {
  readonly message: unknown
  /** As it goes on the wire. */
  readonly frame: (seq: number) => string
  readonly bytes: number
  /** Whether it may be sent again into another session. */
  readonly keyed: unknown
  /** Whether it wants an answer beside the acknowledgement. */
  readonly asks: boolean
  /** Its promise: an error, or what it resolves to. */
  readonly settle: (error: unknown, value?: unknown) => void
  /** Whether the promise is settled; the frame may still be on its way, and keeps its place there. */
  done?: boolean
  acked?: boolean
  /** Its number in the session; without one it waits. */
  seq?: number | undefined
  /** When it was first sent, in epoch ms. */
  since?: number
}

export interface Bounds {
  /** Messages at most. @default 1000 */
  limit: number
  /** Bytes at most. @default 4194304 */
  bytes: number
}

export interface Deliveries {
  add(delivery: Delivery): void
  /** Takes back what was not sent yet and settles it with `cause`; otherwise nobody knows, which is said with the `cause`. */
  abandon(delivery: Delivery, cause: unknown): void
  /** The server has applied everything up to `seq`. */
  ack(seq: number): void
  /** The application's answer to `seq`, or its refusal. */
  answer(seq: unknown, value: unknown, refusal: unknown): void
  /** The line is up, in the session as it was or in another. Gives the messages whose outcome nobody will ever know. */
  resume(resumed: boolean, cseq: number): unknown[]
  /** Numbers of requests that were sent and not answered. */
  asking(): number[]
  /** Abandons everything. */
  end(cause: Error): void
}

/** The server keeps the record of a key for 300 s: with this margin, in ms, a key that is older says nothing any more. */
const RECORD = 270_000

/** @param line says a frame, if it is up; `max` is the longest that the server takes */
export const createDeliveries = (
  bounds: Bounds,
  line: () => ((frame: string) => void) | undefined,
  max: () => number,
  now: () => number,
): Deliveries => {
  /** In order: what was sent, until it is acknowledged and settled; then what waits. */
  let all: Delivery[] = []
  let last = 0

  const waiting = (): Delivery[] => all.filter(({ seq, done }) => !seq && !done)
  const flying = (): Delivery[] => all.filter(({ seq, acked }) => seq && !acked)
  const full = (list: readonly Delivery[], more: Delivery, { limit, bytes }: Bounds): boolean =>
    list.length >= limit || list.reduce((sum, each) => sum + each.bytes, more.bytes) > bytes
  const settle = (delivery: Delivery, error: unknown, value?: unknown): void => {
    if (!delivery.done) delivery.settle(error, value)
    delivery.done = true
  }
  const abandon = (delivery: Delivery, cause?: unknown): void =>
    settle(delivery, delivery.seq ? new UnknownOutcomeError('sent, and perhaps applied', { cause }) : cause)

  const pump = (): void => {
    for (let say, next; (say = line()) && (next = waiting()[0]);) {
      const ahead = flying()
      if (ahead[0] && full(ahead, next, { limit: 64, bytes: 2 ** 18 })) break // D5
      const frame = next.frame(last + 1)
      if (byteLength(frame) > max()) {
        settle(next, new NotSentError(`longer than ${max()} bytes`))
      } else {
        next.seq = ++last
        next.since ??= now()
        say(frame)
      }
    }
    all = all.filter(({ seq, acked, done }) => !done || (seq && !acked))
  }

  const ack = (upTo: number): void => {
    for (const delivery of all) {
      const { seq, asks } = delivery
      if (!(seq! <= upTo)) break
      delivery.acked = true
      if (!asks) settle(delivery, undefined, { seq })
    }
  }

  return {
    add: (delivery) => {
      if (full(waiting(), delivery, bounds)) return settle(delivery, new NotSentError('too many wait'))
      all.push(delivery)
      pump()
    },
    abandon,
    ack: (seq) => {
      if (seq <= last) ack(seq)
      pump()
    },
    answer: (to, value, refusal) => {
      const delivery = all.find(({ seq, asks }) => seq && seq === to && (asks || refusal))
      const { code, message } = Object(refusal) as { code?: unknown; message?: unknown }
      if (delivery) settle(delivery, refusal ? new RefusedError(`${code}`, `${message}`) : undefined, value)
    },
    resume: (resumed, cseq) => {
      const unsure: unknown[] = []
      last = resumed ? Math.max(last, cseq) : 0 // D4: all are numbered from 1
      if (resumed) {
        ack(cseq) // D3
        for (const { frame, seq } of flying()) line()?.(frame(seq!)) // D3: with the same numbers, before anything new
      } else {
        for (const delivery of all) {
          const { message, seq, acked, done, keyed, since } = delivery
          const known = keyed && now() - since! < RECORD // D4: the server answers these from its record
          if (seq && !known && !done) {
            abandon(delivery) // D4
            if (!acked) unsure.push(message)
          }
          delivery.seq = undefined
          delivery.acked = false
        }
      }
      pump()
      return unsure
    },
    asking: () => all.filter(({ seq, asks, done }) => seq && asks && !done).map(({ seq }) => seq!),
    end: (cause) => {
      for (const delivery of all) abandon(delivery, cause)
      all = []
      last = 0
    },
  }
}
