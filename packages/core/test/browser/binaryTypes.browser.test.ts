/** What the engine's WebSocket makes of binary messages, in both directions. */

import { expect, onTestFinished, test } from 'vitest'
import { type RawOutgoing, type WebSocketOptions, createWebSocket } from '../../src/index.ts'
import { createEndpoint } from './support/page.ts'
import { inject } from 'vitest'

const connect = (options: WebSocketOptions = {}) => {
  const client = createWebSocket(inject('echoUrl'), options)
  onTestFinished(() => client.dispose())
  const next = (): Promise<unknown> => new Promise((resolve) => client.on('message', resolve))
  return { client, next }
}

const bytes = Uint8Array.of(9, 1, 2, 255, 9)

test.each<[string, () => RawOutgoing]>([
  ['an ArrayBuffer', () => Uint8Array.of(1, 2, 255).buffer],
  ['a part of an ArrayBuffer', () => bytes.subarray(1, 4)],
  ['a DataView', () => new DataView(bytes.buffer, 1, 3)],
  ['a Blob', () => new Blob([bytes.subarray(1, 4)])],
])('sends the bytes of %s, also from the queue', async (_name, create) => {
  const { client, next } = connect({ binaryType: 'arraybuffer' })
  expect(client.send(create())).toBe('queued')
  expect(new Uint8Array((await next()) as ArrayBuffer)).toEqual(Uint8Array.of(1, 2, 255))
  expect(client.send(create())).toBe('sent')
  expect(new Uint8Array((await next()) as ArrayBuffer)).toEqual(Uint8Array.of(1, 2, 255))
})

test('receives binary messages as Blob by default', async () => {
  const { client, next } = connect()
  client.send(Uint8Array.of(1))
  expect(await next()).toBeInstanceOf(Blob)
})

test('receives empty messages, binary and text', async () => {
  const { client, next } = connect({ binaryType: 'arraybuffer' })
  client.send(new ArrayBuffer(0))
  expect(((await next()) as ArrayBuffer).byteLength).toBe(0)
  client.send('')
  expect(await next()).toBe('')
})

test('keeps the order of binary and text messages that are sent together', async () => {
  const { url, read } = createEndpoint()
  const client = createWebSocket(url)
  onTestFinished(() => client.dispose())
  await new Promise((resolve) => client.on('open', resolve))
  client.send('a')
  client.send(new Blob([new Uint8Array(100_000)]))
  client.send('b')
  client.send(new ArrayBuffer(7))
  client.send('c')
  await expect.poll(async () => (await read()).messages).toEqual(['a', 100_000, 'b', 7, 'c'])
})
