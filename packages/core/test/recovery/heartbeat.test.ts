import { expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { hub } from './support/hub.ts'

test('a silence as long as the server said is answered with a ping, and a longer one is death', () => {
  const { meet, clock, of, server } = hub()
  const client = meet({}, {}, { hb: [3000, 1000] })
  clock.advance(2999)
  expect(of('ping')).toEqual([])
  clock.advance(1)
  expect(of('ping')).toEqual([{ t: 'ping', id: 1 }])
  clock.advance(1000)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 4000, cause: 'heartbeat' } })
  expect(server.last.closed).toMatchObject({ code: 4000 })
})

test.each(['msg', 'emit', 'ack', 'ping', 'pong', 'sub', 'pres', 'news'])('any frame proves life: %s', (t) => {
  const { meet, clock, of, say } = hub()
  const client = meet({}, {}, { hb: [3000, 1000] })
  clock.advance(2000)
  say({ t })
  clock.advance(2999)
  expect(of('ping')).toEqual([])
  clock.advance(1)
  say({ t })
  clock.advance(1000)
  expect(client.get().status).toBe('open')
})

test('a pong gives the latency, and nothing else does', () => {
  const { meet, clock, say } = hub()
  const client = meet({}, {}, { hb: [3000, 1000] })
  const latencies = recordEvents(client, 'latency')
  clock.advance(3000)
  clock.advance(40)
  say({ t: 'emit', d: 'x' })
  say({ t: 'pong', id: 1 })
  say({ t: 'pong', id: 1 })
  expect(latencies).toEqual([40])
  expect(client.get()).toMatchObject({ latency: 40, received: 1 })
})

test('a wake of the page asks for a sign of life', () => {
  const { meet, clock, page, of, say } = hub()
  const client = meet()
  clock.advance(6000)
  page.emit('wake')
  expect(of('ping')).toHaveLength(1)
  say({ t: 'pong', id: 1 })
  clock.advance(5000)
  expect(client.get().status).toBe('open')
})

test('the server’s word goes before the heartbeat option, which is for plain servers', () => {
  const { meet, clock, server } = hub()
  meet({}, { heartbeat: { interval: 1000, message: 'mine' } })
  clock.advance(24_000)
  expect(server.last.received).toHaveLength(1)
})
