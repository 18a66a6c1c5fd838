/** Messages as an async iterator: what it gives, where it ends, and what it leaves. */

import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

/** Reads until the end, in the background. */
const reading = <In>(iterator: AsyncIterable<In>): { read: In[]; ended: Promise<void> } => {
  const read: In[] = []
  const run = async (): Promise<void> => {
    for await (const message of iterator) read.push(message)
  }
  return { read, ended: run() }
}

test('gives every message from the call on, in order', async () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  server.last.send('before')
  const { read } = reading(client.messages())
  server.last.send('a')
  server.last.send('b')
  await clock.run(0)
  server.last.send('c')
  await clock.run(0)
  expect(read).toEqual(['a', 'b', 'c'])
})

test('gives what came before the first question', async () => {
  const { server, open } = createTestClient()
  const iterator = open().messages()
  server.last.send('a')
  expect(await iterator.next()).toEqual({ value: 'a', done: false })
})

test('goes on over a reconnect', async () => {
  const { clock, server, open, advanceToRetry } = createTestClient()
  const client = open()
  const { read } = reading(client.messages())
  server.last.send('a')
  server.last.drop()
  advanceToRetry(client)
  server.last.accept()
  server.last.send('b')
  await clock.run(0)
  expect(read).toEqual(['a', 'b'])
})

test('waits where there is no connection yet', async () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ immediate: false })
  const { read } = reading(client.messages())
  await clock.run(0)
  client.open()
  server.last.accept()
  server.last.send('a')
  await clock.run(0)
  expect(read).toEqual(['a'])
})

test('answers several questions asked at once, each with its own message', async () => {
  const { server, open } = createTestClient()
  const iterator = open().messages()
  const answers = Promise.all([iterator.next(), iterator.next()])
  server.last.send('a')
  server.last.send('b')
  expect((await answers).map(({ value }) => value)).toEqual(['a', 'b'])
})

test('several of them hear the same', async () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  const readers = [reading(client.messages()), reading(client.messages())]
  server.last.send('a')
  await clock.run(0)
  expect(readers.map(({ read }) => read)).toEqual([['a'], ['a']])
})

test('gives messages that are undefined or null as messages', async () => {
  const { server, open } = createTestClient()
  const iterator = open({ codec: { encode: String, decode: () => undefined } }).messages()
  server.last.send('x')
  expect(await iterator.next()).toEqual({ value: undefined, done: false })
})

describe('it ends', () => {
  test('when the client is closed, after what is unread', async () => {
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

  test.each(['stop', 'dispose', 'signal'])('by %s, also for who waits already', async (how) => {
    const { server, open } = createTestClient()
    const client = open()
    const controller = new AbortController()
    const { read, ended } = reading(client.messages({ signal: controller.signal }))
    server.last.send('a')
    if (how === 'stop') server.last.close(1008)
    if (how === 'dispose') client.dispose()
    if (how === 'signal') controller.abort()
    await ended
    expect(read).toEqual(['a'])
  })

  test('for good: what another connection brings is not part of it', async () => {
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

  test('at once of a disposed client and an aborted signal', async () => {
    const { open } = createTestClient()
    const client = open()
    expect(await client.messages({ signal: AbortSignal.abort() }).next()).toEqual({ value: undefined, done: true })
    client.dispose()
    expect(await client.messages().next()).toEqual({ value: undefined, done: true })
  })

  test('with the loop that reads it, by break', async () => {
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

  test('with the loop that reads it, by an error in it', async () => {
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

  test('by return(), and forgets what is unread', async () => {
    const { server, open } = createTestClient()
    const iterator = open().messages()
    server.last.send('a')
    await iterator.next()
    server.last.send('b')
    expect(await iterator.return?.()).toMatchObject({ done: true })
    expect(await iterator.next()).toEqual({ value: undefined, done: true })
  })

  test('by return() before the first question', async () => {
    const { server, open } = createTestClient()
    const client = open()
    const drops = recordEvents(client, 'drop')
    const iterator = client.messages({ limit: 1 })
    await iterator.return?.()
    for (const text of 'abc') server.last.send(text)
    expect(drops).toEqual([])
    expect(await iterator.next()).toMatchObject({ done: true })
  })

  test('by return() while somebody waits: that question is answered too', async () => {
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

describe('unread messages', () => {
  test('are kept up to the limit, the newest; each lost one is told', async () => {
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

  test('are 1000 by default', () => {
    const { server, open } = createTestClient()
    const client = open()
    const drops = recordEvents(client, 'drop')
    client.messages()
    for (let n = 0; n < 1001; n++) server.last.send(`${n}`)
    expect(drops).toEqual([{ message: '0', reason: 'slow' }])
  })

  test('are none for who waits: a limit of 0 loses nothing that is asked for', async () => {
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

test('an iterator that has ended holds no listener, not even on the signal', async () => {
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
