/**
 * Defects of partysocket 1.3.0 (P), reconnecting-websocket 4.4.0 (R), joewalnes' ReconnectingWebSocket 1.0.1 (J) and websocket-ts (W) that a class
 * with their interface could have, with the numbers of the study.
 */

import { expect, test } from 'vitest'
import type { CloseEvent, ReconnectingWebSocket } from '../../src/reconnectingWebSocket/index.ts'
import { createTestSocket, record, typesOf } from '../reconnectingWebSocket/createTestSocket.ts'

test('(P1) (R4) (J4) the close event after a network failure has code 1006 and is not clean', async () => {
  const { server, open } = createTestSocket()
  const events = record(await open())
  server.last.drop()
  expect(events.at(-1)).toEqual(['close', 3, { code: 1006, reason: '', wasClean: false }])
})

test('(P1b) (R5) (W10) shouldReconnectOnClose receives the actual code, and can stop after 1000', async () => {
  const { server, open, retry } = createTestSocket()
  const codes: number[] = []
  const shouldReconnectOnClose = ({ code }: CloseEvent): boolean => codes.push(code) > 0 && code !== 1000
  const socket = await open({ shouldReconnectOnClose })
  server.last.drop()
  await retry(socket)
  server.last.accept()
  server.last.close(1000)
  expect([codes, socket.shouldReconnect]).toEqual([[1006, 1000], false])
})

test('(P2) reconnect() during a wait dials at once', async () => {
  const { server, open, settle } = createTestSocket()
  const socket = await open()
  server.last.drop()
  socket.reconnect()
  await settle()
  expect(server.connections).toHaveLength(2)
})

test('(P3) (R3) a URL function that never settles or rejects costs one attempt', async () => {
  const { clock, server, create, settle, retry } = createTestSocket()
  const answers = [new Promise<string>(() => {}), Promise.reject(new Error('offline')), 'ws://test/']
  const socket = create({ connectionTimeout: 1000 }, () => answers.shift()!)
  await settle()
  clock.advance(1000)
  await retry(socket)
  await retry(socket)
  server.last.accept()
  expect(socket.readyState).toBe(1)
})

test('(P4) (W9) the end of the attempts is a stop event', async () => {
  const { server, create, settle } = createTestSocket()
  const events = record(create({ maxRetries: 0 }))
  await settle()
  server.last.refuse()
  expect(typesOf(events)).toEqual(['error', 'close', 'stop'])
})

test('(P5) (R6) each wait has its own random part', async () => {
  const { clock, server, create, settle } = createTestSocket()
  const delays: number[] = []
  for (const random of [0.1, 0.9]) {
    clock.setRandom(random)
    const socket = create({ minReconnectionDelay: 1000 })
    socket.client.on('retry', ({ delay }) => delays.push(delay))
    await settle()
    server.last.refuse()
  }
  expect(delays).toEqual([1025, 1225])
})

test('(P6) a failed URL function dispatches no close for a socket that has closed already', async () => {
  const { server, open, retry } = createTestSocket()
  let fails = false
  const url = (): string => {
    if (fails) throw new Error('no token')
    return 'ws://test/'
  }
  const socket = await open({}, url)
  const events = record(socket)
  fails = true
  server.last.close(1001)
  await retry(socket)
  expect(typesOf(events)).toEqual(['close', 'error'])
})

test('(P7) (R1) close() before the first socket dispatches close, and reconnect() opens later', async () => {
  const { server, create, settle } = createTestSocket()
  const socket = create()
  const events = record(socket)
  socket.close()
  await settle()
  socket.reconnect()
  await settle()
  server.last.accept()
  expect(typesOf(events)).toEqual(['error', 'close', 'open'])
})

test('(R2) reconnect() opens after maxRetries', async () => {
  const { server, create, settle } = createTestSocket()
  const socket = create({ maxRetries: 0 })
  await settle()
  server.last.refuse()
  socket.reconnect()
  await settle()
  server.last.accept()
  expect(socket.readyState).toBe(1)
})

test('(J1) (J3) close() cancels the attempt that waits, and the socket can be opened again', async () => {
  const { clock, server, open, settle } = createTestSocket()
  const socket = await open()
  server.last.drop()
  socket.close()
  await clock.run(60_000)
  expect(server.connections).toHaveLength(1)
  socket.reconnect()
  await settle()
  server.last.accept()
  expect(socket.readyState).toBe(1)
})

test('(J2) no socket is made beyond maxRetries', async () => {
  const { clock, server, create, settle, retry } = createTestSocket()
  const socket = create({ maxRetries: 1 })
  await settle()
  server.last.refuse()
  await retry(socket)
  server.last.refuse()
  await clock.run(60_000)
  expect([server.connections.length, server.alive]).toEqual([2, 0])
})

test('(W4) binaryType is kept across reconnects', async () => {
  const { server, open, retry } = createTestSocket()
  const socket = await open()
  socket.binaryType = 'arraybuffer'
  server.last.drop()
  await retry(socket)
  expect(server.last.socket.binaryType).toBe('arraybuffer')
})

test('(W5) (W6) listeners that are added or removed in a listener take effect', async () => {
  const { server, open } = createTestSocket()
  const socket = await open()
  const calls: string[] = []
  const last = (): void => void calls.push('last')
  socket.addEventListener('message', () => {
    socket.removeEventListener('message', last)
    socket.addEventListener('message', () => void calls.push('added'), { once: true })
  })
  socket.addEventListener('message', last)
  server.last.send('1')
  server.last.send('2')
  expect(calls).toContain('added')
  expect(calls).not.toContain('last')
})

test('(W8) a message that is sent in a listener after close() ends the flush', async () => {
  const { server, create, settle } = createTestSocket()
  const socket: ReconnectingWebSocket = create()
  socket.send('queued')
  socket.onopen = () => socket.close()
  await settle()
  server.last.accept()
  expect([server.last.received, socket.readyState]).toEqual([['queued'], 2])
})
