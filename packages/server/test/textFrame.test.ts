/** The hub writes whole frames to the socket. `ws` must read them as if it had made them itself. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type MockInstance, expect, onTestFinished, test, vi } from 'vitest'
import * as ws from 'ws'
import { TextFrame } from '../src/connection/textFrame.ts'
import { createHub } from '../src/hub.ts'
import { dial, openSession } from './support/dial.ts'

/** The types of `ws` do not contain its private sender. */
const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: object): Buffer[] } }

/** Named, because a title must not contain the texts. */
const TEXTS: Readonly<Record<string, string>> = {
  'no byte': '',
  '125 bytes': 'x'.repeat(125),
  '126 bytes': 'x'.repeat(126),
  '65 535 bytes': 'x'.repeat(65_535),
  '65 536 bytes': 'x'.repeat(65_536),
  'two, three and four bytes per character': 'ü€🎣'.repeat(40),
  'a lone surrogate': 'a\ud83cb',
}

test.each(Object.keys(TEXTS))('a frame with %s equals the one that ws makes', (name) => {
  const text = TEXTS[name]!
  const { bytes, payload } = new TextFrame(text)
  const frame = Sender.frame(Buffer.from(text), { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true })
  expect(bytes.equals(Buffer.concat(frame))).toBe(true)
  expect(payload.equals(Buffer.from(text))).toBe(true)
})

test('messages of all lengths arrive unchanged, with pongs in between', async () => {
  const hub = createHub({ port: 0, host: '127.0.0.1', limits: { frame: 200_000 } })
  await hub.ready
  onTestFinished(() => hub.close())
  hub.on('message', async (text, { connection }) => {
    connection.send(text)
    await hub.broadcast(text)
  })
  const client = await dial(`ws://127.0.0.1:${hub.port}`, [])
  for (const text of Object.values(TEXTS).slice(0, -1)) {
    client.send(JSON.stringify(text))
    client.socket.ping()
    expect([await client.next('*'), await client.next('*')]).toEqual([text, text])
  }
})

test('the missed messages of a stream are sent in one write, in order, and counted one by one', async () => {
  const http = createServer()
  const writes = new Promise<MockInstance>((resolve) => {
    http.on('connection', (socket) => resolve(vi.spyOn(socket, 'write')))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const hub = createHub({ server: http })
  onTestFinished(async () => {
    await hub.close()
    http.close()
  })
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`
  const { epoch } = await hub.publish('news', 'first')
  for (let n = 1; n <= 20; n++) await hub.publish('news', `${n} ${'ü'.repeat(n)}`)
  const before = hub.stats()
  const { next, welcome } = await openSession(url, { pos: { news: [epoch, 1] } })
  const frames = []
  for (let n = 1; n <= 20; n++) frames.push(await next('msg'))
  expect(frames.map(({ off, d, re }) => [off, d, re])).toEqual(
    frames.map((_, index) => [index + 2, `${index + 1} ${'ü'.repeat(index + 1)}`, 1]),
  )
  // The answer to the upgrade, `welcome`, and the replay.
  expect(await writes).toHaveBeenCalledTimes(3)
  const { sent, replayed, sentBytes } = hub.stats()
  const bytes = [welcome, ...frames].map((frame) => Buffer.byteLength(JSON.stringify(frame)))
  expect([sent, replayed, sentBytes]).toEqual([
    before.sent + 20,
    before.replayed + 20,
    before.sentBytes + bytes.reduce((sum, length) => sum + length),
  ])
})
