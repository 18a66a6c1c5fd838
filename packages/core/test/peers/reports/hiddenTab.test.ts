/** Reports about tabs that stay hidden: throttled and frozen timers, and connections that should end. */

import { expect, test } from 'vitest'
import type { Clock } from '../../../src/index.ts'
import { createTestClient } from '../../support/createTestClient.ts'

const MINUTE = 60_000

/** A clock whose timers fire on whole minutes only, as those of a tab that has been hidden for long. */
const throttle = (clock: Clock): Clock => ({
  ...clock,
  setTimeout: (callback, delay) => {
    const now = clock.monotonic!()
    return clock.setTimeout(callback, Math.ceil((now + delay) / MINUTE) * MINUTE - now)
  },
})

test('(MQTT.js#1257, MQTT.js#1577, MQTT.js#1608, supabase/realtime-js#121, supabase/realtime-js#431) timers that fire once per minute keep a healthy connection and end a dead one', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ heartbeat: true, clock: throttle(clock) })
  let answered = 0
  for (let second = 0; second < 600; second++) {
    clock.advance(1000)
    if (server.last.received.length > answered) {
      answered++
      server.last.send('pong')
    }
  }
  expect(answered).toBeGreaterThanOrEqual(9)
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  clock.advance(4 * MINUTE)
  expect(client.get().lastClose?.cause).toBe('heartbeat')
})

test('(nats.ws#258, supabase/realtime-js#431) a reply that arrived while the timers stood still keeps the connection', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ heartbeat: true })
  clock.advance(25_000)
  clock.jump(10 * MINUTE)
  clock.advance(0) // the deadline fires before the reply is read
  server.last.send('pong')
  clock.advance(10_000)
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
})

test('(home-assistant/frontend#5438, hocuspocus#195, liveblocks#1176, knocklabs/javascript#30, agent-canvas#804, viser#367, swords-and-ravens#1977, phoenix#6534, pinchy#895) closeWhenHidden closes the connection of a hidden tab, and the next dial is at once when it is visible', () => {
  const { clock, page, server, open } = createTestClient()
  const client = open({ closeWhenHidden: 5 * MINUTE })
  page.emit('hidden')
  clock.advance(5 * MINUTE)
  expect(server.last.closed?.code).toBe(1000)
  page.emit('online')
  clock.advance(600 * MINUTE)
  expect(server.connections).toHaveLength(1)
  page.emit('wake')
  expect(server.connections).toHaveLength(2)
  server.last.accept()
  expect(client.get().status).toBe('open')
})
