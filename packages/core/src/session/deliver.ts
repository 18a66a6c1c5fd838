/** `deliver` and `request`: what a user calls, made into a delivery whose promise is settled once, with nothing left on a signal or a timer. */

import { type Clock, later } from '../base/clock.ts'
import { byteLength } from '../messaging/codec.ts'
import { until } from '../base/listeners.ts'
import type { RequestOptions } from '../client/session.ts'
import type { Deliveries, Delivery } from './deliveries.ts'
import { NotSentError } from './errors.ts'
import { checkName } from './frames.ts'

export type Deliver = (message: unknown, how?: RequestOptions, asks?: boolean) => Promise<unknown>

/** @param toJson encodes a message for a frame. @throws whatever forbids to deliver it */
export const createDeliver =
  ({ add, abandon }: Deliveries, clock: Clock, toJson: (message: unknown) => string): Deliver =>
  (message, how = {}, asks = false) =>
    new Promise((resolve, reject) => {
      const { idempotencyKey: idem, channel: ch, signal, timeout = asks ? 10_000 : 0 } = how
      for (const label of [idem, ch]) if (label !== undefined) checkName('label', label)
      const d = toJson(message)
      signal?.throwIfAborted()
      const frame = (seq: number): string =>
        `${JSON.stringify({ t: 'send', seq, ch, idem, rq: asks ? 1 : undefined }).slice(0, -1)},"d":${d}}`
      let timer: unknown
      const delivery: Delivery = {
        message,
        frame,
        bytes: byteLength(frame(1)),
        keyed: idem,
        asks,
        settle: (error, value) => {
          off()
          if (error === undefined) resolve(value)
          else reject(error)
        },
      }
      const off = until(
        signal,
        () => clock.clearTimeout(timer),
        () => abandon(delivery, signal!.reason),
      )
      if (timeout)
        timer = later(clock, () => abandon(delivery, new NotSentError(`no answer within ${timeout} ms`)), timeout)
      add(delivery)
    })
