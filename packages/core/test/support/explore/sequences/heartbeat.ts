/** The heartbeat over time: traffic in both directions, a buffer that fills and drains, and connections that the server never answers. */

import { type Core, HOUR, createBoundedClock, createClockSetter, createPeer } from './createPeer.ts'
import type { Subject } from './exploreSequences.ts'

const INTERVAL = 100
const TIMEOUT = 40
const MAX_PATIENCE = 8
const MAX_UNANSWERED = 2

/** @param before actions that come before each sequence */
export const createHeartbeat = (
  { createWebSocket }: Core,
  mode: 'silence' | 'interval',
  before: readonly string[] = [],
): Subject => {
  const clock = createBoundedClock()
  const peer = createPeer()
  const violations: string[] = []
  const now = (): number => clock.monotonic!()
  const check = (holds: boolean, violation: string): void => void (holds || violations.push(violation))
  let isOpen = false
  /** When a frame was received, sent, and when a ping was sent. */
  let [received, sent, pinged] = [0, 0, 0]
  /** The deadline for a reply, and the bytes in the buffer that were sent before and after the ping. */
  let deadline = Infinity
  let replyTime = TIMEOUT
  let [ahead, behind] = [0, 0]
  let patience = 1
  let [hasReceived, hasReplied, pings, unanswered, reports] = [false, false, 0, 0, 0]
  /** When the heartbeat must end the connection, and when the last wait for a reply ended without that. */
  let [endsAt, waitedUntil] = [Infinity, 0]

  const dueAt = (): number =>
    Math.max(waitedUntil, Math.max(pinged, mode === 'interval' ? 0 : Math.min(received, sent)) + INTERVAL)
  /** Decides about the deadlines that have passed. */
  const passDeadlines = (): void => {
    while (deadline <= now() && endsAt === Infinity) {
      const left = Math.max(0, peer.buffered - behind)
      const isProgress = left < ahead
      ahead = left
      if (isProgress) deadline += replyTime
      else if (hasReplied || unanswered < MAX_UNANSWERED) endsAt = deadline
      else [waitedUntil, deadline, patience] = [deadline, Infinity, 1] // tolerated
    }
  }
  peer.sent = (frame) => {
    passDeadlines()
    if (frame === 'ping') {
      check(now() === dueAt(), `pings at ${now() - HOUR}, but a ping is due at ${dueAt() - HOUR}`)
      pings++
      pinged = now()
      // A ping that is due because nothing was sent does not shorten the silence that is allowed.
      replyTime = patience * TIMEOUT + Math.max(0, INTERVAL - (now() - received))
      deadline = pinged + replyTime
      ;[ahead, behind] = [peer.buffered, 0]
    }
    sent = now()
    if (!peer.buffered) return
    peer.buffered += (frame as string).length
    if (deadline < Infinity && ahead) behind += (frame as string).length
  }
  const client = createWebSocket<string, string>('ws://test/', {
    transport: peer.transport,
    clock,
    environment: false,
    heartbeat: { interval: INTERVAL, timeout: TIMEOUT, mode },
    reconnect: { delay: () => 10 },
  })
  const opened = (): void => {
    isOpen = true
    received = sent = pinged = now()
    deadline = endsAt = Infinity
    ;[hasReceived, pings] = [false, 0]
  }
  opened() // the first connection opens in createWebSocket()
  client.on('open', opened)
  client.on('close', ({ cause }) => {
    passDeadlines()
    isOpen = false
    if (cause !== 'heartbeat') return void (unanswered = 0)
    check(now() === endsAt, `ends at ${now() - HOUR}, but the deadline is at ${deadline - HOUR}`)
    if (!hasReplied) unanswered++
    if (!hasReceived) patience = Math.min(MAX_PATIENCE, patience * 2)
  })
  client.on('error', (error) => {
    if ((error as { code?: string }).code !== 'HEARTBEAT_UNANSWERED') return
    check(++reports === 1, 'HEARTBEAT_UNANSWERED is reported twice')
    check(!hasReplied && unanswered === MAX_UNANSWERED, 'HEARTBEAT_UNANSWERED is reported without a reason')
  })
  const receive = (text: string): void => {
    if (!isOpen) return
    passDeadlines()
    received = now()
    if (deadline < Infinity) [waitedUntil, deadline] = [now(), Infinity]
    ;[hasReceived, patience] = [true, 1]
    if (text === 'pong' && pings) hasReplied = true
    if (text === 'pong' && pings) pings--
    peer.sink!.message(text)
  }
  const subject: Subject = {
    actions: {
      'send': () => void client.send('hello'),
      'receive': () => receive('hello'),
      'reply': () => receive('pong'),
      'the buffer fills': () => void (peer.buffered = 1000),
      'half of the buffer leaves': () => void (peer.buffered = Math.floor(peer.buffered / 2)),
      '40 ms pass': () => clock.advance(TIMEOUT),
      '100 ms pass': () => clock.advance(INTERVAL),
      '2 s pass': () => clock.advance(2000),
      'the wall clock is set': createClockSetter(clock),
      'the network ends the connection': () => peer.sink!.closed({}),
    },
    violation: () => {
      clock.advance(0) // a ping may be due now
      passDeadlines()
      check(!isOpen || endsAt > now(), `is open, but the deadline was at ${deadline - HOUR}`)
      const isDue = isOpen && deadline === Infinity && dueAt() <= now()
      check(!isDue, `no ping was sent since ${pinged - HOUR}, and one is due at ${dueAt() - HOUR}`)
      return violations[0]
    },
  }
  for (const action of before) subject.actions[action]!()
  return subject
}
