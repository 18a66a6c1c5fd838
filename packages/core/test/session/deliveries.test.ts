import { describe, expect, test } from 'vitest'
import { type Delivery, createDeliveries } from '../../src/session/deliveries.ts'
import { NotSentError } from '../../src/session/errors.ts'

/** Deliveries over a fake connection: `sent` lists `seq:message`, `outcomes` how each message was settled. */
const createTestDeliveries = ({ limit = 1000, bytes = 2 ** 22, max = Infinity } = {}) => {
  const sent: string[] = []
  const outcomes: Record<string, unknown> = {}
  let connected = true
  let time = 0
  const deliveries = createDeliveries(
    { limit, bytes },
    () => {
      if (!connected) return undefined
      return (frame) => {
        const { seq, d } = JSON.parse(frame)
        sent.push(`${seq}:${String(d).slice(0, 8)}`)
      }
    },
    () => max,
    () => time,
  )
  const add = (message: string, how: Partial<Delivery> = {}): Delivery => {
    const frame = (seq: number): string => JSON.stringify({ t: 'send', seq, d: message })
    const delivery: Delivery = {
      message,
      frame,
      bytes: Buffer.byteLength(JSON.stringify(message)),
      hasKey: false,
      expectsReply: false,
      settle: (error, value) => {
        outcomes[message.slice(0, 8)] = (error as Error | undefined)?.name ?? value
      },
      ...how,
    }
    deliveries.add(delivery)
    return delivery
  }
  return {
    ...deliveries,
    add,
    advance: (ms: number) => {
      time += ms
    },
    sent,
    outcomes,
    takeSent: () => sent.splice(0),
    disconnect: () => {
      connected = false
    },
    reconnect: (resumed: boolean, cseq = 0) => {
      connected = true
      return deliveries.resume(resumed, cseq)
    },
  }
}

test('messages are numbered from 1 and settled by a cumulative ack', () => {
  const { add, ack, sent, outcomes } = createTestDeliveries()
  for (const each of ['a', 'b', 'c']) add(each)
  expect(sent).toEqual(['1:a', '2:b', '3:c'])
  ack(2)
  expect(outcomes).toEqual({ a: { seq: 1 }, b: { seq: 2 } })
})

test('an ack of a number that was never sent is ignored', () => {
  const { add, ack, outcomes } = createTestDeliveries()
  add('a')
  ack(2)
  expect(outcomes).toEqual({})
})

describe('the messages in flight are limited (D5)', () => {
  test('at most 64 messages are in flight', () => {
    const { add, ack, sent, takeSent } = createTestDeliveries()
    for (let n = 0; n < 70; n++) add(`${n}`)
    expect(sent).toHaveLength(64)
    takeSent()
    ack(1)
    expect(sent).toEqual(['65:64'])
  })

  test('at most 256 KiB are in flight, but at least one message', () => {
    const { add, ack, sent, takeSent } = createTestDeliveries()
    add('a'.repeat(200_000))
    add('b'.repeat(100_000))
    expect(sent).toHaveLength(1)
    ack(1)
    expect(takeSent()).toEqual(['1:aaaaaaaa', '2:bbbbbbbb'])
    ack(2)
    add('c'.repeat(300_000))
    expect(sent).toEqual(['3:cccccccc'])
  })
})

describe('the waiting messages are limited', () => {
  test('a message beyond the limit in number is rejected while disconnected', () => {
    const { add, disconnect, outcomes } = createTestDeliveries({ limit: 2 })
    disconnect()
    for (const each of ['a', 'b', 'c']) add(each)
    expect(outcomes).toEqual({ c: 'NotSentError' })
  })

  test('a message beyond the limit in UTF-8 bytes is rejected while disconnected', () => {
    const { add, disconnect, outcomes } = createTestDeliveries({ bytes: 20 })
    disconnect()
    add('éééé')
    add('éééééé')
    expect(outcomes).toEqual({ éééééé: 'NotSentError' })
  })
})

test('a message longer than the server accepts is refused and uses no number', () => {
  const { add, sent, outcomes } = createTestDeliveries({ max: 40 })
  add('x'.repeat(40))
  add('b')
  expect(outcomes).toEqual({ xxxxxxxx: 'NotSentError' })
  expect(sent).toEqual(['1:b'])
})

test.each([0, 1])('a frame that is %i bytes over the maximum is sent only for 0', (more) => {
  const frame = '{"t":"send","seq":1,"d":"é"}'
  const { add, sent } = createTestDeliveries({ max: Buffer.byteLength(frame) - more })
  add('é')
  expect(sent).toHaveLength(1 - more)
})

describe('resuming the same session (D3)', () => {
  test('settles applied messages and resends the others with their numbers before new ones', () => {
    const { add, disconnect, reconnect, takeSent, outcomes } = createTestDeliveries()
    for (const each of ['a', 'b', 'c']) add(each)
    disconnect()
    add('d')
    takeSent()
    expect(reconnect(true, 1)).toEqual([])
    expect(takeSent()).toEqual(['2:b', '3:c', '4:d'])
    expect(outcomes).toEqual({ a: { seq: 1 } })
  })

  test('continues above the last number of the server, even if that was never sent', () => {
    const { add, disconnect, reconnect, takeSent } = createTestDeliveries()
    disconnect()
    add('a')
    reconnect(true, 7)
    expect(takeSent()).toEqual(['8:a'])
  })
})

describe('starting another session (D4)', () => {
  test('rejects sent messages without a key as unknown, then sends keyed and unsent ones numbered from 1', () => {
    const { add, disconnect, reconnect, takeSent, outcomes } = createTestDeliveries()
    add('a')
    add('b', { hasKey: true })
    add('c')
    disconnect()
    add('d')
    takeSent()
    expect(reconnect(false)).toEqual(['a', 'c'])
    expect(takeSent()).toEqual(['1:b', '2:d'])
    expect(outcomes).toEqual({ a: 'UnknownOutcomeError', c: 'UnknownOutcomeError' })
  })

  test('rejects a keyed message as unknown when its key may have expired at the server', () => {
    const { add, disconnect, reconnect, takeSent, advance, outcomes } = createTestDeliveries()
    add('a', { hasKey: true })
    advance(1)
    add('b', { hasKey: true })
    takeSent()
    disconnect()
    advance(269_999)
    expect(reconnect(false)).toEqual(['a'])
    expect(takeSent()).toEqual(['1:b'])
    expect(outcomes).toEqual({ a: 'UnknownOutcomeError' })
    disconnect()
    advance(1) // counted from the first time it was sent
    expect(reconnect(false)).toEqual(['b'])
  })

  test('keeps the order of keyed messages and requests', () => {
    const { add, ack, disconnect, reconnect, takeSent } = createTestDeliveries()
    add('a', { hasKey: true, expectsReply: true })
    add('b', { hasKey: true })
    add('c', { hasKey: true, expectsReply: true })
    ack(1)
    disconnect()
    takeSent()
    reconnect(false)
    expect(takeSent()).toEqual(['1:a', '2:b', '3:c'])
  })

  test('rejects an acknowledged request without an answer as unknown, but does not report it as unconfirmed', () => {
    const { add, ack, disconnect, reconnect, outcomes } = createTestDeliveries()
    add('a', { expectsReply: true })
    ack(1)
    disconnect()
    expect(reconnect(false)).toEqual([])
    expect(outcomes).toEqual({ a: 'UnknownOutcomeError' })
  })
})

describe('a response', () => {
  test('a response settles a request before or after its ack', () => {
    const { add, ack, answer, unanswered, outcomes } = createTestDeliveries()
    add('a', { expectsReply: true })
    add('b', { expectsReply: true })
    expect(unanswered()).toEqual([1, 2])
    answer(1, 'one', undefined)
    ack(2)
    expect(outcomes).toEqual({ a: 'one' })
    expect(unanswered()).toEqual([2])
    answer(2, null, undefined)
    expect(outcomes).toEqual({ a: 'one', b: null })
    expect(unanswered()).toEqual([])
  })

  test('an error response rejects a message, which is still resent until its ack', () => {
    const { add, ack, answer, disconnect, reconnect, takeSent, outcomes } = createTestDeliveries()
    add('a')
    add('b')
    answer(1, undefined, { code: 'full', message: 'queue full' })
    expect(outcomes).toEqual({ a: 'RefusedError' })
    disconnect()
    takeSent()
    reconnect(true, 0)
    expect(takeSent()).toEqual(['1:a', '2:b'])
    ack(2)
    expect(outcomes).toEqual({ a: 'RefusedError', b: { seq: 2 } })
  })

  test('a value is ignored for a message that is no request, and for a number that was never sent', () => {
    const { add, answer, outcomes } = createTestDeliveries()
    add('a')
    answer(1, 'hm', undefined)
    answer(9, 'hm', undefined)
    expect(outcomes).toEqual({})
  })
})

describe('an abandoned message', () => {
  test('an abandoned message is removed if it has not been sent', () => {
    const { add, abandon, disconnect, reconnect, takeSent, outcomes } = createTestDeliveries()
    disconnect()
    const a = add('a')
    add('b')
    abandon(a, new RangeError('enough'))
    reconnect(true, 0)
    expect(takeSent()).toEqual(['1:b'])
    expect(outcomes).toEqual({ a: 'RangeError' })
  })

  test('an abandoned message has an unknown outcome if it has been sent, and is still resent in order', () => {
    const { add, abandon, ack, disconnect, reconnect, takeSent, outcomes } = createTestDeliveries()
    const a = add('a')
    add('b')
    abandon(a, new RangeError('enough'))
    disconnect()
    takeSent()
    reconnect(true, 0)
    expect(takeSent()).toEqual(['1:a', '2:b'])
    ack(2)
    expect(outcomes).toEqual({ a: 'UnknownOutcomeError', b: { seq: 2 } })
  })

  test('an abandoned message is not sent in another session, even with a key', () => {
    const { add, abandon, disconnect, reconnect, takeSent } = createTestDeliveries()
    const a = add('a', { hasKey: true })
    abandon(a, new RangeError('enough'))
    disconnect()
    takeSent()
    expect(reconnect(false)).toEqual([])
    expect(takeSent()).toEqual([])
  })
})

test('end() rejects waiting messages as not sent and sent ones as unknown, and numbers restart at 1', () => {
  const { add, ack, end, disconnect, reconnect, takeSent, outcomes } = createTestDeliveries()
  add('a')
  add('b', { expectsReply: true })
  add('c')
  ack(2)
  disconnect()
  add('d')
  end(new NotSentError('closed'))
  expect(outcomes).toEqual({ a: { seq: 1 }, b: 'UnknownOutcomeError', c: 'UnknownOutcomeError', d: 'NotSentError' })
  takeSent()
  reconnect(false)
  add('e')
  expect(takeSent()).toEqual(['1:e'])
})

test('messages that wait may fill the bound in bytes exactly', () => {
  const { add, disconnect, outcomes } = createTestDeliveries({ bytes: 6 })
  disconnect()
  add('abcd')
  expect(outcomes).toEqual({})
  add('e')
  expect(outcomes).toEqual({ e: 'NotSentError' })
})

test('a message that was given up while it waited does not count against the bounds', () => {
  const { add, abandon, disconnect, outcomes } = createTestDeliveries({ limit: 1 })
  disconnect()
  abandon(add('a'), new NotSentError('given up'))
  add('b')
  expect(outcomes).toEqual({ a: 'NotSentError' })
})
