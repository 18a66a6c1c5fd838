import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { PROTOCOL, createFakeHub, welcomeFrame } from './support/createFakeHub.ts'

describe('invalid frames', () => {
  const invalidFrames = [
    '',
    'null',
    '[]',
    '7',
    '"x"',
    '{',
    '{"t":"constructor"}',
    '{"t":"__proto__"}',
    '{"t":{}}',
    '{"t":"welcome"}',
    '['.repeat(50_000),
    { t: 'msg' },
    { t: 'msg', s: 'room' },
    { t: 'msg', s: 'room', off: '1', d: 1 },
    { t: 'msg', s: 'room', off: 1 },
    { t: 'msg', s: 7, off: 1, d: 1 },
    { t: 'msg', s: 'room', off: 1.5, d: 1 },
    { t: 'msg', s: 'room', off: -1, d: 1 },
    { t: 'msg', s: 'room', off: 1e300, d: 1 },
    { t: 'emit' },
    { t: 'ack' },
    { t: 'ack', seq: '1' },
    { t: 'ack', seq: 1e9 },
    { t: 'ack', seq: null },
    { t: 'res' },
    { t: 'res', seq: 'x', d: 1 },
    { t: 'res', seq: 99, e: 5 },
    { t: 'sub' },
    { t: 'sub', s: 'room' },
    { t: 'sub', s: 'room', at: 5 },
    { t: 'sub', s: 'room', at: [] },
    { t: 'sub', s: {}, at: ['e', 1, 'fresh'] },
    { t: 'reset' },
    { t: 'reset', s: 'room', epoch: 5, off: 1 },
    { t: 'reset', s: 'room', epoch: 'f', off: -1 },
    { t: 'reset', s: 'none', epoch: 'f', off: 1 },
    { t: 'ping', top: 5 },
    { t: 'ping', top: { room: 'x', other: 9 } },
    { t: 'ping', top: null },
    { t: 'pong' },
    { t: 'pres' },
    { t: 'pres', s: 'room', all: 5 },
    { t: 'pres', s: 'room', in: {} },
    { t: 'bye' },
    { t: 'bye', in: 'soon' },
  ]

  test.each(
    invalidFrames.map((frame) => [typeof frame === 'string' ? frame.slice(0, 40) : JSON.stringify(frame), frame]),
  )('the invalid frame %s changes nothing', async (_, frame) => {
    const { connectWelcomed, sendFrame } = createFakeHub()
    const client = connectWelcomed({ streams: ['room'] }, {}, { streams: { room: ['e', 0, 'fresh'] } })
    const events: string[] = []
    const done = client.deliver('a')
    client.onAny((type) => void events.push(type))
    sendFrame(frame)
    expect(events).toEqual([])
    sendFrame({ t: 'msg', s: 'room', off: 1, d: 'one' })
    sendFrame({ t: 'ack', seq: 1 })
    expect(client.get()).toMatchObject({ status: 'open', lastMessage: 'one', received: 1 })
    expect(await done).toEqual({ seq: 1 })
  })

  test('members that cannot be converted to text are reported as errors, and later frames still work', async () => {
    const { connectWelcomed, sendFrame } = createFakeHub()
    const client = connectWelcomed({ streams: ['room'] }, {}, { streams: { room: ['e', 0, 'fresh'] } })
    const errors = recordEvents(client, 'error')
    const done = client.deliver('a')
    const odd = { toString: 0, valueOf: 0 }
    sendFrame({ t: 'res', seq: 1, e: { code: odd, message: odd } })
    sendFrame({ t: 'ping', top: { room: odd } })
    sendFrame({ t: 'reset', s: 'room', epoch: 'f', off: 0, why: odd })
    expect(errors.map(({ name }) => name)).toEqual(['TypeError', 'TypeError'])
    sendFrame({ t: 'ack', seq: 1 })
    expect(await done).toEqual({ seq: 1 })
  })

  test('a welcome frame while closing is ignored', () => {
    const { connectWelcomed, server } = createFakeHub()
    const client = connectWelcomed()
    client.close()
    server.last.socket.onmessage?.({ data: JSON.stringify(welcomeFrame({ sid: 's2' })) } as MessageEvent)
    expect([client.get().status, client.sessionId]).toEqual(['closing', undefined])
    server.last.finish()
  })

  test('binary frames change nothing', () => {
    const { connectWelcomed, server } = createFakeHub()
    const client = connectWelcomed()
    server.last.send(new ArrayBuffer(3))
    expect(client.get()).toMatchObject({ status: 'open', received: 0 })
  })

  test.each([{}, { sid: 5 }, { key: undefined }, { cseq: '1' }, { cseq: -1 }])(
    'a welcome frame with missing or wrong members (%j) is ignored',
    (wrong) => {
      const { connectSession, server, sendFrame } = createFakeHub()
      const client = connectSession()
      server.last.accept(PROTOCOL)
      sendFrame(Object.keys(wrong).length ? welcomeFrame(wrong) : { t: 'welcome' })
      expect(client.get().status).toBe('connecting')
      sendFrame(welcomeFrame())
      expect(client.get().status).toBe('open')
    },
  )

  test.each([
    { hb: [0, 0] },
    { hb: 'x' },
    { hb: [null] },
    { max: -1 },
    { max: 'x' },
    { streams: 5 },
    { streams: null },
    { streams: { 'room': 1, '': [] } },
  ])('a welcome frame with malformed settings (%j) gets the defaults', (odd) => {
    const { connectSession, welcome, clock, framesOfType } = createFakeHub()
    const client = connectSession()
    welcome(odd)
    expect(client.send('x')).toBe('sent')
    clock.advance(24_999)
    expect(framesOfType('ping')).toEqual([])
    clock.advance(1)
    expect(framesOfType('ping')).toHaveLength(1)
  })

  test('frames before welcome are ignored', () => {
    const { connectSession, server, sendFrame } = createFakeHub()
    const client = connectSession({ streams: ['room'] })
    const messages = recordEvents(client, 'message')
    server.last.accept(PROTOCOL)
    sendFrame({ t: 'msg', s: 'room', off: 1, d: 'x' })
    sendFrame({ t: 'emit', d: 'x' })
    sendFrame({ t: 'ack', seq: 1 })
    expect(messages).toEqual([])
  })
})
