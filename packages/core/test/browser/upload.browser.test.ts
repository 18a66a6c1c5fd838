/** An upload that needs longer than the heartbeat's deadline, through a proxy that forwards 3 MB/s to the server. */

import { expect, onTestFinished, test } from 'vitest'
import { type RawMessage, type RawOutgoing, createWebSocket } from '../../src/index.ts'
import { createEndpoint } from './support/page.ts'

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
  for (let i = 0; i < 15; i++) expect(client.send(new Uint8Array(1_000_000))).toBe('sent')
  await expect.poll(async () => (await read()).messages.filter((size) => size === 1_000_000).length).toBe(15)
  expect(closes).toEqual([])
  expect(await read()).toMatchObject({ open: 1, dials: 1 })
})
