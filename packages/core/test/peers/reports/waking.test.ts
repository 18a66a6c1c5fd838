/** Reports about the network, the visibility and the life cycle of the page: which of their events lead to a dial, and which do not. */

import { expect, test } from 'vitest'
import { createTestClient } from '../../support/createTestClient.ts'
import { dialAfterRefusals } from '../../support/dialAfterRefusals.ts'
import { recordEvents } from '../../support/recordEvents.ts'

test('(phoenix#6534, agentboard#65, whatomate#494, beatify#286) a wake during a dial that hangs leads to the next dial at once when it fails', () => {
  const { clock, page, client, dials } = dialAfterRefusals(5)
  const before = dials()
  clock.advance(1000)
  page.emit('wake')
  clock.advance(8999)
  expect(dials()).toBe(before)
  clock.advance(1)
  expect(dials()).toBe(before + 1)
  expect(client.get().lastClose?.cause).toBe('timeout')
})

test('(phoenix#6534, agentboard#65) a wake replaces a dial that has been hanging for a few seconds', () => {
  const { clock, page, server, client, dials } = dialAfterRefusals(5)
  const before = dials()
  clock.advance(3000)
  page.emit('wake')
  expect(dials()).toBe(before + 1)
  server.last.accept()
  expect(client.get().status).toBe('open')
})

test('(phoenix#6534, whatomate#494, beatify#286) after a wake a dial that fails is followed by the first wait of the backoff', () => {
  const { clock, page, server, client } = dialAfterRefusals(7)
  server.last.refuse()
  clock.jump(600_000)
  page.emit('wake')
  server.last.refuse()
  expect(client.get().retryAt! - clock.now()).toBeLessThanOrEqual(1250)
})

test('(convex-js#183, pinchy#895, viser#367) a wake during a long wait dials at once', () => {
  const { page, server, client, dials } = dialAfterRefusals(8)
  server.last.refuse()
  const before = dials()
  page.emit('wake')
  expect(dials()).toBe(before + 1)
  server.last.accept()
  expect(client.get().status).toBe('open')
})

test.each<[what: string, end: (setup: ReturnType<typeof createTestClient>) => void]>([
  [
    'after close()',
    ({ server, open }) => {
      open().close()
      server.last.finish()
    },
  ],
  ['before open()', ({ connect }) => void connect({ immediate: false })],
  [
    'after a final close code',
    ({ server, open }) => {
      open()
      server.last.close(1008)
    },
  ],
])('(phoenix#6578, phoenix#6620) no event of the page leads to a dial %s', (_, end) => {
  const setup = createTestClient()
  end(setup)
  const dials = setup.server.connections.length
  for (const event of ['wake', 'offline', 'online', 'wake'] as const) setup.page.emit(event)
  setup.clock.advance(600_000)
  expect(setup.server.connections).toHaveLength(dials)
})

test('(socket.io-client#271, socket.io#2924) several events of a page that returns lead to one dial', () => {
  const { clock, page, server, open } = createTestClient()
  const client = open()
  server.last.drop()
  for (const event of ['wake', 'online', 'wake', 'wake'] as const) page.emit(event)
  server.last.accept()
  clock.advance(60_000)
  expect([client.get().status, server.connections.length]).toEqual(['open', 2])
})

test('(centrifuge-js#281) a dial that fails while offline is followed by a wait of 60 s, which the online event shortens', () => {
  const { clock, page, server, connect } = createTestClient()
  const client = connect()
  page.emit('offline')
  server.last.refuse()
  expect(client.get().retryAt! - clock.now()).toBe(60_000)
  page.emit('online')
  expect(client.get().retryAt! - clock.now()).toBe(500)
  clock.advance(500)
  expect(server.connections).toHaveLength(2)
})

test('(pinchy#895) a client that has used all attempts stays closed at a wake, with the cause exhausted', () => {
  const { page, server, open, advanceToRetry } = createTestClient()
  const client = open({ reconnect: { maxAttempts: 3 } })
  const stops = recordEvents(client, 'stop')
  server.last.drop()
  for (let n = 0; n < 3; n++) {
    advanceToRetry(client)
    server.last.refuse()
  }
  page.emit('wake')
  expect(server.connections).toHaveLength(4)
  expect([client.get().status, stops]).toMatchObject(['closed', [{ cause: 'exhausted' }]])
})

test.each(['before', 'after'])(
  '(dotnet/aspnetcore#33970, phoenix#6804) a page that was frozen for 14 s during a dial dials when it resumes, %s its timers fire',
  (order) => {
    const { clock, page, server, client, dials } = dialAfterRefusals(5)
    const before = dials()
    clock.jump(14_000)
    if (order === 'after') clock.advance(0)
    page.emit('wake')
    clock.advance(0)
    expect(dials()).toBe(before + 1)
    server.last.accept()
    expect(client.get().status).toBe('open')
  },
)

test('(phoenix#6804, phoenix#6534) a hidden page still reconnects', () => {
  const { clock, page, server, open, advanceToRetry } = createTestClient()
  const client = open()
  page.emit('hidden')
  server.last.drop()
  expect(client.get().retryAt! - clock.now()).toBeLessThanOrEqual(1250)
  advanceToRetry(client)
  server.last.accept()
  expect(client.get().status).toBe('open')
})

test('(phoenix#3327, phoenix#4023) a page that enters the back/forward cache closes with 1000, and opens again when it returns', () => {
  const { page, server, open } = createTestClient()
  const client = open()
  page.emit('hide')
  expect([server.last.closed?.code, server.alive]).toEqual([1000, 0])
  page.emit('wake')
  server.last.accept()
  expect([client.get().status, server.connections.length]).toEqual(['open', 2])
})

test('(joewalnes#5, joewalnes#14, socket.io#1123, autobahn-js#136) a connection that ends with 1001, because a navigation began and did not leave the page, opens again after one retry', () => {
  const { server, open, advanceToRetry } = createTestClient()
  const client = open()
  const retries = recordEvents(client, 'retry')
  server.last.close(1001)
  advanceToRetry(client)
  server.last.accept()
  expect([client.get().status, retries.length]).toEqual(['open', 1])
})
