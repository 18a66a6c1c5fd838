/** Messages that wait to be delivered or are on their way (PROTOCOL.md, rules D3 to D5). It is independent of the connection. */

import { check } from '../base/errors.ts'
import { byteLength } from '../transport/frame.ts'
import { NotSentError, RefusedError, UnknownOutcomeError } from './errors.ts'

/** One message, until its promise is settled and the server has acknowledged it. */
export interface Delivery {
  readonly message: unknown
  /** The frame to send. */
  readonly frame: (seq: number) => string
  readonly bytes: number
  /** It has an idempotency key, so it may be sent again into another session. */
  readonly hasKey: boolean
  /** It expects a reply besides the acknowledgement. */
  readonly expectsReply: boolean
  /** Settles its promise. */
  readonly settle: (error: unknown, value?: unknown) => void
  /** The promise is settled. The frame may still be on its way and keeps its place. */
  isSettled?: boolean
  isAcked?: boolean
  /** Its number in the session; undefined while it waits. */
  seq?: number | undefined
  /** When it was first sent, in ms of `now()`. */
  sentAt?: number
}

/** Of what waits for a connection. An open one takes everything. */
export interface Bounds {
  /** The most messages. @default 1000 */
  limit: number
  /** The most bytes. @default 4194304 */
  bytes: number
}

export interface Deliveries {
  add(delivery: Delivery): void
  /** Rejects with `cause` what was not sent yet; otherwise with `UnknownOutcomeError`, which has the cause. */
  abandon(delivery: Delivery, cause: unknown): void
  /** The server has applied everything up to `seq`. */
  ack(seq: number): void
  /** The application's reply to `seq`, or its refusal. */
  answer(seq: unknown, value: unknown, refusal: unknown): void
  /** A session is resumed or begins. Returns the messages whose outcome is unknown. */
  resume(isResumed: boolean, cseq: number): unknown[]
  /** Numbers of requests that were sent and have no reply. */
  unanswered(): number[]
  /** Abandons everything. */
  end(cause: Error): void
}

/** The server remembers a key for 300 s. With a margin, in ms, an older key proves nothing. */
const KEY_LIFETIME = 270_000
/** What may be sent and not acknowledged: back-pressure. */
const IN_FLIGHT: Bounds = { limit: 64, bytes: 2 ** 18 }

/**
 * @param pending bounds of what waits
 * @param sender the function that sends a frame, if the session can send now
 * @param maxBytes the longest frame that the server accepts
 * @param now a time that also passes while the computer sleeps
 * @throws OptionError for an invalid bound
 */
export const createDeliveries = (
  pending: Partial<Bounds> | undefined,
  sender: () => ((frame: string) => void) | undefined,
  maxBytes: () => number,
  now: () => number,
): Deliveries => {
  const bounds: Bounds = { limit: 1000, bytes: 2 ** 22, ...pending }
  for (const [name, value] of Object.entries(bounds)) check(`pending.${name}`, value, value >= 0, 'a number from 0')
  /** In order: what was sent, until it is acknowledged and settled; and what waits, until it is sent or settled. */
  let sent: Delivery[] = []
  let waiting: Delivery[] = []
  let lastSeq = 0

  const inFlight = (): Delivery[] => sent.filter(({ isAcked }) => !isAcked)
  const exceeds = (list: readonly Delivery[], added: Delivery, { limit, bytes }: Bounds): boolean =>
    list.length >= limit || list.reduce((sum, each) => sum + each.bytes, added.bytes) > bytes
  const settle = (delivery: Delivery, error: unknown, value?: unknown): void => {
    if (!delivery.isSettled) delivery.settle(error, value)
    delivery.isSettled = true
  }
  const abandon = (delivery: Delivery, cause?: unknown): void =>
    settle(delivery, delivery.seq ? new UnknownOutcomeError('sent, and perhaps applied', { cause }) : cause)

  const sendWaiting = (): void => {
    for (let send, next; (send = sender()) && (next = waiting[0]);) {
      const ahead = inFlight()
      if (ahead[0] && exceeds(ahead, next, IN_FLIGHT) && !next.isSettled) break // D5
      waiting.shift() // before it is sent, because sending may lead here again
      if (next.isSettled) continue
      const frame = next.frame(lastSeq + 1)
      if (byteLength(frame) > maxBytes()) {
        settle(next, new NotSentError(`longer than ${maxBytes()} bytes`))
      } else {
        next.seq = ++lastSeq
        next.sentAt ??= now()
        sent.push(next)
        send(frame)
      }
    }
    sent = sent.filter(({ isAcked, isSettled }) => !isSettled || !isAcked)
  }

  const ack = (upTo: number): void => {
    for (const delivery of sent) {
      const { seq, expectsReply } = delivery
      if (!(seq! <= upTo)) break
      delivery.isAcked = true
      if (!expectsReply) settle(delivery, undefined, { seq })
    }
  }

  return {
    add: (delivery) => {
      // An open connection takes everything, as a bare WebSocket does. The bounds are those of what waits for one.
      if (!sender()) {
        waiting = waiting.filter(({ isSettled }) => !isSettled)
        if (exceeds(waiting, delivery, bounds)) return settle(delivery, new NotSentError('too many wait'))
      }
      waiting.push(delivery)
      sendWaiting()
    },
    abandon,
    ack: (seq) => {
      if (seq <= lastSeq) ack(seq)
      sendWaiting()
    },
    answer: (to, value, refusal) => {
      const delivery = sent.find(({ seq, expectsReply }) => seq === to && (expectsReply || refusal))
      const { code, message } = Object(refusal) as { code?: unknown; message?: unknown }
      if (delivery) settle(delivery, refusal ? new RefusedError(`${code}`, `${message}`) : undefined, value)
    },
    resume: (isResumed, cseq) => {
      const unconfirmed: unknown[] = []
      lastSeq = isResumed ? Math.max(lastSeq, cseq) : 0 // D4: in a new session all are numbered from 1
      if (isResumed) {
        ack(cseq) // D3
        for (const { frame, seq } of inFlight()) sender()?.(frame(seq!)) // D3: with the same numbers, before new messages
      } else {
        for (const delivery of sent) {
          const { message, seq, isAcked, isSettled, hasKey, sentAt } = delivery
          const isRemembered = hasKey && now() - sentAt! < KEY_LIFETIME // D4: the server answers these from its record
          if (seq && !isRemembered && !isSettled) {
            abandon(delivery) // D4
            if (!isAcked) unconfirmed.push(message)
          }
          delivery.seq = undefined
          delivery.isAcked = false
        }
        waiting = [...sent, ...waiting]
        sent = []
      }
      sendWaiting()
      return unconfirmed
    },
    unanswered: () => sent.filter(({ expectsReply, isSettled }) => expectsReply && !isSettled).map(({ seq }) => seq!),
    end: (cause) => {
      for (const delivery of [...sent, ...waiting]) abandon(delivery, cause)
      sent = []
      waiting = []
    },
  }
}
