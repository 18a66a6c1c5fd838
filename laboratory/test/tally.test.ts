import { expect, test } from 'vitest'
import { Tally, sumCounters } from '../src/arena/tally.ts'

interface TestTally {
  tally: Tally
  /** Publishes messages at the present time. */
  publish(count: number): void
  at(time: number): void
  host: { healed: number; woke: number }
}

const create = (): TestTally => {
  let now = 0
  const published: number[] = []
  const host = { healed: 0, woke: 0 }
  const tally = new Tally({ now: () => now, published, healedAt: () => host.healed, wokeAt: () => host.woke })
  return {
    tally,
    host,
    publish: (count) => {
      for (let index = 0; index < count; index++) published.push(now)
    },
    at: (time) => {
      now = time
    },
  }
}

const open = ({ tally }: TestTally): void => {
  tally.setReach(true)
  tally.setStatus('open')
}

test('messages count from the first open on: lost, doubled and out of order', () => {
  const each = create()
  const { tally, publish } = each
  publish(3)
  open(each)
  publish(10)
  for (const number of [3, 4, 4, 7, 6, 7, 12]) tally.receive(number)
  // Published before the open, and received nevertheless.
  tally.receive(2)
  tally.setStatus('closed')
  tally.setStatus('open')
  const { published, received, lost, doubled, outOfOrder } = tally.counters()
  expect({ published, received, lost, doubled, outOfOrder }).toEqual({
    published: 10,
    received: 5,
    lost: 5,
    doubled: 2,
    outOfOrder: 2,
  })
  expect(tally.missing()).toEqual([5, 8, 9, 10, 11])
})

test('own messages count as unsent until they arrive, and as sent twice when they arrive again', () => {
  const { tally } = create()
  for (let index = 0; index < 5; index++) expect(tally.send()).toBe(index)
  for (const number of [0, 1, 3, 3, 3]) tally.arrive(number)
  const { sent, unsent, sentTwice } = tally.counters()
  expect([sent, unsent, sentTwice]).toEqual([5, 2, 2])
})

test('an own message counts as reported if the application was informed and the message never arrives', () => {
  const { tally } = create()
  for (let index = 0; index < 6; index++) tally.send()
  tally.arrive(0)
  for (const number of [0, 1, 2, 2, 3]) tally.reportUnsent(number)
  tally.arrive(3)
  expect(tally.counters()).toMatchObject({ sent: 6, unsent: 4, unsentReported: 2 })
})

test('detection lasts from the dead connection to the end of the status open', () => {
  const each = create()
  const { tally, at } = each
  open(each)
  at(1000)
  tally.setReach(false)
  at(1500)
  expect(tally.counters().falselyOpen).toBe(500)
  expect(tally.isDead).toBe(true)
  at(4000)
  tally.setStatus('connecting')
  at(9000)
  expect(tally.counters()).toMatchObject({ detection: 3000, falselyOpen: 3000 })
  tally.setReach(true)
  tally.setStatus('open')
  at(10_000)
  tally.setReach(false)
  at(10_500)
  tally.setStatus('closed')
  expect(tally.counters()).toMatchObject({ detection: 3000, falselyOpen: 3500 })
})

test('a connection that becomes alive again unnoticed was falsely open, and was not detected', () => {
  const each = create()
  const { tally, at } = each
  open(each)
  tally.setReach(false)
  at(2000)
  tally.setReach(true)
  tally.endTimes()
  expect(tally.counters()).toMatchObject({ detection: null, falselyOpen: 2000 })
})

test('a dead connection that is not noticed before the end is never detected, and its time ends there', () => {
  const each = create()
  const { tally, at } = each
  open(each)
  at(2000)
  tally.setReach(false)
  at(5000)
  tally.endTimes()
  at(60_000)
  tally.setStatus('closed')
  tally.endCounts()
  expect(tally.counters()).toMatchObject({ detection: 'never', falselyOpen: 3000, recovery: 'never' })
})

test('the time in which the computer sleeps is not counted', () => {
  const each = create()
  const { tally, at, host } = each
  open(each)
  at(1000)
  tally.setReach(false)
  host.woke = 181_000
  at(100_000)
  expect(tally.counters().falselyOpen).toBe(0)
  at(181_020)
  tally.setStatus('closed')
  expect(tally.counters()).toMatchObject({ detection: 20, falselyOpen: 20 })
})

test('recovery lasts from the end of the fault to the first message over a connection that passes bytes', () => {
  const each = create()
  const { tally, at, publish, host } = each
  open(each)
  publish(5)
  expect(tally.counters().recovery).toBe(null)
  at(1000)
  tally.setReach(false)
  at(1020)
  tally.receive(0) // was on its way
  tally.setStatus('closed')
  host.healed = 5000
  at(5600)
  tally.setReach(true)
  tally.setStatus('open')
  at(5700)
  tally.receive(1)
  at(9000)
  tally.receive(2)
  tally.endCounts()
  expect(tally.counters().recovery).toBe(700)
})

test('a fault that is over before the interruption does not shorten or lengthen the recovery', () => {
  const each = create()
  const { tally, at, publish, host } = each
  open(each)
  publish(5)
  host.healed = 500
  at(1000)
  tally.setReach(false)
  at(3000)
  tally.setReach(true)
  tally.receive(1)
  expect(tally.counters().recovery).toBe(2000)
})

test('a lane has the sums of its clients and the times of the slowest', () => {
  const [fast, slow] = [create(), create()]
  for (const each of [fast, slow]) {
    open(each)
    each.publish(3)
    each.tally.dial(false)
    each.tally.setReach(false)
  }
  fast.at(100)
  fast.tally.setStatus('closed')
  slow.tally.dial(true)
  slow.tally.announce()
  slow.at(500)
  slow.tally.endTimes()
  const all = [fast, slow].map(({ tally }) => tally.counters())
  expect(sumCounters(all)).toEqual({
    published: 6,
    received: 0,
    lost: 6,
    doubled: 0,
    outOfOrder: 0,
    sent: 0,
    unsent: 0,
    unsentReported: 0,
    sentTwice: 0,
    detection: 'never',
    recovery: null,
    dials: 3,
    dialsWhileDown: 1,
    falselyOpen: 600,
    announced: true,
  })
})
