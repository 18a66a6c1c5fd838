// @vitest-environment jsdom
/** A thousand clients are created, used and disposed. No timer, listener, socket or frame may be left, with and without a page. */

import { expect, test } from 'vitest'
import { browserListeners } from '../support/browserListeners.ts'
import { createTestClient } from '../support/createTestClient.ts'

test.each([true, false])('1 000 disposed clients leave nothing, on the real page: %s', async (browser) => {
  const pageListeners = browserListeners()
  const { clock, server, page, connect } = createTestClient({ browser })
  const clients = []
  for (let n = 0; n < 1000; n++) {
    const client = connect(
      { heartbeat: true, history: 3, lazy: n % 8 === 0 },
      n % 8 === 7 ? () => new Promise<never>(() => {}) : 'ws://test/',
    )
    client.subscribe(() => {})
    client.on('message', () => {})
    void client.messages().next()
    client.send('queued')
    if (n % 8 === 0) client.retain()()
    if (n % 8 > 1 && n % 8 < 7) server.last.accept()
    if (n % 8 === 3) server.last.send('hello')
    if (n % 8 === 4) server.last.drop()
    if (n % 8 === 5) client.close()
    if (n % 8 === 6) server.last.close(1000)
    clients.push(client)
  }
  await clock.run(500)
  for (const client of clients) client.dispose()
  expect([clock.pending, server.alive, page.listeners, pageListeners()]).toEqual([0, 0, 0, []])
  const dials = server.connections.length
  await clock.run(3_600_000)
  expect(server.connections).toHaveLength(dials)
})

test('Symbol.dispose at the end of a block closes the socket and clears all timers', () => {
  const { clock, server, connect } = createTestClient()
  const use = (): void => {
    const client = connect()
    try {
      server.last.accept()
    } finally {
      client[Symbol.dispose]()
    }
  }
  use()
  expect([clock.pending, server.alive]).toEqual([0, 0])
})
