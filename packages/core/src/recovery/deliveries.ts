/** What waits to be delivered and what is on its way: the delivering half of the protocol. It knows no socket, only a line that is up or down. */

import { byteLength } from '../codec.ts'
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
  seq?: number
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
  /** Settles with `error` what was not sent yet and takes it back; otherwise nobody knows, which is said with a `cause`. */
  abandon(delivery: Delivery, error: unknown): void
  /** The server has applied everything up to `seq`. */
  ack(seq: number): void
  /** The application's answer to `seq`, or its refusal. */
  answer(seq: unknown, value: unknown, refusal: unknown): void
  /** The line is up, in the session as it was or in another. Gives the messages whose outcome nobody will ever know. */
  resume(resumed: boolean, cseq: number): unknown[]
  /** Numbers of requests that were sent and not answered. */
  asking(): number[]
  /** Rejects everything: with `error` what was not sent. */
  end(error: Error): void
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
  let waiting: Delivery[] = []
  /** In order of `seq`; in it until acknowledged and settled. */
  let sent: Delivery[] = []
  let last = 0

  const flying = (): Delivery[] => sent.filter(({ acked }) => !acked)
  const full = (list: readonly Delivery[], more: Delivery, { limit, bytes }: Bounds): boolean =>
    list.length >= limit || list.reduce((sum, each) => sum + each.bytes, more.bytes) > bytes
  const settle = (delivery: Delivery, error: unknown, value?: unknown): void => {
    if (!delivery.done) delivery.settle(error, value)
    delivery.done = true
  }
  const doubt = (delivery: Delivery, cause?: unknown): void =>
    settle(delivery, new UnknownOutcomeError('sent, and not known to be applied', { cause }))

  const pump = (): void => {
    sent = sent.filter(({ acked, done }) => !acked || !done)
    for (let say, next; (say = line()) && (next = waiting[0]); ) {
      const ahead = flying()
      if (ahead[0] && full(ahead, next, { limit: 64, bytes: 2 ** 18 })) return // D5
      waiting.shift()
      const frame = next.frame(last + 1)
      if (byteLength(frame) > max()) {
        settle(next, new NotSentError(`longer than ${max()} bytes`))
      } else {
        next.seq = ++last
        next.since ??= now()
        sent.push(next)
        say(frame)
      }
    }
  }

  const ack = (seq: number): void => {
    for (const delivery of sent) {
      if (delivery.seq! > seq) break
      delivery.acked = true
      if (!delivery.asks) settle(delivery, undefined, { seq: delivery.seq })
    }
  }

  return {
    add: (delivery) => {
      if (full(waiting, delivery, bounds)) return settle(delivery, new NotSentError('too many wait'))
      waiting.push(delivery)
      pump()
    },
    abandon: (delivery, error) => {
      const place = waiting.indexOf(delivery)
      if (place < 0) return doubt(delivery, error)
      waiting.splice(place, 1)
      settle(delivery, error)
    },
    ack: (seq) => {
      if (seq <= last) ack(seq)
      pump()
    },
    answer: (seq, value, refusal) => {
      const delivery = sent.find((each) => each.seq === seq)
      if (!delivery) return
      const { code, message } = Object(refusal) as { code?: unknown; message?: unknown }
      if (refusal) settle(delivery, new RefusedError(`${code}`, `${message}`))
      else if (delivery.asks) settle(delivery, undefined, value)
    },
    resume: (resumed, cseq) => {
      const unsure: unknown[] = []
      if (resumed) {
        ack(cseq) // D3
        last = Math.max(last, cseq)
        for (const { frame, seq } of flying()) line()?.(frame(seq!)) // D3: with the same numbers, before anything new
      } else {
        const open = sent.filter(({ done }) => !done)
        sent = []
        last = 0 // D4: all are numbered from 1
        const known = ({ keyed, since }: Delivery): unknown => keyed && now() - since! < RECORD
        waiting = [...open.filter(known), ...waiting] // D4: the server answers these from its record
        for (const delivery of open) {
          if (!waiting.includes(delivery)) {
            if (!delivery.acked) unsure.push(delivery.message)
            doubt(delivery) // D4
          }
          delivery.acked = false
        }
      }
      pump()
      return unsure
    },
    asking: () => sent.filter(({ asks, done }) => asks && !done).map(({ seq }) => seq!),
    end: (error) => {
      for (const delivery of waiting) settle(delivery, error)
      for (const delivery of sent) doubt(delivery)
      waiting = []
      sent = []
      last = 0
    },
  }
}
