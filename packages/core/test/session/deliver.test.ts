import { describe, expect, test, vi } from 'vitest'
import { NotSentError, RefusedError, UnknownOutcomeError } from '../../src/session/index.ts'
import { hub } from './support/createFakeHub.ts'

/** What became of a promise so far. */
const fate = (promise: Promise<unknown>): { is: unknown } => {
  const seen: { is: unknown } = { is: 'pending' }
  const note = (value: unknown): unknown => (seen.is = value)
  promise.then(note, note)
  return seen
}

describe('deliver', () => {
  test('waits for a connection, and resolves when acknowledged', async () => {
    const { start, greet, of, say } = hub()
    const client = start()
    const done = client.deliver({ text: 'hello' }, { idempotencyKey: 'a', channel: 'chat' })
    const second = client.deliver('b')
    greet()
    expect(of('send')).toEqual([
      { t: 'send', seq: 1, d: { text: 'hello' }, ch: 'chat', idem: 'a' },
      { t: 'send', seq: 2, d: 'b' },
    ])
    say({ t: 'ack', seq: 2 })
    expect(await Promise.all([done, second])).toEqual([{ seq: 1 }, { seq: 2 }])
  })

  test('sends again in the same session, with the same number and before anything new (D3)', async () => {
    const { meet, server, back, of, say } = hub()
    const client = meet()
    const [a, b] = [client.deliver('a'), client.deliver('b')]
    server.last.drop()
    const c = client.deliver('c')
    client.on('open', () => void fate(client.deliver('d')))
    back(client, { cseq: 1 })
    expect(of('send').map(({ seq, d }) => `${seq}${d}`)).toEqual(['2b', '3c', '4d'])
    expect(await a).toEqual({ seq: 1 })
    say({ t: 'ack', seq: 3 })
    expect(await Promise.all([b, c])).toEqual([{ seq: 2 }, { seq: 3 }])
  })

  test('into another session tells what is unconfirmed, once, and sends the rest numbered from 1 (D4)', async () => {
    const { meet, server, back, of } = hub()
    const client = meet()
    const unconfirmed = vi.fn<(value: unknown) => void>()
    client.on('unconfirmed', unconfirmed)
    const fates = [
      fate(client.deliver('a')),
      fate(client.deliver('b', { idempotencyKey: 'k' })),
      fate(client.deliver('c')),
    ]
    server.last.drop()
    fates.push(fate(client.deliver('d')))
    back(client, { resumed: false, sid: 's2', key: 'k2' })
    await Promise.resolve()
    expect(of('send')).toEqual([
      { t: 'send', seq: 1, d: 'b', idem: 'k' },
      { t: 'send', seq: 2, d: 'd' },
    ])
    expect(unconfirmed.mock.calls).toEqual([[{ messages: ['a', 'c'] }]])
    expect(fates.map(({ is }) => (is as Error).name ?? is)).toEqual([
      'UnknownOutcomeError',
      'pending',
      'UnknownOutcomeError',
      'pending',
    ])
    expect(fates[0]!.is).toBeInstanceOf(UnknownOutcomeError)
  })

  test('is not unconfirmed in a first session, nor where nothing was on its way', () => {
    const { start, greet, server, back } = hub()
    const client = start()
    const unconfirmed = vi.fn<(value: unknown) => void>()
    client.on('unconfirmed', unconfirmed)
    fate(client.deliver('a'))
    greet()
    server.last.drop()
    back(client, { cseq: 1 })
    server.last.drop()
    back(client, { resumed: false })
    expect(unconfirmed).not.toHaveBeenCalled()
  })

  test('keeps 64 in flight and sends on as they are acknowledged (D5)', () => {
    const { meet, of, say } = hub()
    const client = meet()
    for (let n = 0; n < 70; n++) fate(client.deliver(n))
    expect(of('send')).toHaveLength(64)
    say({ t: 'ack', seq: 10 })
    expect(of('send')).toHaveLength(70)
  })

  test('rejects when too much waits', async () => {
    const { start } = hub()
    const client = start({ pending: { limit: 1 } })
    fate(client.deliver('a'))
    await expect(client.deliver('b')).rejects.toBeInstanceOf(NotSentError)
  })

  test('rejects when the application refuses', async () => {
    const { meet, say } = hub()
    const client = meet()
    const done = client.deliver('a')
    say({ t: 'res', seq: 1, e: { code: 'full', message: 'no room' } })
    say({ t: 'ack', seq: 1 })
    const error = await done.catch((each: unknown) => each)
    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({ code: 'RefusedError', reason: 'full', message: 'no room' })
  })

  test('rejects when the application has refused and the link took the word along (D3)', async () => {
    const { meet, server, back, of } = hub()
    const client = meet()
    const [a, b, c] = [client.deliver('a'), client.deliver('b'), client.deliver('c')]
    server.last.drop()
    back(client, { cseq: 2, err: { 2: { code: 'full', message: 'no room' } } })
    expect(await a).toEqual({ seq: 1 })
    await expect(b).rejects.toMatchObject({ code: 'RefusedError', reason: 'full', message: 'no room' })
    expect(of('send')).toEqual([{ t: 'send', seq: 3, d: 'c' }])
    fate(c)
  })

  test('rejects what JSON has no form for', async () => {
    const { meet, of } = hub()
    await expect(meet().deliver(undefined)).rejects.toMatchObject({ code: 'EncodeError' })
    expect(of('send')).toEqual([])
  })

  test.each([
    { idempotencyKey: 'é'.repeat(129) },
    { channel: 'x'.repeat(257) },
    { channel: '' },
    { idempotencyKey: 5 as never },
  ])('rejects a label that the server would not take', async (how) => {
    await expect(hub().meet().deliver('a', how)).rejects.toMatchObject({ code: 'OptionError' })
  })
})

describe('request', () => {
  test('resolves with the answer', async () => {
    const { meet, of, say } = hub()
    const done = meet().request<{ n: number }>('how many?')
    expect(of('send')).toEqual([{ t: 'send', seq: 1, d: 'how many?', rq: 1 }])
    say({ t: 'res', seq: 1, d: { n: 3 } })
    say({ t: 'ack', seq: 1 })
    expect(await done).toEqual({ n: 3 })
  })

  test('that was applied and not answered is asked for on coming back', async () => {
    const { meet, server, back, heard, say } = hub()
    const client = meet()
    const done = client.request('a')
    fate(client.deliver('b'))
    say({ t: 'ack', seq: 2 })
    server.last.drop()
    back(client, { cseq: 2 })
    expect(heard()).toMatchObject([{ t: 'hello', req: [1] }])
    say({ t: 'res', seq: 1, d: 'answer' })
    expect(await done).toBe('answer')
  })

  test('rejects after its timeout: unknown if it was sent', async () => {
    const { meet, clock } = hub()
    const done = fate(meet().request('a', { timeout: 500 }))
    await clock.run(499)
    expect(done.is).toBe('pending')
    await clock.run(1)
    expect(done.is).toMatchObject({ code: 'UnknownOutcomeError', cause: { message: 'no answer within 500 ms' } })
  })

  test('rejects after 10 s: not sent, and never sent, if there was no connection', async () => {
    const { start, clock, greet, of, server } = hub()
    const client = start({}, { connectTimeout: 60_000 })
    const done = fate(client.request('a'))
    await clock.run(10_000)
    expect(done.is).toBeInstanceOf(NotSentError)
    expect(server.connections).toHaveLength(1)
    greet()
    expect(of('send')).toEqual([])
  })

  test('rejects when refused', async () => {
    const { meet, say } = hub()
    const done = meet().request('a')
    say({ t: 'res', seq: 1, e: { code: 'internal', message: 'oh' } })
    await expect(done).rejects.toMatchObject({ code: 'RefusedError', reason: 'internal' })
  })
})

describe('a signal', () => {
  test('takes back what was not sent, and rejects with its reason', async () => {
    const { start, greet, of } = hub()
    const client = start()
    const stop = new AbortController()
    const done = client.deliver('a', { signal: stop.signal })
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(done).rejects.toBe(reason)
    greet()
    expect(of('send')).toEqual([])
  })

  test('makes unknown what was sent, which stays in order on the wire', async () => {
    const { meet, server, back, of } = hub()
    const client = meet()
    const stop = new AbortController()
    const done = client.deliver('a', { signal: stop.signal })
    fate(client.deliver('b'))
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(done).rejects.toMatchObject({ code: 'UnknownOutcomeError', cause: reason })
    server.last.drop()
    back(client, { cseq: 0 })
    expect(of('send').map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('that has aborted already sends nothing', async () => {
    const { meet, of } = hub()
    await expect(meet().deliver('a', { signal: AbortSignal.abort('no') })).rejects.toBe('no')
    expect(of('send')).toEqual([])
  })

  test('is let go of once the message is settled', async () => {
    const { meet, say } = hub()
    const { signal } = new AbortController()
    const remove = vi.spyOn(signal, 'removeEventListener')
    const done = meet().deliver('a', { signal })
    say({ t: 'ack', seq: 1 })
    await done
    expect(remove).toHaveBeenCalledOnce()
  })
})

describe('the end', () => {
  const ends = ['close', 'dispose'] as const
  test.each(ends)('%s rejects what waits as not sent, and what is on its way as unknown', async (end) => {
    const { meet, server } = hub()
    const client = meet()
    const sent = [fate(client.deliver('a')), fate(client.request('b'))]
    const waiting = Array.from({ length: 70 }, (_, n) => fate(client.deliver(n)))
    client[end]()
    await Promise.resolve()
    for (const { is } of [...sent, ...waiting.slice(0, 62)]) expect(is).toBeInstanceOf(UnknownOutcomeError)
    for (const { is } of waiting.slice(62)) expect(is).toBeInstanceOf(NotSentError)
    expect(client.sessionId).toBeUndefined()
    expect(server.last.closed).toMatchObject({ code: 1000 })
  })

  test.each(ends)('%s while offline rejects what waits', async (end) => {
    const { meet, server } = hub()
    const client = meet()
    server.last.drop()
    const done = fate(client.deliver('a'))
    client[end]()
    await Promise.resolve()
    expect(done.is).toBeInstanceOf(NotSentError)
  })

  test('a final close is the end, too: no promise is left open', async () => {
    const { meet, server } = hub()
    const done = fate(meet().deliver('a'))
    server.last.close(4503)
    await Promise.resolve()
    expect(done.is).toBeInstanceOf(UnknownOutcomeError)
  })

  test('the last release of a lazy client is the end', async () => {
    const { start, greet, server, clock } = hub()
    const client = start({}, { lazy: true, linger: 100 })
    const release = client.retain()
    greet()
    const done = fate(client.deliver('a'))
    release()
    await clock.run(100)
    expect(server.last.closed).toMatchObject({ code: 1000 })
    expect(done.is).toBeInstanceOf(UnknownOutcomeError)
  })

  test('after close a message waits for open, in a session of its own', async () => {
    const { meet, server, greet, heard, say } = hub()
    const client = meet()
    client.close()
    server.last.finish()
    const done = client.deliver('a')
    client.open()
    greet({ sid: 's2' })
    expect(heard()).toEqual([
      { t: 'hello', v: 1, pos: {}, sub: [] },
      { t: 'send', seq: 1, d: 'a' },
    ])
    say({ t: 'ack', seq: 1 })
    expect(await done).toEqual({ seq: 1 })
  })

  test('close rejects also what came while closed', async () => {
    const { start } = hub()
    const client = start({}, { immediate: false })
    const done = fate(client.deliver('a'))
    client.close()
    await Promise.resolve()
    expect(done.is).toBeInstanceOf(NotSentError)
  })

  test('after dispose nothing is delivered', async () => {
    const client = hub().meet()
    client.dispose()
    await expect(client.deliver('a')).rejects.toBeInstanceOf(NotSentError)
    await expect(client.request('a')).rejects.toBeInstanceOf(NotSentError)
    client.join('room')
    client.leave('room')
  })
})
