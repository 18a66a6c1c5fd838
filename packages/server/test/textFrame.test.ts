/** The hub writes whole frames to the socket. `ws` must read them as if it had made them itself. */

import { expect, onTestFinished, test } from 'vitest'
import * as ws from 'ws'
import { TextFrame } from '../src/connection/textFrame.ts'
import { createHub } from '../src/hub.ts'
import { dial } from './support/dial.ts'

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
