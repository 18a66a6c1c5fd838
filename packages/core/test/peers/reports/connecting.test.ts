/** Reports about the time between an open socket and the first message: authentication, and waiting for the connection. */

import { expect, test } from 'vitest'
import { type Dial, type UrlSource, json } from '../../../src/index.ts'
import { createTestClient } from '../../support/createTestClient.ts'
import { recordEvents } from '../../support/recordEvents.ts'

type Frame = { type: string }
const frame = (type: string): string => JSON.stringify({ type })

test('(subscriptions-transport-ws#339, subscriptions-transport-ws#766, subscriptions-transport-ws#773, apollo-link#695, graphql-flutter#934, re-graph#20, trpc#6547) the queue is sent after the server has accepted the authentication, at each connection', async () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const client = connect<Frame, Frame>({
    codec: json(),
    onConnect: async (connection) => {
      connection.send({ type: 'connection_init' })
      expect(await connection.receive()).toEqual({ type: 'connection_ack' })
    },
  })
  for (const type of ['first', 'second']) {
    client.send({ type })
    server.last.accept()
    await clock.run(0)
    expect(server.last.received).toEqual([frame('connection_init')])
    server.last.send(frame('connection_ack'))
    await clock.run(0)
    expect(server.last.received).toEqual([frame('connection_init'), frame(type)])
    expect(client.get()).toMatchObject({ status: 'open', received: 0 })
    server.last.drop()
    advanceToRetry(client)
  }
})

test('(home-assistant-js-websocket#125, elm-lang/websocket#14) a login that the server refuses is a failed attempt with its error, and no message is sent', async () => {
  const { clock, server, connect } = createTestClient()
  const client = connect<Frame, Frame>({
    codec: json(),
    onConnect: async (connection) => {
      connection.send({ type: 'auth' })
      const { type } = await connection.receive()
      if (type !== 'auth_ok') throw new Error(`refused: ${type}`)
    },
  })
  client.on('error', () => {})
  client.send({ type: 'subscribe' })
  const opens = recordEvents(client, 'open')
  server.last.accept()
  await clock.run(0)
  server.last.send(frame('auth_invalid'))
  await clock.run(0)
  expect(server.last.received).toEqual([frame('auth')])
  expect(client.get()).toMatchObject({ status: 'reconnecting', queued: 1, lastClose: { cause: 'provider' } })
  expect(String(client.get().lastClose?.error)).toContain('auth_invalid')
  expect(opens).toEqual([])
})

test('(binary-live-api#91) the application sees the connection as open only after the authentication', async () => {
  const { clock, server, connect } = createTestClient()
  let finish = (): void => {}
  const client = connect({ onConnect: () => new Promise<void>((resolve) => (finish = resolve)) })
  server.last.accept()
  await clock.run(5000)
  expect([client.get().status, client.send('early')]).toEqual(['connecting', 'queued'])
  finish()
  await clock.run(0)
  expect([client.get().status, server.last.received]).toEqual(['open', ['early']])
})

test('(sockette#60, sockette#69, angular-websocket#35, umap#2503, orpc#615) opened() is a promise of the open connection, also when the first dial fails', async () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const client = connect()
  const opened = client.opened()
  server.last.refuse()
  advanceToRetry(client)
  server.last.accept()
  expect(await opened).toMatchObject({ attempt: 1 })
  expect(client.send('now')).toBe('sent')
  await expect(client.opened()).resolves.toMatchObject({ attempt: 1 })
})

test('(agentmail-node#10, agentmail-node#11) opened() ends with its timeout, its signal, or the client', async () => {
  const { clock, connect } = createTestClient()
  const client = connect()
  const late = client.opened({ timeout: 1000 })
  const aborted = client.opened({ signal: AbortSignal.abort(new Error('left the page')) })
  const closed = client.opened()
  const ended = Promise.allSettled([late, aborted, closed])
  clock.advance(1000)
  client.close()
  expect((await ended).map((result) => String((result as PromiseRejectedResult).reason))).toEqual([
    'ConnectTimeoutError: not open within 1000 ms',
    'Error: left the page',
    'DialError: the client is closed',
  ])
})

test('(hocuspocus#676, hocuspocus#566) a token function that rejects twice is called again, and the third token opens the connection', async () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  let calls = 0
  const source: UrlSource = async () => {
    if (++calls < 3) throw new Error('the login endpoint is down')
    return 'ws://test/?token=third'
  }
  const client = connect({ onError: () => {} }, source)
  await clock.run(0)
  for (let n = 0; n < 2; n++) {
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'provider' } })
    advanceToRetry(client)
    await clock.run(0)
  }
  server.last.accept()
  expect([client.get().status, calls, server.connections.map(({ url }) => url)]).toEqual([
    'open',
    3,
    ['ws://test/?token=third'],
  ])
})

test('(y-sweet#394) dispose() at each moment of the retry loop is followed by no dial', async () => {
  for (const moment of ['dialling', 'waiting', 'asking for the URL', 'pending shouldReconnect']) {
    const { clock, server, connect } = createTestClient()
    const later = <Value>(value: Value): Promise<Value> =>
      new Promise((resolve) => clock.setTimeout(() => resolve(value), 10))
    const shouldReconnect = (): Promise<boolean> | boolean => moment !== 'pending shouldReconnect' || later(true)
    const url = ({ attempt }: Dial): Promise<string> | string =>
      attempt && moment === 'asking for the URL' ? later('ws://test/') : 'ws://test/'
    const client = connect({ reconnect: { shouldReconnect, delay: () => 100 } }, url)
    if (moment !== 'dialling') server.last.refuse()
    if (moment === 'asking for the URL') await clock.run(100)
    client.dispose()
    await clock.run(600_000)
    expect([moment, server.connections.length, client.get().status]).toEqual([moment, 1, 'closed'])
  }
})
