/** Reports about sockets that have ended without a `close` event. */

import { expect, test } from 'vitest'
import type { FakeConnection } from '../../../src/testing/index.ts'
import { createTestClient } from '../../support/createTestClient.ts'

const CLOSING = 2
const CLOSED = 3
const endSilently = (connection: FakeConnection, readyState: number): void =>
  void Object.defineProperty(connection.socket, 'readyState', { value: readyState })

test.each([CLOSING, CLOSED])(
  '(centrifuge-js#228, htmx-extensions#98, flarum/framework#4590) a page that wakes with a socket of readyState %d and no close event opens another connection',
  (readyState) => {
    const { clock, page, server, open } = createTestClient()
    const client = open()
    endSilently(server.last, readyState)
    for (const event of ['offline', 'online', 'wake'] as const) page.emit(event)
    clock.advance(2000)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 1006 } })
    server.last.accept()
    expect([client.get().status, server.connections.length]).toEqual(['open', 2])
  },
)

test.each([CLOSING, CLOSED])(
  '(trpc#4078, autobahn-js#120) a message sent on a socket of readyState %d without a close event is sent on the next connection',
  (readyState) => {
    const { clock, server, open, advanceToRetry } = createTestClient()
    const client = open()
    endSilently(server.last, readyState)
    expect(client.send('kept')).toBe('queued')
    clock.advance(2000)
    advanceToRetry(client)
    server.last.accept()
    expect(server.connections.map(({ received }) => received)).toEqual([[], ['kept']])
  },
)

test.each([CLOSING, CLOSED])(
  '(autobahn-js#120, trpc#4078) a heartbeat ends a connection of readyState %d without a close event after 35 s, without any event',
  (readyState) => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: true })
    endSilently(server.last, readyState)
    clock.advance(34_999)
    expect(client.get().status).toBe('open')
    clock.advance(1)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
  },
)
