/** Input that `ws` itself refuses, because it breaks RFC 6455 or a limit: it is reported and counted like any other bad frame. */

import { describe, expect, onTestFinished, test } from 'vitest'
import { createHub } from '../src/hub.ts'
import { SUBPROTOCOL, dial } from './support/dial.ts'

const MIB = 1024 * 1024
/** A frame with a mask of zeros, so that the payload stays as it is. */
const frame = (first: number, payload = Buffer.alloc(0)): Buffer =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload])
/** The header of a text message of 1 MiB and one byte. */
const tooLong = Buffer.concat([Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 1]), Buffer.alloc(4)])

describe.each([
  ['1009', 'a message above 1 MiB', tooLong],
  [
    '1008',
    'a message of more than 512 fragments',
    Buffer.concat(Array.from({ length: 514 }, (_, n) => frame(n ? 0 : 1))),
  ],
  ['1007', 'text that is not UTF-8', frame(0x81, Buffer.from([0xff]))],
  ['1002', 'a reserved opcode', frame(0x83)],
])('a close with %s because of %s', (code, _, bytes) => {
  test.each([
    ['a plain client', '', true],
    ['a session', SUBPROTOCOL, true],
    ['a session before hello', SUBPROTOCOL, false],
  ])('of %s emits drop and counts as a bad frame', async (_client, protocol, isAccepted) => {
    const hub = createHub({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => hub.close())
    await hub.ready
    const drops: unknown[] = []
    const refusals: unknown[] = []
    hub.on('drop', (connection, details) => drops.push([connection !== undefined, details.code]))
    hub.on('refuse', ({ reason, ...rest }) => refusals.push([reason, rest.code]))
    const client = await dial(`ws://127.0.0.1:${hub.port}`, protocol ? [protocol] : [])
    if (protocol && isAccepted) {
      client.send({ t: 'hello', v: 1 })
      await client.next('welcome')
    }
    ;(client.socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(bytes)
    expect((await client.closed).code).toBe(Number(code))
    expect(drops).toEqual([[isAccepted, Number(code)]])
    expect(refusals).toEqual(isAccepted ? [] : [['protocol', Number(code)]])
    await expect.poll(() => hub.stats()).toMatchObject({ badFrames: 1, closes: { [code]: 1 }, connections: 0 })
  })
})

test('a message of 1 MiB in 512 fragments is accepted', async () => {
  const hub = createHub({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => hub.close())
  await hub.ready
  const received = new Promise((resolve) => hub.on('message', resolve))
  const { socket } = await dial(`ws://127.0.0.1:${hub.port}`, [])
  const text = JSON.stringify('x'.repeat(MIB - 2))
  const size = MIB / 512
  for (let n = 0; n < 512; n++) socket.send(text.slice(n * size, (n + 1) * size), { fin: n === 511 })
  expect(await received).toHaveLength(MIB - 2)
})
