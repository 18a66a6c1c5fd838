import { describe, expect, test } from 'vitest'
import { type Delivery, createDeliveries } from '../../src/session/deliveries.ts'
import { NotSentError } from '../../src/session/errors.ts'

/** Deliveries over a line that is a list of `seq:message`, with what became of each. */
const line = ({ limit = 1000, bytes = 2 ** 22, max = Infinity } = {}) => {
  const said: string[] = []
  const fates: Record<string, unknown> = {}
  let up = true
  let time = 0
  const deliveries = createDeliveries(
    { limit, bytes },
    () => {
      if (!up) return undefined
      return (frame) => {
        const { seq, d } = JSON.parse(frame)
        said.push(`${seq}:${String(d).slice(0, 8)}`)
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
        fates[message.slice(0, 8)] = (error as Error | undefined)?.name ?? value
      },
      ...how,
    }
    deliveries.add(delivery)
    return delivery
  }
  return {
    ...deliveries,
    add,
    pass: (ms: number) => {
      time += ms
    },
    said,
    fates,
    take: () => said.splice(0),
    cut: () => {
      up = false
    },
    back: (resumed: boolean, cseq = 0) => {
      up = true
      return deliveries.resume(resumed, cseq)
    },
  }
}

test('numbers messages from 1 as they are sent, and settles them by a cumulative ack', () => {
  const { add, ack, said, fates } = line()
  for (const each of ['a', 'b', 'c']) add(each)
  expect(said).toEqual(['1:a', '2:b', '3:c'])
  ack(2)
  expect(fates).toEqual({ a: { seq: 1 }, b: { seq: 2 } })
})

test('ignores an ack of what was never sent', () => {
  const { add, ack, fates } = line()
  add('a')
  ack(2)
  expect(fates).toEqual({})
})

describe('at most so much is in flight (D5)', () => {
  test('64 messages', () => {
    const { add, ack, said, take } = line()
    for (let n = 0; n < 70; n++) add(`${n}`)
    expect(said).toHaveLength(64)
    take()
    ack(1)
    expect(said).toEqual(['65:64'])
  })

  test('256 KiB, yet one message at least', () => {
    const { add, ack, said, take } = line()
    add('a'.repeat(200_000))
    add('b'.repeat(100_000))
    expect(said).toHaveLength(1)
    ack(1)
    expect(take()).toEqual(['1:aaaaaaaa', '2:bbbbbbbb'])
    ack(2)
    add('c'.repeat(300_000))
    expect(said).toEqual(['3:cccccccc'])
  })
})

describe('waiting is bounded', () => {
  test('in number', () => {
    const { add, cut, fates } = line({ limit: 2 })
    cut()
    for (const each of ['a', 'b', 'c']) add(each)
    expect(fates).toEqual({ c: 'NotSentError' })
  })

  test('in bytes, of UTF-8', () => {
    const { add, cut, fates } = line({ bytes: 20 })
    cut()
    add('éééé')
    add('éééééé')
    expect(fates).toEqual({ éééééé: 'NotSentError' })
  })
})

test('refuses what the server would not take, and goes on with the next number', () => {
  const { add, said, fates } = line({ max: 40 })
  add('x'.repeat(40))
  add('b')
  expect(fates).toEqual({ xxxxxxxx: 'NotSentError' })
  expect(said).toEqual(['1:b'])
})

test.each([0, 1])('takes a frame of exactly the length allowed, and no byte more: %i', (more) => {
  const frame = '{"t":"send","seq":1,"d":"é"}'
  const { add, said } = line({ max: Buffer.byteLength(frame) - more })
  add('é')
  expect(said).toHaveLength(1 - more)
})

describe('a resumed session (D3)', () => {
  test('settles what was applied, and sends the rest again with the same numbers before anything new', () => {
    const { add, cut, back, take, fates } = line()
    for (const each of ['a', 'b', 'c']) add(each)
    cut()
    add('d')
    take()
    expect(back(true, 1)).toEqual([])
    expect(take()).toEqual(['2:b', '3:c', '4:d'])
    expect(fates).toEqual({ a: { seq: 1 } })
  })

  test('goes on above what the server has, were it more than was ever sent', () => {
    const { add, cut, back, take } = line()
    cut()
    add('a')
    back(true, 7)
    expect(take()).toEqual(['8:a'])
  })
})

describe('another session (D4)', () => {
  test('makes unknown what was sent without a key, sends again what has one, then what never was, numbered from 1', () => {
    const { add, cut, back, take, fates } = line()
    add('a')
    add('b', { hasKey: true })
    add('c')
    cut()
    add('d')
    take()
    expect(back(false)).toEqual(['a', 'c'])
    expect(take()).toEqual(['1:b', '2:d'])
    expect(fates).toEqual({ a: 'UnknownOutcomeError', c: 'UnknownOutcomeError' })
  })

  test('makes unknown also what has a key, once the server may have forgotten it', () => {
    const { add, cut, back, take, pass, fates } = line()
    add('a', { hasKey: true })
    pass(1)
    add('b', { hasKey: true })
    take()
    cut()
    pass(269_999)
    expect(back(false)).toEqual(['a'])
    expect(take()).toEqual(['1:b'])
    expect(fates).toEqual({ a: 'UnknownOutcomeError' })
    cut()
    pass(1) // counted from when it was first sent
    expect(back(false)).toEqual(['b'])
  })

  test('keeps the order among messages and requests with a key', () => {
    const { add, ack, cut, back, take } = line()
    add('a', { hasKey: true, expectsReply: true })
    add('b', { hasKey: true })
    add('c', { hasKey: true, expectsReply: true })
    ack(1)
    cut()
    take()
    back(false)
    expect(take()).toEqual(['1:a', '2:b', '3:c'])
  })

  test('makes unknown a request that was applied and not answered, though not unconfirmed whether it was applied', () => {
    const { add, ack, cut, back, fates } = line()
    add('a', { expectsReply: true })
    ack(1)
    cut()
    expect(back(false)).toEqual([])
    expect(fates).toEqual({ a: 'UnknownOutcomeError' })
  })
})

describe('an answer', () => {
  test('settles a request, before its ack or after', () => {
    const { add, ack, answer, unanswered, fates } = line()
    add('a', { expectsReply: true })
    add('b', { expectsReply: true })
    expect(unanswered()).toEqual([1, 2])
    answer(1, 'one', undefined)
    ack(2)
    expect(fates).toEqual({ a: 'one' })
    expect(unanswered()).toEqual([2])
    answer(2, null, undefined)
    expect(fates).toEqual({ a: 'one', b: null })
    expect(unanswered()).toEqual([])
  })

  test('refuses a message, which keeps its place until its ack', () => {
    const { add, ack, answer, cut, back, take, fates } = line()
    add('a')
    add('b')
    answer(1, undefined, { code: 'full', message: 'no room' })
    expect(fates).toEqual({ a: 'RefusedError' })
    cut()
    take()
    back(true, 0)
    expect(take()).toEqual(['1:a', '2:b'])
    ack(2)
    expect(fates).toEqual({ a: 'RefusedError', b: { seq: 2 } })
  })

  test('without a value means nothing to a message that asked for none, and none to a number never sent', () => {
    const { add, answer, fates } = line()
    add('a')
    answer(1, 'hm', undefined)
    answer(9, 'hm', undefined)
    expect(fates).toEqual({})
  })
})

describe('a message that is given up', () => {
  test('is taken back before it was sent', () => {
    const { add, abandon, cut, back, take, fates } = line()
    cut()
    const a = add('a')
    add('b')
    abandon(a, new RangeError('enough'))
    back(true, 0)
    expect(take()).toEqual(['1:b'])
    expect(fates).toEqual({ a: 'RangeError' })
  })

  test('has an unknown outcome after it was sent, and keeps its place on the wire', () => {
    const { add, abandon, ack, cut, back, take, fates } = line()
    const a = add('a')
    add('b')
    abandon(a, new RangeError('enough'))
    cut()
    take()
    back(true, 0)
    expect(take()).toEqual(['1:a', '2:b'])
    ack(2)
    expect(fates).toEqual({ a: 'UnknownOutcomeError', b: { seq: 2 } })
  })

  test('is not sent into another session, though it has a key', () => {
    const { add, abandon, cut, back, take } = line()
    const a = add('a', { hasKey: true })
    abandon(a, new RangeError('enough'))
    cut()
    take()
    expect(back(false)).toEqual([])
    expect(take()).toEqual([])
  })
})

test('the end rejects what waits as not sent and what is on its way as unknown, and numbers begin anew', () => {
  const { add, ack, end, cut, back, take, fates } = line()
  add('a')
  add('b', { expectsReply: true })
  add('c')
  ack(2)
  cut()
  add('d')
  end(new NotSentError('closed'))
  expect(fates).toEqual({ a: { seq: 1 }, b: 'UnknownOutcomeError', c: 'UnknownOutcomeError', d: 'NotSentError' })
  take()
  back(false)
  add('e')
  expect(take()).toEqual(['1:e'])
})
