/** A transport for sequences: it opens each dial at once, unless dials are to hang, and the test owns the buffer of the socket. */

import { type FakeClock, createFakeClock } from '../../../../src/testing/index.ts'
import type { Transport, TransportLink, TransportSink } from '../../../../src/transport/transport.ts'

export interface Peer {
  readonly transport: Transport
  /** The newest dial, and the number of dials. */
  sink: TransportSink | undefined
  dials: number
  /** A dial neither opens nor fails. */
  hangs: boolean
  /** What `readyState === OPEN` and `bufferedAmount` of the socket say. */
  isReady: boolean
  buffered: number
  isAbandoned: boolean
  /** Called for each frame. */
  sent: (frame: unknown) => void
  /** Called each time `bufferedAmount` is read. */
  measured: () => void
}

export const createPeer = (): Peer => {
  const peer: Peer = {
    transport: {
      dial: (_, sink) => {
        Object.assign(peer, { sink, isReady: !peer.hangs, buffered: 0, isAbandoned: false })
        peer.dials++
        const link: TransportLink = {
          get ready() {
            return peer.isReady
          },
          get bufferedAmount() {
            peer.measured()
            return peer.buffered
          },
          send: (frame) => peer.sent(frame),
          close: () => {},
          abandon: () => void (peer.isAbandoned = true),
        }
        if (!peer.hangs) sink.opened(link, { protocol: '' })
        return link
      },
    },
    sink: undefined,
    dials: 0,
    hangs: false,
    isReady: false,
    buffered: 0,
    isAbandoned: false,
    sent: () => {},
    measured: () => {},
  }
  return peer
}

/** The part of the core that sequences run on: the real one, or one with a bug. */
export type Core = Pick<typeof import('../../../../src/index.ts'), 'createWebSocket'>
export const HOUR = 3_600_000

const MAX_TIMERS = 1000
/** A clock that sets no more timers after the first 1000, so that a bug that sets them without end breaks a promise instead of hanging. */
export const createBoundedClock = (): FakeClock => {
  const clock = createFakeClock(HOUR)
  const { setTimeout } = clock
  let timers = 0
  return Object.assign(clock, {
    setTimeout: (callback: () => void, delay: number) => (timers++ < MAX_TIMERS ? setTimeout(callback, delay) : 0),
  })
}

/** Sets the wall clock an hour back, then an hour forward, and so on. */
export const createClockSetter = (clock: FakeClock): (() => void) => {
  let hours = 0
  return () => {
    const next = hours < 0 ? 1 : -1
    clock.adjust((next - hours) * HOUR)
    hours = next
  }
}
