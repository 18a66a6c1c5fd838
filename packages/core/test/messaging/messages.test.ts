/** `messages()`: which messages the async iterator yields, when it ends, and that it leaves no listener. */

import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

/** Reads until the end, in the background. */
const readAll = <In>(iterator: AsyncIterable<In>): { read: In[]; ended: Promise<void> } => {
  const read: In[] = []
  const run = async (): Promise<void> => {
    for await (const message of iterator) read.push(message)
  }
  return { read, ended: run() }
}

test('messages() yields every message after the call, in order', async () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  server.last.send('before')
  const { read } = readAll(client.messages())
  server.last.send('a')
  server.last.send('b')
  await clock.run(0)
  server.last.send('c')
  await clock.run(0)
  expect(read).toEqual(['a', 'b', 'c'])
})

test('messages() yields messages that arrived before the first next()', async () => {
  const { server, open } = createTestClient()
  const iterator = open().messages()
  server.last.send('a')
  expect(await iterator.next()).toEqual({ value: 'a', done: false })
})

test('messages() continues after a reconnect', async () => {
  const { clock, server, open, advanceToRetry } = createTestClient()
  const client = open()
  const { read } = readAll(client.messages())
  server.last.send('a')
  server.last.drop()
  advanceToRetry(client)
  server.last.accept()
  server.last.send('b')
  await clock.run(0)
  expect(read).toEqual(['a', 'b'])
})

test('messages() waits for a connection', async () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ immediate: false })
  const { read } = readAll(client.messages())
  await clock.run(0)
  client.open()
  server.last.accept()
  server.last.send('a')
  await clock.run(0)
  expect(read).toEqual(['a'])
})

test('messages() answers concurrent calls of next() with one message each', async () => {
  const { server, open } = createTestClient()
  const iterator = open().messages()
  const answers = Promise.all([iterator.next(), iterator.next()])
  server.last.send('a')
  server.last.send('b')
  expect((await answers).map(({ value }) => value)).toEqual(['a', 'b'])
})

test('each iterator of messages() yields all messages', async () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  const readers = [readAll(client.messages()), readAll(client.messages())]
  server.last.send('a')
  await clock.run(0)
  expect(readers.map(({ read }) => read)).toEqual([['a'], ['a']])
})

test('messages() yields a message that is undefined', async () => {
  const { server, open } = createTestClient()
  const iterator = open({ codec: { encode: String, decode: () => undefined } }).messages()
  server.last.send('x')
  expect(await iterator.next()).toEqual({ value: undefined, done: false })
})

describe('the iterator of messages() ends', () => {
  test('when the client is closed, after the unread messages', async () => {
    const { server, open } = createTestClient()
    const client = open()
    const iterator = client.messages()
    server.last.send('a')
    client.close()
    server.last.finish()
    expect(await iterator.next()).toEqual({ value: 'a', done: false })
    expect(await iterator.next()).toEqual({ value: undefined, done: true })
    expect(await iterator.next()).toEqual({ value: undefined, done: true })
  })

  test.each(['stop', 'dispose', 'signal'])('by %s, also during a pending next()', async (how) => {
    const { server, open } = createTestClient()
    const client = open()
    const controller = new AbortController()
    const { read, ended } = readAll(client.messages({ signal: controller.signal }))
    server.last.send('a')
    if (how === 'stop') server.last.close(1008)
    if (how === 'dispose') client.dispose()
    if (how === 'signal') controller.abort()
    await ended
    expect(read).toEqual(['a'])
  })

  test('for good: it yields no messages of a later connection', async () => {
    const { clock, server, open } = createTestClient()
    const client = open()
    const iterator = client.messages()
    server.last.close(1000)
    client.open()
    server.last.accept()
    server.last.send('later')
    await clock.run(0)
    expect(await iterator.next()).toEqual({ value: undefined, done: true })
  })

  test('at once with a disposed client or an aborted signal', async () => {
    const { open } = createTestClient()
    const client = open()
    expect(await client.messages({ signal: AbortSignal.abort() }).next()).toEqual({ value: undefined, done: true })
    client.dispose()
    expect(await client.messages().next()).toEqual({ value: undefined, done: true })
  })

  test('with break in its loop', async () => {
    const { clock, server, open } = createTestClient()
    const client = open()
    const drops = recordEvents(client, 'drop')
    const read: unknown[] = []
    const run = async (): Promise<void> => {
      for await (const message of client.messages({ limit: 1 })) {
        read.push(message)
        break
      }
    }
    const ended = run()
    server.last.send('a')
    await ended
    for (const text of 'bcd') server.last.send(text)
    await clock.run(0)
    expect([read, drops]).toEqual([['a'], []])
  })

  test('with an error thrown in its loop', async () => {
    const { server, open } = createTestClient()
    const client = open()
    const drops = recordEvents(client, 'drop')
    const run = async (): Promise<void> => {
      for await (const message of client.messages({ limit: 1 })) throw new Error(`cannot read ${String(message)}`)
    }
    const ended = run()
    server.last.send('a')
    await expect(ended).rejects.toThrow('cannot read a')
    for (const text of 'bcd') server.last.send(text)
    expect(drops).toEqual([])
  })

  test('by return(), and discards unread messages', async () => {
    const { server, open } = createTestClient()
    const iterator = open().messages()
    server.last.send('a')
    await iterator.next()
    server.last.send('b')
    expect(await iterator.return?.()).toMatchObject({ done: true })
    expect(await iterator.next()).toEqual({ value: undefined, done: true })
  })

  test('by return() before the first next()', async () => {
    const { server, open } = createTestClient()
    const client = open()
    const drops = recordEvents(client, 'drop')
    const iterator = client.messages({ limit: 1 })
    await iterator.return?.()
    for (const text of 'abc') server.last.send(text)
    expect(drops).toEqual([])
    expect(await iterator.next()).toMatchObject({ done: true })
  })

  test('by return(), which also ends a pending next()', async () => {
    const { clock, open } = createTestClient()
    const iterator = open().messages()
    const answers: unknown[] = []
    void iterator.next().then((answer) => answers.push(answer))
    void iterator.return?.().then((answer) => answers.push(answer))
    await clock.run(0)
    expect(answers).toEqual([
      { value: undefined, done: true },
      { value: undefined, done: true },
    ])
  })
})

describe('unread messages of an iterator', () => {
  test('are limited to the newest, and each lost one emits a drop event', async () => {
    const { server, open } = createTestClient()
    const client = open()
    const drops = recordEvents(client, 'drop')
    const iterator = client.messages({ limit: 2 })
    for (const text of 'abcd') server.last.send(text)
    expect(drops).toEqual([
      { message: 'a', reason: 'slow' },
      { message: 'b', reason: 'slow' },
    ])
    expect([(await iterator.next()).value, (await iterator.next()).value]).toEqual(['c', 'd'])
  })

  test('are limited to 1000 by default', () => {
    const { server, open } = createTestClient()
    const client = open()
    const drops = recordEvents(client, 'drop')
    client.messages()
    for (let n = 0; n < 1001; n++) server.last.send(`${n}`)
    expect(drops).toEqual([{ message: '0', reason: 'slow' }])
  })

  test('do not include a message for a pending next(): a limit of 0 loses only the others', async () => {
    const { clock, server, open } = createTestClient()
    const client = open()
    const drops = recordEvents(client, 'drop')
    const iterator = client.messages({ limit: 0 })
    const answers: unknown[] = []
    void iterator.next().then((answer) => answers.push(answer))
    server.last.send('a')
    await clock.run(0)
    server.last.send('b')
    expect(answers).toEqual([{ value: 'a', done: false }])
    expect(drops).toEqual([{ message: 'b', reason: 'slow' }])
  })
})

test('an ended iterator has no listener left on its signal', async () => {
  const { server, open } = createTestClient()
  const client = open()
  const controller = new AbortController()
  let listeners = 0
  const { signal } = controller
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listeners++
    const { 2: options } = given
    if (typeof options === 'object') options.signal?.addEventListener('abort', () => listeners--)
    addEventListener.apply(signal, given)
  }
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    listeners--
    removeEventListener.apply(signal, given)
  }
  const iterator = client.messages({ signal })
  server.last.send('a')
  await iterator.next()
  await iterator.return?.()
  expect(listeners).toBe(0)
})
