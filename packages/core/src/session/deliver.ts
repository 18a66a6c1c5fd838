/** `deliver` and `request`: creates a delivery whose promise settles once and leaves nothing on a signal or a timer. */

import { type Clock, setTimer } from '../base/clock.ts'
import { reasonOf, untilAborted } from '../base/listeners.ts'
import type { RequestOptions } from '../client/session.ts'
import { byteLength } from '../transport/frame.ts'
import type { Deliveries, Delivery } from './deliveries.ts'
import { NotSentError } from './errors.ts'
import { checkName } from './frames.ts'

/** @param expectsReply true for `request` */
export type Deliver = (message: unknown, options?: RequestOptions, expectsReply?: boolean) => Promise<unknown>

/** @param toJson encodes a message for a frame. @throws the reason why it cannot be delivered */
export const createDeliver =
  ({ add, abandon }: Deliveries, clock: Clock, toJson: (message: unknown) => string): Deliver =>
  (message, options = {}, expectsReply = false) =>
    new Promise((resolve, reject) => {
      const { idempotencyKey: idem, channel: ch, signal, timeout = expectsReply ? 10_000 : 0 } = options
      for (const label of [idem, ch]) if (label !== undefined) checkName('label', label)
      const d = toJson(message)
      if (signal?.aborted) throw reasonOf(signal)
      const frame = (seq: number): string =>
        `${JSON.stringify({ t: 'send', seq, ch, idem, rq: expectsReply ? 1 : undefined }).slice(0, -1)},"d":${d}}`
      let timer: unknown
      const delivery: Delivery = {
        message,
        frame,
        bytes: byteLength(frame(1)),
        hasKey: idem !== undefined,
        expectsReply,
        settle: (error, value) => {
          stop()
          if (error === undefined) resolve(value)
          else reject(error)
        },
      }
      const stop = untilAborted(
        signal,
        () => clock.clearTimeout(timer),
        (reason) => abandon(delivery, reason),
      )
      if (timeout) {
        timer = setTimer(clock, () => abandon(delivery, new NotSentError(`no answer within ${timeout} ms`)), timeout)
      }
      add(delivery)
    })
