/** The option `onConnect`: the phase between an open socket and an open connection. */

import { describe, expect, onTestFinished, test } from 'vitest'
import { type NewConnection, type WebSocketOptions, json } from '../../src/index.ts'
import { createTestClient } from '../support/createTestClient.ts'
import { recordEvents } from '../support/recordEvents.ts'

type Frame = { type: string }
type Connection = NewConnection<Frame, Frame>

const codec = json<Frame, Frame>()
const text = (type: string): string => JSON.stringify({ type })

describe('messages of onConnect', () => {
  test('are sent before queued messages and before the open event, at each connection', async () => {
    const { clock, server, connect, advanceToRetry } = createTestClient()
    const client = connect<Frame, Frame>({
      codec,
      onConnect: (connection) => connection.send({ type: 'auth' }),
      onOpen: () => void client.send({ type: 'first in open' }),
    })
    client.send({ type: 'subscribe' })
    server.last.accept()
    expect(client.get().status).toBe('connecting')
    await clock.run(0)
    expect(server.last.received).toEqual([text('auth'), text('subscribe'), text('first in open')])
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
    await clock.run(0)
    expect(server.last.received).toEqual([text('auth'), text('first in open')])
  })

  test('wait for the reply of the server, which is not emitted, while other messages are', async () => {
    const { clock, server, connect } = createTestClient()
    const replies: unknown[] = []
    const client = connect<Frame, Frame>({
      codec,
      onConnect: async (connection) => {
        connection.send({ type: 'auth' })
        replies.push(await connection.receive(), await connection.receive())
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 100))
      },
    })
    const messages = recordEvents(client, 'message')
    server.last.accept()
    server.last.send(text('challenge'))
    await clock.run(0)
    server.last.send(text('welcome'))
    server.last.send(text('news'))
    await clock.run(99)
    expect([replies, messages]).toEqual([[{ type: 'challenge' }, { type: 'welcome' }], [{ type: 'news' }]])
    expect(client.get()).toMatchObject({ status: 'connecting', received: 1 })
    await clock.run(1)
    expect(client.get().status).toBe('open')
  })

  test('are encoded, and one that the codec refuses fails the attempt', async () => {
    const { clock, server, connect } = createTestClient()
    const client = connect<unknown, unknown>({ codec: json(), onConnect: ({ send }) => send({ n: 5n }) })
    recordEvents(client, 'error')
    server.last.accept()
    await clock.run(0)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { error: { code: 'EncodeError' } } })
  })
})

describe('while onConnect runs', () => {
  const start = () => {
    const setup = createTestClient()
    const connections: Connection[] = []
    const client = setup.connect<Frame, Frame>({
      codec,
      onConnect: (connection) => {
        connections.push(connection)
        return new Promise(() => {})
      },
    })
    setup.server.last.accept()
    return { ...setup, client, connections }
  }

  test('send() queues, because the connection is not open', () => {
    const { client, server } = start()
    expect([client.send({ type: 'a' }), server.last.received]).toEqual(['queued', []])
    expect(client.send({ type: 'b' }, { queue: false })).toBe('dropped')
  })

  test('connectTimeout limits its time, with the cause timeout', async () => {
    const { clock, client, connections, server } = start()
    await clock.run(9999)
    expect(client.get().status).toBe('connecting')
    await clock.run(1)
    expect(client.get()).toMatchObject({
      status: 'reconnecting',
      lastClose: { cause: 'timeout', error: { message: 'onConnect did not finish within 10000 ms' } },
    })
    expect(connections[0]!.signal.aborted).toBe(true)
    expect(server.last.closed).toBeDefined()
  })

  test('a lost connection aborts its signal, rejects receive() and is tried again', async () => {
    const { clock, client, connections, server, advanceToRetry } = start()
    const reply = connections[0]!.receive()
    server.last.close(1011)
    await expect(reply).rejects.toMatchObject({ name: 'AbortError' })
    expect(() => connections[0]!.send({ type: 'late' })).toThrow()
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 1011, cause: 'server' } })
    advanceToRetry(client)
    server.last.accept()
    await clock.run(0)
    expect(connections).toHaveLength(2)
  })

  test.each(['close', 'dispose', 'reconnect'] as const)('%s() ends it and aborts its signal', async (call) => {
    const { client, connections, server, clock } = start()
    client[call]()
    await clock.run(0)
    expect([connections[0]!.signal.aborted, server.connections[0]!.closed]).toEqual([true, { code: 1000, reason: '' }])
  })

  test('a user who returns to the page does not end it', () => {
    const { clock, client, server, page } = start()
    clock.advance(5000)
    page.emit('wake')
    page.emit('online')
    expect([client.get().status, server.connections.length]).toEqual(['connecting', 1])
  })

  test('no heartbeat is sent', async () => {
    const { clock, server, connect } = createTestClient()
    connect({ heartbeat: { interval: 1000 }, onConnect: () => new Promise(() => {}) })
    server.last.accept()
    await clock.run(5000)
    expect(server.last.received).toEqual([])
  })
})

describe('an onConnect that fails', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('login expired')
      },
    ],
    ['rejects', () => Promise.reject(new Error('login expired'))],
  ])('because it %s is a failed attempt with its error, and another attempt follows', async (_, onConnect) => {
    const { clock, server, connect } = createTestClient()
    const decisions: unknown[] = []
    const client = connect({
      onConnect,
      reconnect: {
        shouldReconnect: (close) => {
          decisions.push(close.error)
          return true
        },
      },
    })
    const [errors, opens] = [recordEvents(client, 'error'), recordEvents(client, 'open')]
    server.last.accept()
    await clock.run(0)
    expect(client.get()).toMatchObject({
      status: 'reconnecting',
      attempt: 1,
      lastClose: { cause: 'provider', error: { message: 'login expired' } },
    })
    expect([opens, errors]).toEqual([[], [client.get().lastClose!.error]])
    expect(decisions).toEqual(errors)
  })

  test('does not count when it fails after its connection has ended', async () => {
    const { clock, server, connect, advanceToRetry } = createTestClient()
    const rejections: ((error: Error) => void)[] = []
    const client = connect({ onConnect: () => new Promise((_, reject) => void rejections.push(reject)) })
    server.last.accept()
    server.last.drop()
    advanceToRetry(client)
    rejections[0]!(new Error('too late'))
    await clock.run(0)
    expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1, lastClose: { cause: 'network' } })
  })
})

test('the connection of onConnect gives no messages once it has finished', async () => {
  const { clock, server, connect } = createTestClient()
  let kept: NewConnection | undefined
  const client = connect({ onConnect: (connection) => void (kept = connection) })
  const messages = recordEvents(client, 'message')
  server.last.accept()
  await clock.run(0)
  await expect(kept!.receive()).rejects.toThrow('onConnect has finished')
  server.last.send('hello')
  expect(messages).toEqual(['hello'])
  expect(kept!.signal.aborted).toBe(false)
  server.last.drop()
  expect(kept!.signal.aborted).toBe(true)
})

test('a message that looks like a heartbeat reply of the previous connection reaches onConnect', async () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const replies: unknown[] = []
  const client = connect({
    heartbeat: { interval: 1000, timeout: 1000 },
    onConnect: async ({ receive }) => void replies.push(await receive()),
  })
  for (let n = 0; n < 2; n++) {
    server.last.accept()
    server.last.send('pong')
    await clock.run(0)
    await clock.run(1000) // a ping is unanswered
    server.last.drop()
    advanceToRetry(client)
  }
  expect(replies).toEqual(['pong', 'pong'])
})

test('leaves no unhandled rejection when the connection ends while two receive() wait', async () => {
  const unhandled: unknown[] = []
  const record = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', record)
  onTestFinished(() => void process.off('unhandledRejection', record))
  const { clock, server, connect } = createTestClient()
  connect({
    onConnect: async ({ receive }) => {
      const [first, second] = [receive(), receive()]
      await first
      await second
    },
  })
  server.last.accept()
  server.last.drop()
  await clock.run(0)
  // Node reports them after the microtasks and before the next immediate.
  await new Promise((resolve) => void setImmediate(resolve))
  expect(unhandled).toEqual([])
})

test.each([
  ['the latest function is called', 'second'],
  ['the one of the dial, if it was removed: a component that is being unmounted has a queue, but no options', 'first'],
])('when the option changes during the dial, %s', async (_, expected) => {
  const { clock, server, connect } = createTestClient()
  const options: WebSocketOptions = { onConnect: ({ send }) => send('first') }
  const client = connect(options)
  client.send('queued')
  if (expected === 'second') options.onConnect = ({ send }) => send('second')
  else delete options.onConnect
  server.last.accept()
  await clock.run(0)
  expect(server.last.received).toEqual([expected, 'queued'])
})
