/** Sending with a high water mark, over a socket whose buffer fills and drains, or that ends without an event. */

import { type Core, createBoundedClock, createClockSetter, createPeer } from './createPeer.ts'
import type { Subject } from './exploreSequences.ts'

/** How often the buffer of a slow socket is checked, and how long a socket that has ended is kept, in ms. */
const CHECK_EVERY = 20
const CLOSE_TIMEOUT = 20

export const createSending = ({ createWebSocket }: Core): Subject => {
  const clock = createBoundedClock()
  const peer = createPeer()
  const violations: string[] = []
  const wire: number[] = []
  let count = 0
  let checkedAt = 0
  let hadRoom = false
  let endNoticedAt: number | undefined
  let isSending = false
  const now = (): number => clock.monotonic!()
  peer.sent = (frame) => {
    if (!peer.isReady) violations.push('sends to a socket that has ended')
    if (peer.buffered) violations.push('sends to a socket with a full buffer')
    if (wire.push(Number(frame)) > 100) throw new Error('sends without end')
  }
  peer.measured = () => {
    if (isSending) return
    checkedAt = now()
    hadRoom = !peer.buffered
  }
  const client = createWebSocket('ws://test/', {
    transport: peer.transport,
    clock,
    environment: false,
    highWaterMark: 1000,
    queue: { limit: 1, ttl: 1000 },
    closeTimeout: CLOSE_TIMEOUT,
    reconnect: { delay: () => 10 },
  })
  client.on('drop', ({ reason }) => {
    // Without a connection the queue has one place.
    if (isOpen() || reason !== 'full') violations.push(`a message is dropped as ${reason}`)
  })
  client.on('open', () => (endNoticedAt = undefined))
  const isOpen = (): boolean => client.get().status === 'open' && peer.isReady
  const send = (): void => {
    if (isOpen() && !client.get().queued) [checkedAt, hadRoom] = [now(), false]
    if (!peer.isReady && client.get().status === 'open') endNoticedAt ??= now()
    const mayPass = isOpen() && !peer.buffered
    const sentBefore = wire.length
    isSending = true
    const result = client.send(`${++count}`)
    isSending = false
    if (mayPass && (result !== 'sent' || client.get().queued)) violations.push(`${result} though the buffer is empty`)
    if ((result === 'sent') !== (wire.at(-1) === count && wire.length > sentBefore))
      violations.push(`send() returns ${result}, but the wire has ${wire}`)
  }
  return {
    actions: {
      'send': send,
      'the buffer fills': () => void (peer.buffered = 2000),
      'the buffer drains': () => void (peer.buffered = 0),
      '10 ms pass': () => clock.advance(10),
      '20 ms pass': () => clock.advance(20),
      'the wall clock is set': createClockSetter(clock),
      'the socket ends without an event': () => void (peer.isReady = false),
    },
    violation: () => {
      if (wire.some((number, i) => i > 0 && number <= wire[i - 1]!)) violations.push(`out of order: ${wire}`)
      const unchecked = now() - checkedAt
      if (isOpen() && client.get().queued) {
        if (unchecked >= CHECK_EVERY) violations.push(`messages wait ${unchecked} ms without a check of the buffer`)
        if (!unchecked && hadRoom) violations.push('messages wait though the buffer was found empty')
      }
      if (endNoticedAt !== undefined && now() - endNoticedAt >= CLOSE_TIMEOUT && !peer.isAbandoned)
        violations.push(`a socket that ended ${now() - endNoticedAt} ms ago is still current`)
      return violations[0]
    },
  }
}
