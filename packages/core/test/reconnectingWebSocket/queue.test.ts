/** Messages that wait for a connection. */

import { expect, test } from 'vitest'
import { createTestSocket, printed } from './createTestSocket.ts'

const printedOnce = (text: string): void => expect(printed.splice(0)).toEqual([expect.stringContaining(text)])

test('messages are sent in order before open is dispatched', async () => {
  const { server, create, settle } = createTestSocket()
  const socket = create()
  expect([socket.send('1'), socket.send('2')]).toEqual([false, false])
  await settle()
  socket.onopen = () => {
    expect(server.last.received).toEqual(['1', '2'])
    expect(socket.send('3')).toBe(true)
  }
  server.last.accept()
  expect(server.last.received).toEqual(['1', '2', '3'])
})

test('bufferedAmount is the bytes of the platform and of queued messages in UTF-8', async () => {
  const { server, create, settle } = createTestSocket()
  const socket = create()
  socket.send('é')
  socket.send(new Uint8Array(10))
  socket.send(new Blob(['abc']))
  expect(socket.bufferedAmount).toBe(15)
  await settle()
  server.last.accept()
  expect(socket.bufferedAmount).toBe(0)
  server.last.bufferedAmount = 7
  expect(socket.bufferedAmount).toBe(7)
})

test('drainQueuedMessages() returns the messages in order and empties the queue', async () => {
  const { server, create, settle } = createTestSocket()
  const socket = create()
  socket.send('1')
  socket.send('2')
  expect(socket.drainQueuedMessages()).toEqual(['1', '2'])
  expect([socket.drainQueuedMessages(), socket.bufferedAmount]).toEqual([[], 0])
  await settle()
  server.last.accept()
  expect(server.last.received).toEqual([])
})

test('a queued message has the bytes of the call of send()', async () => {
  const { server, create, settle } = createTestSocket()
  const socket = create()
  const bytes = new Uint8Array([1, 2, 3, 4])
  socket.send(bytes)
  socket.send(bytes.buffer)
  socket.send(new DataView(bytes.buffer, 1, 2))
  const blob = new Blob(['text'])
  socket.send(blob)
  bytes.fill(9)
  expect(socket.bufferedAmount).toBe(4 + 4 + 2 + 4)
  await settle()
  server.last.accept()
  const [array, buffer, view, last] = server.last.received as ArrayBuffer[]
  expect([array, buffer, view].map((data) => [...new Uint8Array(data!)])).toEqual([
    [1, 2, 3, 4],
    [1, 2, 3, 4],
    [2, 3],
  ])
  expect(last).toBe(blob)
})

test('maxEnqueuedMessages: a message beyond it is dropped, with one warning in a run', async () => {
  const { server, create, settle } = createTestSocket()
  const socket = create({ maxEnqueuedMessages: 1 })
  for (const text of ['1', '2', '3']) expect(socket.send(text)).toBe(false)
  printedOnce('maxEnqueuedMessages')
  await settle()
  server.last.accept()
  expect(server.last.received).toEqual(['1'])
})

test('another run of refusals is printed again', async () => {
  const { create } = createTestSocket()
  const socket = create({ maxEnqueuedMessages: 1 })
  for (const text of ['1', '2']) socket.send(text)
  printedOnce('maxEnqueuedMessages')
  socket.drainQueuedMessages()
  for (const text of ['1', '2']) socket.send(text)
  printedOnce('maxEnqueuedMessages')
})

test('maxEnqueuedBytes bounds the bytes of the queue', () => {
  const { create } = createTestSocket()
  const socket = create({ maxEnqueuedBytes: 4 })
  for (const text of ['éé', 'x']) socket.send(text)
  expect(socket.drainQueuedMessages()).toEqual(['éé'])
  printedOnce('maxEnqueuedBytes')
})

test('maxEnqueuedMessages 0 queues nothing and prints nothing', async () => {
  const { server, create, settle } = createTestSocket()
  const socket = create({ maxEnqueuedMessages: 0 })
  expect(socket.send('lost')).toBe(false)
  await settle()
  server.last.accept()
  expect([server.last.received, socket.bufferedAmount]).toEqual([[], 0])
})

test('the queue survives close(), and each close() warns of one later send()', async () => {
  const { server, open, settle } = createTestSocket()
  const socket = await open()
  socket.close()
  server.last.finish()
  socket.send('1')
  socket.send('2')
  printedOnce('close()')
  expect(socket.bufferedAmount).toBe(2)
  socket.reconnect()
  await settle()
  server.last.accept()
  expect(server.last.received).toEqual(['1', '2'])
})

test('a message waits while the socket has ended without a close event', async () => {
  const { clock, server, open, retry } = createTestSocket()
  const socket = await open()
  Object.defineProperty(server.last.socket, 'readyState', { value: 3, writable: true })
  expect(socket.send('kept')).toBe(false)
  clock.advance(2000)
  expect(socket.readyState).toBe(3)
  await retry(socket)
  server.last.accept()
  expect(server.last.received).toEqual(['kept'])
})
