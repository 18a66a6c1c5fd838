/** A message that arrives in many parts: as many as an honest client needs, and no more. */

import type { IncomingMessage } from 'node:http'
import { Duplex } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { createHub } from '../src/hub.ts'
import { settle } from './support/testNode.ts'

const TEXT = 1
const CONTINUATION = 0
const FIN = 0x80

/** The stream of one client. What is pushed arrives as one packet. */
class Wire extends Duplex {
  readonly received: Buffer[] = []
  override _read(): void {}
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.received.push(chunk)
    done()
  }
  /** The code of the close frame that the hub has sent. */
  get closeCode(): number | undefined {
    const start = this.received.findIndex((chunk) => chunk[0] === 0x88)
    return start < 0 ? undefined : Buffer.concat(this.received.slice(start)).readUInt16BE(2)
  }
}

const connect = async () => {
  const hub = createHub({ noServer: true })
  const wire = new Wire()
  const messages: unknown[] = []
  hub.on('message', (message) => void messages.push(message))
  onTestFinished(async () => {
    wire.destroy()
    await hub.close()
  })
  const headers = {
    'upgrade': 'websocket',
    'connection': 'Upgrade',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  hub.handleUpgrade({ method: 'GET', url: '/', headers } as unknown as IncomingMessage, wire, Buffer.alloc(0))
  await settle()
  return { wire, messages }
}

/** The header of a frame of a client, whose mask is zero. */
const header = (first: number, length: number): Buffer => {
  const bytes = Buffer.alloc(14)
  bytes[0] = first
  bytes[1] = FIN | 127
  bytes.writeBigUInt64BE(BigInt(length), 2)
  return bytes
}

test('a frame above the limit is refused by its header, before its content arrives', async () => {
  const { wire } = await connect()
  wire.push(header(FIN | TEXT, 1024 * 1024 + 1))
  await settle()
  expect(wire.closeCode).toBe(1009)
})

test('a message may have 512 fragments, and the next one closes the connection', async () => {
  const { wire, messages } = await connect()
  const send = async (count: number): Promise<void> => {
    for (let part = 1; part <= count; part++) {
      const first = (part === count ? FIN : 0) | (part === 1 ? TEXT : CONTINUATION)
      wire.push(Buffer.concat([header(first, 1), Buffer.from('7')]))
    }
    await settle()
  }
  await send(512)
  expect([messages.length, wire.closeCode]).toEqual([1, undefined])
  await send(513)
  expect([messages.length, wire.closeCode]).toEqual([1, 1008])
})

test('a message of 1 MiB may arrive in packets of 512 bytes, and not in packets of one byte', async () => {
  const { wire, messages } = await connect()
  const text = JSON.stringify('x'.repeat(1024 * 1024 - 2))
  wire.push(header(FIN | TEXT, text.length))
  for (let at = 0; at < text.length; at += 512) wire.push(Buffer.from(text.slice(at, at + 512)))
  await settle()
  expect([messages.length, wire.closeCode]).toEqual([1, undefined])
  wire.push(header(FIN | TEXT, text.length))
  for (let at = 0; at < 3000; at++) {
    wire.push(Buffer.from('x'))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(wire.closeCode).toBe(1008)
})
