import { expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { createFakeHub } from './support/createFakeHub.ts'

test('a ping is sent after the interval of the server, and without a reply the connection is closed', () => {
  const { connectWelcomed, clock, framesOfType, server } = createFakeHub()
  const client = connectWelcomed({}, {}, { hb: [3000, 1000] })
  clock.advance(2999)
  expect(framesOfType('ping')).toEqual([])
  clock.advance(1)
  expect(framesOfType('ping')).toEqual([{ t: 'ping', id: 1 }])
  clock.advance(1000)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 4000, cause: 'heartbeat' } })
  expect(server.last.closed).toMatchObject({ code: 4000 })
})

test.each(['msg', 'emit', 'ack', 'ping', 'pong', 'sub', 'pres', 'news'])(
  'a %s frame counts as activity and postpones the ping',
  (t) => {
    const { connectWelcomed, clock, framesOfType, sendFrame } = createFakeHub()
    const client = connectWelcomed({}, {}, { hb: [3000, 1000] })
    clock.advance(2000)
    sendFrame({ t })
    clock.advance(2999)
    expect(framesOfType('ping')).toEqual([])
    clock.advance(1)
    sendFrame({ t })
    clock.advance(1000)
    expect(client.get().status).toBe('open')
  },
)

test('only the first pong to a ping sets the latency', () => {
  const { connectWelcomed, clock, sendFrame } = createFakeHub()
  const client = connectWelcomed({}, {}, { hb: [3000, 1000] })
  const latencies = recordEvents(client, 'latency')
  clock.advance(3000)
  clock.advance(40)
  sendFrame({ t: 'emit', d: 'x' })
  sendFrame({ t: 'pong', id: 1 })
  sendFrame({ t: 'pong', id: 1 })
  expect(latencies).toEqual([40])
  expect(client.get()).toMatchObject({ latency: 40, received: 1 })
})

test('a wake of the page sends a ping', () => {
  const { connectWelcomed, clock, page, framesOfType, sendFrame } = createFakeHub()
  const client = connectWelcomed()
  clock.advance(6000)
  page.emit('wake')
  expect(framesOfType('ping')).toHaveLength(1)
  sendFrame({ t: 'pong', id: 1 })
  clock.advance(5000)
  expect(client.get().status).toBe('open')
})

test('the heartbeat of the server replaces the heartbeat option', () => {
  const { connectWelcomed, clock, server } = createFakeHub()
  connectWelcomed({}, { heartbeat: { interval: 1000, message: 'mine' } })
  clock.advance(24_000)
  expect(server.last.received).toHaveLength(1)
})

test('the message pong is delivered to the application while a ping of the session is unanswered', () => {
  const { connectWelcomed, clock, sendFrame } = createFakeHub()
  const client = connectWelcomed({}, {}, { hb: [3000, 1000] })
  clock.advance(3000)
  sendFrame({ t: 'emit', d: 'pong' })
  expect(client.get()).toMatchObject({ lastMessage: 'pong', received: 1 })
})
