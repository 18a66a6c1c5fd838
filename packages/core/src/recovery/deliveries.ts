/** What waits to be delivered and what is on its way: the delivering half of the protocol. It knows no socket, only a line that is up or down. */

import { NotSentError, RefusedError, UnknownOutcomeError } from './errors.ts'

/** One message, until its promise is settled and the server has acknowledged it. */
export interface Delivery {
  readonly message: unknown
  /** The members of the frame after `seq`, as JSON text that begins with a comma. */
  readonly rest: string
  /** Of `rest`, in UTF-8. */
  readonly bytes: number
  /** Whether it may be sent again into another session. */
  readonly keyed: boolean
  /** Whether it wants an answer beside the acknowledgement. */
  readonly asks: boolean
  /** Its promise, once: an error, or what it resolves to. */
  readonly settle: (error: unknown, value?: unknown) => void
  /** Whether the promise is settled; the frame may still be on its way, and keeps its place there. */
  done?: boolean
  seq?: number | undefined
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
  answer(seq: number, value: unknown, refusal: { code?: unknown; message?: unknown } | undefined): void
  /** The line is up, in the session as it was or in another. Gives the messages whose outcome nobody will ever know. */
  resume(resumed: boolean, cseq: number): unknown[]
  /** Numbers of requests that were sent and not answered. */
  asking(): number[]
  /** Rejects everything: with `error`, if given, what was not sent. */
  end(error: Error): void
}

/** D5 */
const IN_FLIGHT = { limit: 64, bytes: 2 ** 18 }

/** @param line says a frame, if it is up; `max` is the longest that the server takes */
export const createDeliveries = (bounds: Bounds, line: () => ((frame: string) => void) | undefined, max: () => number): Deliveries => {
  let waiting: Delivery[] = []
  /** In order of `seq`, without a hole. */
  let sent: Delivery[] = []
  /** Requests whose answers are to come, acknowledged or not. */
  const asking = new Map<number, Delivery>()
  let last = 0

  const bytes = (list: readonly Delivery[]): number => list.reduce((sum, each) => sum + each.bytes, 0)
  const settle = (delivery: Delivery, error: unknown, value?: unknown): void => {
    if (delivery.done) return
    delivery.done = true
    asking.delete(delivery.seq!)
    delivery.settle(error, value)
  }
  const unknown = (delivery: Delivery, cause?: unknown): void =>
    settle(delivery, new UnknownOutcomeError('sent, and not known to be applied', { cause }))
  const frame = ({ seq, rest }: Delivery): string => `{"t":"send","seq":${seq}${rest}}`

  const pump = (): void => {
    for (let say, next; (say = line()) && (next = waiting[0]); ) {
      if (sent.length >= IN_FLIGHT.limit || (sent[0] && bytes(sent) + next.bytes > IN_FLIGHT.bytes)) return // D5
      waiting.shift()
      next.seq = last + 1
      if (frame(next).length - next.rest.length + next.bytes > max()) {
        settle(next, new NotSentError(`longer than the ${max()} bytes that the server takes`))
        continue
      }
      last++
      sent.push(next)
      if (next.asks) asking.set(last, next)
      say(frame(next))
    }
  }

  const ack = (seq: number): void => {
    while (sent[0] && sent[0].seq! <= seq) {
      const delivery = sent.shift()!
      if (!delivery.asks) settle(delivery, undefined, { seq: delivery.seq })
    }
  }

  return {
    add: (delivery) => {
      if (waiting.length >= bounds.limit || bytes(waiting) + delivery.bytes > bounds.bytes) {
        return settle(delivery, new NotSentError('too many messages wait'))
      }
      waiting.push(delivery)
      pump()
    },
    abandon: (delivery, error) => {
      const place = waiting.indexOf(delivery)
      if (place < 0) return unknown(delivery, error)
      waiting.splice(place, 1)
      settle(delivery, error)
    },
    ack: (seq) => {
      if (seq > last) return
      ack(seq)
      pump()
    },
    answer: (seq, value, refusal) => {
      const delivery = asking.get(seq) ?? sent.find((each) => each.seq === seq)
      if (!delivery) return
      if (refusal) settle(delivery, new RefusedError(`${refusal.code}`, `${refusal.message}`))
      else if (delivery.asks) settle(delivery, undefined, value)
    },
    resume: (resumed, cseq) => {
      if (resumed) {
        ack(cseq) // D3
        last = Math.max(last, cseq)
        for (const delivery of sent) line()?.(frame(delivery)) // D3: with the same numbers, before anything new
        pump()
        return []
      }
      const unsure = sent
      const open = [...new Set([...asking.values(), ...sent])].filter(({ done }) => !done).sort((a, b) => a.seq! - b.seq!)
      const again = open.filter(({ keyed }) => keyed)
      const lost = open.filter(({ keyed }) => !keyed)
      sent = []
      asking.clear()
      last = 0 // D4: all are numbered from 1
      for (const delivery of again) delivery.seq = undefined
      waiting = [...again, ...waiting] // D4: the server answers these from its record
      for (const delivery of lost) unknown(delivery) // D4
      pump()
      return lost.filter((delivery) => unsure.includes(delivery)).map(({ message }) => message)
    },
    asking: () => [...asking.keys()],
    end: (error) => {
      const unsent = waiting
      const open = [...asking.values(), ...sent]
      waiting = []
      sent = []
      asking.clear()
      last = 0
      for (const delivery of unsent) settle(delivery, error)
      for (const delivery of open) unknown(delivery)
    },
  }
}
