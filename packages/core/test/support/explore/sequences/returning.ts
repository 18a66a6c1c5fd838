/** A user who returns while dials hang or fail: what the events of the page change about the next dial. */

import { createFakeEnvironment } from '../../../../src/testing/index.ts'
import { type Core, createBoundedClock, createClockSetter, createPeer } from './createPeer.ts'
import type { Subject } from './exploreSequences.ts'

const CONNECT_TIMEOUT = 10_000
const EAGER_EVERY = 5000
const SLOW_AFTER = 3000
/** The clock draws 0.5 each time. */
const FIRST_WAIT = 750
const ONLINE_JITTER = 500

/** @param before actions that come before each sequence */
export const createReturning = ({ createWebSocket }: Core, before: readonly string[] = []): Subject => {
  const clock = createBoundedClock()
  const page = createFakeEnvironment()
  const peer = createPeer()
  peer.hangs = true
  const violations: string[] = []
  const now = (): number => clock.monotonic!()
  const check = (holds: boolean, violation: string): void => void (holds || violations.push(violation))
  let dialledAt = 0
  let eagerAt = -Infinity
  /** When the wait ends, while there is one. */
  let retryAt: number | undefined
  /** The event of the page during the current dial. */
  let hint: 'wake' | 'online' | undefined
  /** When the next dial must start at the latest. */
  let latest = Infinity

  const isEager = (): boolean => now() - eagerAt >= EAGER_EVERY
  const dialled = (): string => {
    const hasWaited = retryAt === now() || !peer.dials
    check(hasWaited || isEager(), `dials without delay again after ${now() - eagerAt} ms`)
    if (!hasWaited) eagerAt = now()
    dialledAt = now()
    ;[retryAt, hint, latest] = [undefined, undefined, Infinity]
    return 'ws://test/'
  }
  const client = createWebSocket(dialled, { transport: peer.transport, clock, environment: page })
  client.on('close', ({ cause }) => {
    const age = now() - dialledAt
    check(cause !== 'timeout' || age === CONNECT_TIMEOUT || !age, `a dial ends after ${age} ms`)
    // A dial that follows at once has started before `close` is emitted, and has reset the hint.
    check(hint !== 'wake' || !isEager(), 'does not dial at once though the user has returned')
    latest = hint ? now() + (hint === 'wake' ? FIRST_WAIT : ONLINE_JITTER) : Infinity
    hint = undefined
  })
  client.on('retry', ({ delay, retryAt: announced }) => {
    check(announced === clock.now() + delay, `announces a retry at ${announced}`)
    retryAt = now() + delay
    check(retryAt <= latest, `waits ${delay} ms though the user has returned`)
  })
  const returns = (event: 'wake' | 'online'): void => {
    const waited = retryAt
    const { dials } = peer
    const mayDial = isEager()
    const isSlow = now() - dialledAt >= SLOW_AFTER
    page.emit(event)
    const isNew = peer.dials > dials
    if (waited === undefined) {
      if (event === 'wake') check(isNew === (mayDial && isSlow), `${isNew ? 'replaces' : 'keeps'} a dial on wake`)
      if (!isNew && retryAt === undefined) hint = hint === 'wake' ? hint : event
      return
    }
    check(isNew === (event === 'wake' && mayDial), `${isNew ? 'dials' : 'does not dial'} on ${event}`)
    const longest = event === 'wake' ? Math.min(waited, now() + FIRST_WAIT) : now() + ONLINE_JITTER
    check(isNew || retryAt! <= longest, `waits ${retryAt! - now()} ms more after ${event}`)
  }
  const subject: Subject = {
    actions: {
      'wake': () => returns('wake'),
      'online': () => returns('online'),
      '1 s passes': () => clock.advance(1000),
      '4 s pass': () => clock.advance(4000),
      '5 s pass': () => clock.advance(5000),
      'the dial fails': () => retryAt ?? peer.sink!.closed({}),
      'the wall clock is set': createClockSetter(clock),
    },
    violation: () => {
      const age = now() - dialledAt
      check(retryAt !== undefined || age < CONNECT_TIMEOUT, `dials for ${age} ms`)
      check(now() < latest || dialledAt === now(), 'does not dial in time after the user has returned')
      return violations[0]
    },
  }
  for (const action of before) subject.actions[action]!()
  return subject
}
