/** Bursts on an open, healthy connection: with untouched options the client passes on everything that the engine's WebSocket accepts. */

import { expect, onTestFinished, test } from 'vitest'
import { type WebSocketOptions, createWebSocket } from '../../src/index.ts'
import { createEndpoint } from './support/page.ts'

const connect = async (url: string, options: WebSocketOptions = {}) => {
  const client = createWebSocket(url, options)
  onTestFinished(() => client.dispose())
  await new Promise((resolve) => client.on('open', resolve))
  return client
}

/** Sends all messages in one loop and counts the results. */
const sendAll = (
  client: { send(message: string | Uint8Array<ArrayBuffer>): string },
  messages: (string | Uint8Array<ArrayBuffer>)[],
) => {
  const results: Record<string, number> = {}
  for (const message of messages) {
    const result = client.send(message)
    results[result] = (results[result] ?? 0) + 1
  }
  return results
}

test('80 chunks of 64 kB in one loop are all sent and received', async () => {
  const { url, read } = createEndpoint()
  const client = await connect(url)
  const chunks = Array.from({ length: 80 }, () => new Uint8Array(65_536))
  expect(sendAll(client, chunks)).toEqual({ sent: 80 })
  await expect.poll(async () => (await read()).messages).toEqual(chunks.map(({ length }) => length))
})

test('20 000 messages of 100 bytes in one loop are all sent and received in order', async () => {
  const { url, read } = createEndpoint()
  const client = await connect(url)
  const messages = Array.from({ length: 20_000 }, (_, index) => String(index).padEnd(100, '.'))
  expect(sendAll(client, messages)).toEqual({ sent: 20_000 })
  await expect.poll(async () => (await read()).messages.length).toBe(20_000)
  expect((await read()).messages).toEqual(messages)
})

test('a queue behind the high water mark drains while the application sends every 4 ms', async () => {
  const { url, read, command } = createEndpoint()
  const client = await connect(url, { highWaterMark: 2 ** 20 })
  await command({ do: 'pause' })
  const chunk = new Uint8Array(65_536)
  let chunks = 1
  // The buffers of the operating system and of the engine take some MB.
  while (client.send(chunk) === 'sent') chunks++
  const ticker = setInterval(() => client.send('tick'), 4)
  onTestFinished(() => clearInterval(ticker))
  await command({ do: 'resume' })
  await expect
    .poll(async () => (await read()).messages.filter((message) => message === 'tick').length)
    .toBeGreaterThan(10)
  // In order: all chunks are before the first of the later messages.
  expect((await read()).messages.slice(0, chunks + 1)).toEqual([
    ...Array.from({ length: chunks }, () => 65_536),
    'tick',
  ])
})
