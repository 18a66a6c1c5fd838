/**
 * Defects of websocket-ts 2.3.0 (W), sockette 2.0.6 (S), ahooks' useWebSocket 3.11.0 (A) and offline.js 0.7.19 (OFF), by the numbers
 * of the study.
 */

import { expect, test } from 'vitest'
import type { RetryInfo, WebSocketClient } from '../../src/index.ts'
import { heard } from '../support/heard.ts'
import { complaints, rig } from '../support/rig.ts'

test('(W1) a wait of 0 ms still counts attempts, and each takes its turn in a timer', () => {
  const { clock, server, connect } = rig()
  const client = connect({ reconnect: { delay: () => 0, maxAttempts: 5 } })
  for (let dial = 1; dial <= 6; dial++) {
    server.last.accept()
    server.last.drop()
    expect(server.connections).toHaveLength(dial)
    clock.advance(0)
  }
  expect([client.get().status, server.connections.length]).toEqual(['closed', 6])
})

test('(W2) the first connection that lasts resets the attempts as any other does', () => {
  const { clock, server, connect, redial } = rig()
  const client = connect()
  for (let n = 0; n < 3; n++) {
    server.last.refuse()
    redial(client)
  }
  server.last.accept()
  clock.advance(10_000)
  server.last.drop()
  expect(client.get().attempt).toBe(1)
})

test('(W3) the first wait is drawn from the base, not from twice the base', () => {
  const { clock, server, connect } = rig()
  clock.setRandom(0.999)
  const client = connect({ reconnect: { minDelay: 0, baseDelay: 1000 } })
  const retries = heard(client, 'retry')
  server.last.refuse()
  expect(retries).toEqual([{ attempt: 1, delay: 999, retryAt: clock.now() + 999 }] satisfies RetryInfo[])
})

test('(W4) binaryType is kept over reconnects', () => {
  const { server, open, redial } = rig()
  const client = open({ binaryType: 'arraybuffer' })
  server.last.drop()
  redial(client)
  expect(server.connections.map(({ socket }) => socket.binaryType)).toEqual(['arraybuffer', 'arraybuffer'])
})

test('(W5) a listener added inside a listener stays, and hears from the next event on', () => {
  const { server, open } = rig()
  const client = open()
  const late: unknown[] = []
  const off = client.on('message', () => {
    client.on('message', (message) => late.push(message))
    off()
  })
  server.last.send('first')
  server.last.send('second')
  expect(late).toEqual(['second'])
})

test('(W6) a listener removed inside a listener is not called any more, even in the same round', () => {
  const { server, open } = rig()
  const client = open()
  const calls: unknown[] = []
  client.on('message', () => off())
  const off = client.on('message', (message) => calls.push(message))
  server.last.send('first')
  server.last.send('second')
  expect(calls).toEqual([])
})

test('(W7) a close listener that throws does not keep it from coming back', () => {
  const { server, open, redial } = rig()
  const client = open()
  const off = client.on('close', () => {
    off()
    throw new Error('a bug in the application')
  })
  server.last.drop()
  redial(client)
  server.last.accept()
  expect(client.get().status).toBe('open')
  expect(complaints.splice(0)).toMatchObject([{ message: 'a bug in the application' }])
})

test('(W8) the queue waits on when the socket stops being open in the middle of it', () => {
  const { server, connect, redial } = rig()
  const client = connect()
  for (const text of ['one', 'two', 'three']) client.send(text)
  const { socket } = server.last
  const send = socket.send.bind(socket)
  socket.send = (data: string) => {
    send(data)
    Object.assign(socket, { readyState: 2 })
  }
  server.last.accept()
  expect(server.last.received).toEqual(['one'])
  expect(client.get().queued).toBe(2)
  server.last.drop()
  redial(client)
  server.last.accept()
  expect(server.last.received).toEqual(['two', 'three'])
})

test('(W9) a final code is announced by stop', () => {
  const { server, open } = rig()
  const stops = heard(open(), 'stop')
  server.last.close(1008, 'policy')
  expect(stops).toEqual([{ code: 1008, reason: 'policy', wasClean: true, final: true, cause: 'server' }])
})

test('(W10) a normal closure by the server is final', () => {
  const { clock, server, open } = rig()
  const client = open()
  server.last.close(1000)
  clock.advance(3_600_000)
  expect([client.get().status, server.connections.length]).toEqual(['closed', 1])
})

test('(S1) close() and then reconnect() connects', () => {
  const { clock, server, open } = rig()
  const client = open()
  const stops = heard(client, 'stop')
  client.close()
  clock.advance(60_000)
  client.reconnect()
  server.last.accept()
  expect([client.get().status, stops]).toEqual(['open', []])
})

test('(S2) after close() and open() a lost connection comes back', () => {
  const { server, open, redial } = rig()
  const client = open()
  client.close()
  client.open()
  server.last.accept()
  server.last.drop()
  redial(client)
  expect(server.connections).toHaveLength(3)
})

test('(S3) a limit of 0 attempts means none', () => {
  const { clock, server, open } = rig()
  const client = open({ reconnect: { maxAttempts: 0 } })
  server.last.drop()
  clock.advance(3_600_000)
  expect([client.get().status, server.connections.length]).toEqual(['closed', 1])
})

test('(S4) a server that goes away (1001) is tried again', () => {
  const { server, open } = rig()
  const client = open()
  server.last.close(1001)
  expect(client.get().status).toBe('reconnecting')
})

test('(S5) reconnect() on a live connection gives it up first: never two', () => {
  const { clock, server, open } = rig()
  const client = open()
  for (let n = 0; n < 5; n++) {
    client.reconnect()
    expect(server.alive).toBeLessThanOrEqual(1)
    clock.advance(6000)
    server.last.accept()
  }
  expect([server.alive, client.get().status]).toEqual([1, 'open'])
})

test('(S6) send() before the handshake does not throw', () => {
  const { connect } = rig()
  const client = connect()
  expect([client.send('queued'), client.send('not queued', { queue: false })]).toEqual(['queued', 'dropped'])
})

test('(A1) send() works inside onOpen, after what was queued, and the state is open there', () => {
  const { server, connect } = rig()
  const seen: unknown[] = []
  let self: WebSocketClient | undefined
  const client = (self = connect({
    onOpen: () => {
      seen.push(self!.get().status, self!.send('hello'))
    },
  }))
  client.send('queued')
  server.last.accept()
  expect(seen).toEqual(['open', 'sent'])
  expect(server.last.received).toEqual(['queued', 'hello'])
})

test('(A2) where there is no address any more, the old socket does not stay', () => {
  const { server, connect } = rig()
  let address: string | null = 'ws://test/'
  const client = connect({}, () => address)
  server.last.accept()
  address = ''
  client.reconnect()
  expect([client.get().status, server.alive, client.socket]).toEqual(['closed', 0, undefined])
})

test('(A3) every message of a burst is in the history, whatever renderers see', () => {
  const { server, open } = rig()
  const client = open({ history: 20 })
  const burst = Array.from({ length: 20 }, (_, n) => `${n}`)
  for (const text of burst) server.last.send(text)
  expect(client.get().messages).toEqual(burst)
})

test('(A5) mounting, unmounting and mounting again at once is one connection', async () => {
  const { clock, server, connect } = rig()
  const client = connect({ lazy: true, linger: 0 })
  client.retain()()
  const release = client.retain()
  await clock.run(0)
  server.last.accept()
  expect([server.connections.length, client.get().status]).toEqual([1, 'open'])
  release()
  await clock.run(0)
  expect(client.get().status).toBe('closed')
})

test('(A6) subprotocols may change from dial to dial, also later than the dial began', async () => {
  const { clock, server, connect, redial } = rig()
  let token = 'old'
  const client = connect({ protocols: async () => [token] })
  await clock.run(0)
  server.last.accept('old')
  token = 'new'
  server.last.drop()
  redial(client)
  await clock.run(0)
  expect(server.last.protocols).toEqual(['new'])
})

test('(A7) the platform socket is the present one, and none when there is none', () => {
  const { server, open, redial } = rig()
  const client = open()
  expect(client.socket).toBe(server.last.socket)
  server.last.drop()
  expect(client.socket).toBeUndefined()
  redial(client)
  expect(client.socket).toBe(server.last.socket)
  client.close()
  expect(client.socket).toBeUndefined()
})

test('(OFF1) nothing is called up before it was seen to be: a network is no connection', () => {
  const { page, connect } = rig()
  expect(page.online()).toBe(true)
  expect(connect({ immediate: false }).get().status).toBe('closed')
  expect(connect().get().status).toBe('connecting')
})

test('(OFF3) coming back is told, and told apart from the first time', () => {
  const { server, connect, redial } = rig()
  const client = connect()
  const opens = heard(client, 'open')
  server.last.accept('chat')
  server.last.drop()
  redial(client)
  server.last.refuse()
  redial(client)
  server.last.accept()
  expect(opens).toEqual([
    { reconnected: false, attempt: 0, protocol: 'chat' },
    { reconnected: true, attempt: 2, protocol: '' },
  ])
})
