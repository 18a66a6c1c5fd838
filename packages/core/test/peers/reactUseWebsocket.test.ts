/** Defects of react-use-websocket 4.13.0, with the numbers of the study. Defects of React components are tested in packages/react. */

import { expect, test } from 'vitest'
import type { Dial } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

test('(U1) the late URL of an abandoned dial does not replace the newer one', async () => {
  const { clock, server, connect } = createTestClient()
  const answers: ((url: string) => void)[] = []
  const client = connect({}, () => new Promise<string>((answer) => answers.push(answer)))
  client.reconnect()
  answers[1]!('ws://test/new')
  await clock.run(0)
  answers[0]!('ws://test/old')
  await clock.run(0)
  server.last.accept()
  expect(server.connections.map(({ url }) => url)).toEqual(['ws://test/new'])
  expect(client.get().status).toBe('open')
})

test('(U2) events of the previous socket are ignored', () => {
  const { server, open } = createTestClient()
  const client = open()
  const [messages, closes] = [recordEvents(client, 'message'), recordEvents(client, 'close')]
  const old = server.last
  client.reconnect()
  server.last.accept()
  closes.length = 0
  old.send('from the past')
  old.drop()
  expect([messages, closes]).toEqual([[], []])
  expect(client.get().status).toBe('open')
})

test('(U2b) no callback is called after dispose()', () => {
  const { server, open } = createTestClient()
  const calls: string[] = []
  const note = (name: string) => () => void calls.push(name)
  const client = open({
    onMessage: note('message'),
    onClose: note('close'),
    onError: note('error'),
    onStatus: note('status'),
  })
  client.dispose()
  calls.length = 0
  server.last.send('too late')
  server.last.drop()
  expect(calls).toEqual([])
})

test('(U3) shouldReconnect is not called after dispose()', () => {
  const { clock, server, open } = createTestClient()
  let asked = 0
  const client = open({ reconnect: { shouldReconnect: () => ++asked > 0 } })
  client.dispose()
  server.last.drop()
  expect([asked, clock.pending]).toEqual([0, 0])
})

test('(U4) the timer of an old connection does not change the attempts of the new one', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  server.last.drop()
  client.close()
  client.open()
  clock.advance(2000)
  expect(client.get()).toMatchObject({ status: 'connecting', attempt: 0 })
  server.last.accept()
  expect(client.get()).toMatchObject({ status: 'open', attempt: 0 })
  expect(server.connections).toHaveLength(2)
})

test('(U5) a shared connection and its heartbeat continue after the user that opened it has left', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true, heartbeat: { interval: 1000, timeout: 1000 } })
  const first = client.retain()
  const second = client.retain()
  server.last.accept()
  first()
  for (let n = 0; n < 60; n++) {
    clock.advance(900)
    server.last.send('traffic')
  }
  expect(client.get().status).toBe('open')
  clock.advance(2000)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
  second()
})

test('(U6) the end of an earlier wait does not affect a connection opened meanwhile', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  server.last.drop()
  client.reconnect()
  server.last.accept()
  clock.advance(60_000)
  expect(client.get().status).toBe('open')
  expect(server.connections).toHaveLength(2)
})

test('(U8) the URL function is not called again after dispose()', async () => {
  const { clock, connect } = createTestClient()
  let asked = 0
  const client = connect({}, () => Promise.reject(new Error(`no token ${++asked}`)))
  await clock.run(0)
  client.dispose()
  await clock.run(3_600_000)
  expect(asked).toBe(1)
  expect(consoleErrors.splice(0)).toEqual(['DialError: the url function failed: no token 1'])
})

test('(U9) messages queued for one URL are dropped with an event on dispose(), and not sent to another URL', () => {
  const { server, connect } = createTestClient()
  const dropped: unknown[] = []
  const first = connect({ onDrop: (drop) => dropped.push(drop) }, 'ws://test/first')
  first.send('for the first')
  first.dispose()
  connect({}, 'ws://test/second')
  server.last.accept()
  expect(dropped).toEqual([{ message: 'for the first', reason: 'closed' }])
  expect(server.last.received).toEqual([])
})

test('(U10) the reply to a plain heartbeat is hidden', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ heartbeat: true })
  const messages = recordEvents(client, 'message')
  clock.advance(25_000)
  server.last.send('pong')
  expect(messages).toEqual([])
  expect(client.get()).toMatchObject({ received: 0, lastMessage: undefined })
})

test('(U11) a burst of messages notifies subscribers twice: at once and at the next frame', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  let notifications = 0
  client.subscribe(() => void notifications++)
  for (let n = 0; n < 10_000; n++) server.last.send(`${n}`)
  expect(notifications).toBe(1)
  clock.advance(16)
  expect(notifications).toBe(2)
  expect(client.get().received).toBe(10_000)
})

test('(U13) each dial uses the current subprotocols', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  let token = 'first'
  const client = connect({ protocols: () => ['chat', token] })
  server.last.accept('chat')
  token = 'second'
  server.last.drop()
  advanceToRetry(client)
  expect(server.connections.map(({ protocols }) => protocols)).toEqual([
    ['chat', 'first'],
    ['chat', 'second'],
  ])
})

test('(U15) attempts continue to count after short connections, and start from 0 after a stable one', () => {
  const { clock, server, open, advanceToRetry } = createTestClient()
  const client = open()
  for (let attempt = 1; attempt <= 3; attempt++) {
    server.last.drop()
    expect(client.get().attempt).toBe(attempt)
    advanceToRetry(client)
    server.last.accept()
    clock.advance(9999)
  }
  clock.advance(1)
  server.last.drop()
  expect(client.get().attempt).toBe(1)
})

test('(U16) a second user of an open connection can send at once', () => {
  const { server, connect } = createTestClient()
  const client = connect({ lazy: true })
  const first = client.retain()
  server.last.accept()
  const second = client.retain()
  expect(client.send('from the second')).toBe('sent')
  expect(server.last.received).toEqual(['from the second'])
  first()
  second()
})

test('(U17) a URL that is no WebSocket URL is a failed attempt with an error', async () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const client = connect({}, () => Promise.resolve('ftp://not.a.websocket/'))
  await clock.run(0)
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    lastClose: { cause: 'provider' },
    error: { code: 'DialError' },
  })
  advanceToRetry(client)
  await clock.run(0)
  expect(client.get().attempt).toBe(2)
  expect(server.connections).toEqual([])
  expect(consoleErrors.splice(0)).toEqual([
    expect.stringMatching(/^DialError: url: expected an absolute ws: or http: URL/),
  ])
})

test('(U19) a shared connection reconnects after a refused handshake', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const client = connect({ lazy: true })
  const releases = [client.retain(), client.retain()]
  server.last.refuse()
  expect(client.get().status).toBe('reconnecting')
  advanceToRetry(client)
  server.last.accept()
  expect(client.get().status).toBe('open')
  for (const release of releases) release()
})

test('the URL function receives the attempt count and the last close', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const dials: Dial[] = []
  const client = connect({}, (dial) => {
    dials.push(dial)
    return 'ws://test/'
  })
  server.last.accept()
  server.last.close(1012, 'restart')
  advanceToRetry(client)
  expect(dials.map(({ attempt, lastClose }) => [attempt, lastClose?.code, lastClose?.reason])).toEqual([
    [0, undefined, undefined],
    [1, 1012, 'restart'],
  ])
})
