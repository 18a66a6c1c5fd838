import { describe, expect, test, vi } from 'vitest'
import { NotSentError, RefusedError, UnknownOutcomeError } from '../../src/session/index.ts'
import { createFakeHub } from './support/createFakeHub.ts'

/** Holds 'pending', or the value or error with which the promise has settled. */
const outcomeOf = (promise: Promise<unknown>): { value: unknown } => {
  const outcome: { value: unknown } = { value: 'pending' }
  const settle = (value: unknown): unknown => (outcome.value = value)
  promise.then(settle, settle)
  return outcome
}

describe('deliver', () => {
  test('waits for a connection and resolves when acknowledged', async () => {
    const { connectSession, welcome, framesOfType, sendFrame } = createFakeHub()
    const client = connectSession()
    const done = client.deliver({ text: 'hello' }, { idempotencyKey: 'a', channel: 'chat' })
    const second = client.deliver('b')
    welcome()
    expect(framesOfType('send')).toEqual([
      { t: 'send', seq: 1, d: { text: 'hello' }, ch: 'chat', idem: 'a' },
      { t: 'send', seq: 2, d: 'b' },
    ])
    sendFrame({ t: 'ack', seq: 2 })
    expect(await Promise.all([done, second])).toEqual([{ seq: 1 }, { seq: 2 }])
  })

  test('resends in the same session with the same number and before new messages (D3)', async () => {
    const { connectWelcomed, server, reconnectWelcomed, framesOfType, sendFrame } = createFakeHub()
    const client = connectWelcomed()
    const [a, b] = [client.deliver('a'), client.deliver('b')]
    server.last.drop()
    const c = client.deliver('c')
    client.on('open', () => void outcomeOf(client.deliver('d')))
    reconnectWelcomed(client, { cseq: 1 })
    expect(framesOfType('send').map(({ seq, d }) => `${seq}${d}`)).toEqual(['2b', '3c', '4d'])
    expect(await a).toEqual({ seq: 1 })
    sendFrame({ t: 'ack', seq: 3 })
    expect(await Promise.all([b, c])).toEqual([{ seq: 2 }, { seq: 3 }])
  })

  test('emits unconfirmed once in another session, and sends the other messages numbered from 1 (D4)', async () => {
    const { connectWelcomed, server, reconnectWelcomed, framesOfType } = createFakeHub()
    const client = connectWelcomed()
    const unconfirmed = vi.fn<(value: unknown) => void>()
    client.on('unconfirmed', unconfirmed)
    const outcomes = [
      outcomeOf(client.deliver('a')),
      outcomeOf(client.deliver('b', { idempotencyKey: 'k' })),
      outcomeOf(client.deliver('c')),
    ]
    server.last.drop()
    outcomes.push(outcomeOf(client.deliver('d')))
    reconnectWelcomed(client, { resumed: false, sid: 's2', key: 'k2' })
    await Promise.resolve()
    expect(framesOfType('send')).toEqual([
      { t: 'send', seq: 1, d: 'b', idem: 'k' },
      { t: 'send', seq: 2, d: 'd' },
    ])
    expect(unconfirmed.mock.calls).toEqual([[{ messages: ['a', 'c'] }]])
    expect(outcomes.map(({ value }) => (value as Error).name ?? value)).toEqual([
      'UnknownOutcomeError',
      'pending',
      'UnknownOutcomeError',
      'pending',
    ])
    expect(outcomes[0]!.value).toBeInstanceOf(UnknownOutcomeError)
  })

  test.each([
    ['a sleep, in which the monotonic clock stands still', 300_000],
    ['the wall clock being set back', -300_000],
  ])('does not send a message with a key again when the server has forgotten the key: %s', (_, adjustment) => {
    const { clock, connectWelcomed, server, reconnectWelcomed, framesOfType } = createFakeHub()
    const client = connectWelcomed()
    const unconfirmed: unknown[] = []
    client.on('unconfirmed', (event) => void unconfirmed.push(event))
    const { value: outcome } = outcomeOf(client.deliver('a', { idempotencyKey: 'k' }))
    expect(outcome).toBe('pending')
    clock.adjust(adjustment)
    if (adjustment < 0) clock.advance(300_000)
    server.last.drop()
    reconnectWelcomed(client, { resumed: false, sid: 's2', key: 'k2' })
    expect([framesOfType('send'), unconfirmed]).toEqual([[], [{ messages: ['a'] }]])
  })

  test('does not emit unconfirmed in a first session, or if no message was in flight', () => {
    const { connectSession, welcome, server, reconnectWelcomed } = createFakeHub()
    const client = connectSession()
    const unconfirmed = vi.fn<(value: unknown) => void>()
    client.on('unconfirmed', unconfirmed)
    outcomeOf(client.deliver('a'))
    welcome()
    server.last.drop()
    reconnectWelcomed(client, { cseq: 1 })
    server.last.drop()
    reconnectWelcomed(client, { resumed: false })
    expect(unconfirmed).not.toHaveBeenCalled()
  })

  test('keeps 64 messages in flight and sends more as they are acknowledged (D5)', () => {
    const { connectWelcomed, framesOfType, sendFrame } = createFakeHub()
    const client = connectWelcomed()
    for (let n = 0; n < 70; n++) outcomeOf(client.deliver(n))
    expect(framesOfType('send')).toHaveLength(64)
    sendFrame({ t: 'ack', seq: 10 })
    expect(framesOfType('send')).toHaveLength(70)
  })

  test('rejects when more messages wait than pending.limit', async () => {
    const { connectSession } = createFakeHub()
    const client = connectSession({ pending: { limit: 1 } })
    outcomeOf(client.deliver('a'))
    await expect(client.deliver('b')).rejects.toBeInstanceOf(NotSentError)
  })

  test('rejects when the application refuses the message', async () => {
    const { connectWelcomed, sendFrame } = createFakeHub()
    const client = connectWelcomed()
    const done = client.deliver('a')
    sendFrame({ t: 'res', seq: 1, e: { code: 'full', message: 'queue full' } })
    sendFrame({ t: 'ack', seq: 1 })
    const error = await done.catch((each: unknown) => each)
    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({ code: 'RefusedError', reason: 'full', message: 'queue full' })
  })

  test('rejects when the refusal was lost with the connection and arrives in welcome (D3)', async () => {
    const { connectWelcomed, server, reconnectWelcomed, framesOfType } = createFakeHub()
    const client = connectWelcomed()
    const [a, b, c] = [client.deliver('a'), client.deliver('b'), client.deliver('c')]
    server.last.drop()
    reconnectWelcomed(client, { cseq: 2, err: { 2: { code: 'full', message: 'queue full' } } })
    expect(await a).toEqual({ seq: 1 })
    await expect(b).rejects.toMatchObject({ code: 'RefusedError', reason: 'full', message: 'queue full' })
    expect(framesOfType('send')).toEqual([{ t: 'send', seq: 3, d: 'c' }])
    outcomeOf(c)
  })

  test('rejects a message that JSON cannot represent', async () => {
    const { connectWelcomed, framesOfType } = createFakeHub()
    await expect(connectWelcomed().deliver(undefined)).rejects.toMatchObject({ code: 'EncodeError' })
    expect(framesOfType('send')).toEqual([])
  })

  test.each([
    { idempotencyKey: 'é'.repeat(129) },
    { channel: 'x'.repeat(257) },
    { channel: '' },
    { idempotencyKey: 5 as never },
  ])('rejects a channel or idempotency key that the server does not accept', async (how) => {
    await expect(createFakeHub().connectWelcomed().deliver('a', how)).rejects.toMatchObject({ code: 'OptionError' })
  })
})

describe('request', () => {
  test('resolves with the response', async () => {
    const { connectWelcomed, framesOfType, sendFrame } = createFakeHub()
    const done = connectWelcomed().request<{ n: number }>('how many?')
    expect(framesOfType('send')).toEqual([{ t: 'send', seq: 1, d: 'how many?', rq: 1 }])
    sendFrame({ t: 'res', seq: 1, d: { n: 3 } })
    sendFrame({ t: 'ack', seq: 1 })
    expect(await done).toEqual({ n: 3 })
  })

  test('a request that was applied without a response is listed in the next hello', async () => {
    const { connectWelcomed, server, reconnectWelcomed, receivedFrames, sendFrame } = createFakeHub()
    const client = connectWelcomed()
    const done = client.request('a')
    outcomeOf(client.deliver('b'))
    sendFrame({ t: 'ack', seq: 2 })
    server.last.drop()
    reconnectWelcomed(client, { cseq: 2 })
    expect(receivedFrames()).toMatchObject([{ t: 'hello', req: [1] }])
    sendFrame({ t: 'res', seq: 1, d: 'answer' })
    expect(await done).toBe('answer')
  })

  test('rejects after its timeout with an unknown outcome if it was sent', async () => {
    const { connectWelcomed, clock } = createFakeHub()
    const done = outcomeOf(connectWelcomed().request('a', { timeout: 500 }))
    await clock.run(499)
    expect(done.value).toBe('pending')
    await clock.run(1)
    expect(done.value).toMatchObject({ code: 'UnknownOutcomeError', cause: { message: 'no answer within 500 ms' } })
  })

  test('rejects after 10 s as not sent without a connection, and is not sent later', async () => {
    const { connectSession, clock, welcome, framesOfType, server } = createFakeHub()
    const client = connectSession({}, { connectTimeout: 60_000 })
    const done = outcomeOf(client.request('a'))
    await clock.run(10_000)
    expect(done.value).toBeInstanceOf(NotSentError)
    expect(server.connections).toHaveLength(1)
    welcome()
    expect(framesOfType('send')).toEqual([])
  })

  test('rejects when the server responds with an error', async () => {
    const { connectWelcomed, sendFrame } = createFakeHub()
    const done = connectWelcomed().request('a')
    sendFrame({ t: 'res', seq: 1, e: { code: 'internal', message: 'oh' } })
    await expect(done).rejects.toMatchObject({ code: 'RefusedError', reason: 'internal' })
  })
})

describe('the option signal', () => {
  test('aborting removes an unsent message and rejects with the abort reason', async () => {
    const { connectSession, welcome, framesOfType } = createFakeHub()
    const client = connectSession()
    const stop = new AbortController()
    const done = client.deliver('a', { signal: stop.signal })
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(done).rejects.toBe(reason)
    welcome()
    expect(framesOfType('send')).toEqual([])
  })

  test('aborting rejects a sent message with an unknown outcome, and the message is still resent in order', async () => {
    const { connectWelcomed, server, reconnectWelcomed, framesOfType } = createFakeHub()
    const client = connectWelcomed()
    const stop = new AbortController()
    const done = client.deliver('a', { signal: stop.signal })
    outcomeOf(client.deliver('b'))
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(done).rejects.toMatchObject({ code: 'UnknownOutcomeError', cause: reason })
    server.last.drop()
    reconnectWelcomed(client, { cseq: 0 })
    expect(framesOfType('send').map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('an already aborted signal sends nothing', async () => {
    const { connectWelcomed, framesOfType } = createFakeHub()
    await expect(connectWelcomed().deliver('a', { signal: AbortSignal.abort('no') })).rejects.toBe('no')
    expect(framesOfType('send')).toEqual([])
  })

  test('the signal has no listener left once the message is settled', async () => {
    const { connectWelcomed, sendFrame } = createFakeHub()
    const { signal } = new AbortController()
    const remove = vi.spyOn(signal, 'removeEventListener')
    const done = connectWelcomed().deliver('a', { signal })
    sendFrame({ t: 'ack', seq: 1 })
    await done
    expect(remove).toHaveBeenCalledOnce()
  })
})

describe('the end of a session', () => {
  const ends = ['close', 'dispose'] as const
  test.each(ends)('%s() rejects waiting messages as not sent and sent ones as unknown', async (end) => {
    const { connectWelcomed, server } = createFakeHub()
    const client = connectWelcomed()
    const sent = [outcomeOf(client.deliver('a')), outcomeOf(client.request('b'))]
    const waiting = Array.from({ length: 70 }, (_, n) => outcomeOf(client.deliver(n)))
    client[end]()
    await Promise.resolve()
    for (const { value } of [...sent, ...waiting.slice(0, 62)]) expect(value).toBeInstanceOf(UnknownOutcomeError)
    for (const { value } of waiting.slice(62)) expect(value).toBeInstanceOf(NotSentError)
    expect(client.sessionId).toBeUndefined()
    expect(server.last.closed).toMatchObject({ code: 1000 })
  })

  test.each(ends)('%s() while offline rejects waiting messages as not sent', async (end) => {
    const { connectWelcomed, server } = createFakeHub()
    const client = connectWelcomed()
    server.last.drop()
    const done = outcomeOf(client.deliver('a'))
    client[end]()
    await Promise.resolve()
    expect(done.value).toBeInstanceOf(NotSentError)
  })

  test('a final close code rejects sent messages as unknown', async () => {
    const { connectWelcomed, server } = createFakeHub()
    const done = outcomeOf(connectWelcomed().deliver('a'))
    server.last.close(4503)
    await Promise.resolve()
    expect(done.value).toBeInstanceOf(UnknownOutcomeError)
  })

  test('the last release of a lazy client rejects sent messages as unknown', async () => {
    const { connectSession, welcome, server, clock } = createFakeHub()
    const client = connectSession({}, { lazy: true, linger: 100 })
    const release = client.retain()
    welcome()
    const done = outcomeOf(client.deliver('a'))
    release()
    await clock.run(100)
    expect(server.last.closed).toMatchObject({ code: 1000 })
    expect(done.value).toBeInstanceOf(UnknownOutcomeError)
  })

  test('after close() a message waits for open() and is sent in a new session', async () => {
    const { connectWelcomed, server, welcome, receivedFrames, sendFrame } = createFakeHub()
    const client = connectWelcomed()
    client.close()
    server.last.finish()
    const done = client.deliver('a')
    client.open()
    welcome({ sid: 's2' })
    expect(receivedFrames()).toEqual([
      { t: 'hello', v: 1, pos: {}, sub: [] },
      { t: 'send', seq: 1, d: 'a' },
    ])
    sendFrame({ t: 'ack', seq: 1 })
    expect(await done).toEqual({ seq: 1 })
  })

  test('close() also rejects messages delivered while closed', async () => {
    const { connectSession } = createFakeHub()
    const client = connectSession({}, { immediate: false })
    const done = outcomeOf(client.deliver('a'))
    client.close()
    await Promise.resolve()
    expect(done.value).toBeInstanceOf(NotSentError)
  })

  test('after dispose() deliver and request reject as not sent', async () => {
    const client = createFakeHub().connectWelcomed()
    client.dispose()
    await expect(client.deliver('a')).rejects.toBeInstanceOf(NotSentError)
    await expect(client.request('a')).rejects.toBeInstanceOf(NotSentError)
    client.join('room')
    client.leave('room')
  })
})

test('an open connection takes every delivery of a burst, because the bounds are those of what waits for one', async () => {
  const { connectWelcomed, sendFrame, framesOfType } = createFakeHub()
  const client = connectWelcomed()
  const all = Array.from({ length: 3000 }, (_, n) => client.deliver(`${n}`))
  for (let acked = 0; acked < 3000;) {
    acked = framesOfType('send').length
    sendFrame({ t: 'ack', seq: acked })
  }
  expect(await Promise.all(all)).toHaveLength(3000)
  expect(framesOfType('send').map(({ seq }) => seq)).toEqual(all.map((_, n) => n + 1))
})
