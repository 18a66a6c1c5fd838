import { describe, expect, test } from 'vitest'
import { json, raw } from '../../src/index.ts'
import { session } from '../../src/session/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { createFakeHub } from './support/createFakeHub.ts'

describe('messages of a session', () => {
  test('messages of a JSON codec are sent as values and pass the schemas', () => {
    const { connectSession, welcome, sendFrame, framesOfType } = createFakeHub()
    const wrapIn = (name: string) => ({ '~standard': { validate: (value: unknown) => ({ value: { [name]: value } }) } })
    const client = connectSession({}, { codec: json({ incoming: wrapIn('in'), outgoing: wrapIn('out') }) as never })
    const messages = recordEvents(client, 'message')
    welcome()
    client.send('x')
    expect(framesOfType('emit')).toEqual([{ t: 'emit', d: { out: 'x' } }])
    sendFrame({ t: 'emit', d: [1] })
    expect(messages).toEqual([{ in: [1] }])
  })

  test('messages without a codec are text, also if the server sends an object', () => {
    const hub = createFakeHub()
    const client = hub.connect({ codec: raw(), session: session() })
    const messages = recordEvents(client, 'message')
    hub.welcome()
    client.send('a "b"')
    expect(hub.framesOfType('emit')).toEqual([{ t: 'emit', d: 'a "b"' }])
    hub.sendFrame({ t: 'emit', d: 'text' })
    hub.sendFrame({ t: 'emit', d: { a: 1 } })
    expect(messages).toEqual(['text', '{"a":1}'])
  })

  test('messages that cannot be decoded are reported and skipped, and the connection stays open', () => {
    const { connectSession, welcome, sendFrame } = createFakeHub()
    const incoming = {
      '~standard': { validate: (value: unknown) => (value === 1 ? { issues: [{ message: 'no' }] } : { value }) },
    }
    const client = connectSession({ streams: ['room'] }, { codec: json({ incoming }) as never })
    const errors = recordEvents(client, 'error')
    const messages = recordEvents(client, 'message')
    welcome({ streams: { room: ['e', 0, 'fresh'] } })
    sendFrame({ t: 'msg', s: 'room', off: 1, d: 1 })
    sendFrame({ t: 'msg', s: 'room', off: 2, d: 2 })
    expect(errors).toMatchObject([{ code: 'DecodeError' }])
    expect(messages).toEqual([2])
    expect(client.get().status).toBe('open')
  })

  test('sending or delivering binary data fails, because a session carries text', async () => {
    const hub = createFakeHub()
    const client = hub.connectSession({}, { codec: raw() as never })
    const reason = 'a session carries text, not binary'
    expect(() => client.send(new Uint8Array(1))).toThrow(reason)
    hub.welcome()
    expect(() => client.send(new Uint8Array(1))).toThrow(reason)
    await expect(client.deliver(new Uint8Array(1))).rejects.toMatchObject({
      code: 'EncodeError',
      message: expect.stringContaining(reason),
    })
  })

  test('messages longer than the server accepts are dropped or rejected, and the connection stays open', async () => {
    const { connectWelcomed, receivedFrames } = createFakeHub()
    const client = connectWelcomed({}, {}, { max: 50 })
    const drops = recordEvents(client, 'drop')
    expect(client.send('x'.repeat(60))).toBe('dropped')
    expect(drops).toMatchObject([{ reason: 'refused' }])
    await expect(client.deliver('é'.repeat(30))).rejects.toMatchObject({ code: 'NotSentError' })
    expect(client.send('é'.repeat(10))).toBe('sent')
    expect(receivedFrames()).toHaveLength(2)
  })

  test('frames that carry no message emit none', () => {
    const { connectWelcomed, sendFrame } = createFakeHub()
    const client = connectWelcomed()
    const messages = recordEvents(client, 'message')
    sendFrame({ t: 'ack', seq: 1 })
    sendFrame({ t: 'pong', id: 1 })
    sendFrame({ t: 'ping' })
    sendFrame({ t: 'news', d: 1 })
    expect(messages).toEqual([])
    expect(client.get().received).toBe(0)
  })
})
