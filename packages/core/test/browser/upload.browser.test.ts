/**
 * An upload that needs longer than the heartbeat's deadline, through a proxy that forwards 3 MB/s to the server. WebKitGTK buffers in
 * another process and reports `bufferedAmount` 0 at once, so that a page cannot see the progress there.
 */

import { expect, onTestFinished, test } from 'vitest'
import { type RawMessage, type RawOutgoing, createWebSocket } from '../../src/index.ts'
import { commandProxy, createEndpoint } from './support/page.ts'

test('the heartbeat keeps a connection whose upload is progressing', async () => {
  const { slow, read } = createEndpoint()
  const client = createWebSocket<RawMessage, RawOutgoing>(slow, {
    // The server echoes text. The pong waits in the same line behind the upload.
    heartbeat: { interval: 1000, timeout: 1000, message: 'ping', isReply: (message) => message === 'ping' },
    highWaterMark: Infinity,
  })
  onTestFinished(() => client.dispose())
  await new Promise((resolve) => client.on('open', resolve))
  const closes: unknown[] = []
  client.on('close', (close) => closes.push(close))
  const sizes = Array.from({ length: 120 }, () => 100_000)
  for (const size of sizes) expect(client.send(new Uint8Array(size))).toBe('sent')
  await expect.poll(() => client.socket!.bufferedAmount).toBe(0)
  // The buffers of the operating system hold some MB more, which a page cannot see.
  await commandProxy({ do: 'hurry' })
  await expect.poll(async () => (await read()).messages.filter((message) => message !== 'ping')).toEqual(sizes)
  expect(closes).toEqual([])
  expect(await read()).toMatchObject({ open: 1, dials: 1 })
})
