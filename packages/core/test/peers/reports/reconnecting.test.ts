/** Reports about what follows the end of a connection: whether, when and how often the client dials, and what it emits. */

import { expect, test } from 'vitest'
import type { WebSocketClient } from '../../../src/index.ts'
import { createTestClient } from '../../support/createTestClient.ts'
import { recordEvents } from '../../support/recordEvents.ts'

test('(rxjs#6770) each of three losses is followed by an open event, and reconnected is false only for the first', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const client = connect()
  const opens = recordEvents(client, 'open')
  server.last.accept()
  for (let n = 0; n < 3; n++) {
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
  }
  expect(opens.map(({ reconnected }) => reconnected)).toEqual([false, true, true, true])
})

test.each([1001, 1005, 1006, 1011, 1012])(
  '(phoenix#3161, xchange-stream#107) a connection that ends with %d opens again',
  (code) => {
    const { server, open, advanceToRetry } = createTestClient()
    const client = open()
    if (code === 1006) server.last.drop()
    else server.last.close(code)
    expect(client.get().lastClose).toMatchObject({ code, final: false })
    advanceToRetry(client)
    server.last.accept()
    expect(client.get().status).toBe('open')
  },
)

test('(phoenix#3161) a server that closes with 1000 has finished, so the client stays closed', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  server.last.close(1000)
  clock.advance(600_000)
  expect([client.get().status, server.connections.length]).toEqual(['closed', 1])
})

test('(jupyterlab#9931, jupyterlab#2646) after 8 h of refusals the client still dials, and opens', () => {
  const { clock, server, open, advanceToRetry } = createTestClient()
  const client = open()
  const start = clock.now()
  server.last.drop()
  while (clock.now() - start < 8 * 3_600_000) {
    advanceToRetry(client)
    server.last.refuse()
  }
  // The mean wait is 15.25 s.
  expect(server.connections.length).toBeGreaterThan(1800)
  advanceToRetry(client)
  server.last.accept()
  expect(client.get().status).toBe('open')
})

test('(socket.io-client#326) attempts count from 1 again after a connection of 11 s', () => {
  const { clock, server, open, advanceToRetry } = createTestClient()
  const client = open()
  server.last.drop()
  for (let n = 0; n < 4; n++) {
    advanceToRetry(client)
    server.last.refuse()
  }
  expect(client.get().attempt).toBe(5)
  advanceToRetry(client)
  server.last.accept()
  clock.advance(11_000)
  server.last.drop()
  expect(client.get().attempt).toBe(1)
  expect(client.get().retryAt! - clock.now()).toBeLessThanOrEqual(1250)
})

test.each<[calls: string, act: (client: WebSocketClient) => void]>([
  [
    'close() and open()',
    (client) => {
      client.close()
      client.open()
    },
  ],
  ['reconnect()', (client) => client.reconnect()],
])(
  '(centrifuge-js#391) after %s in a listener of a loss there is one further dial and an open connection',
  (_, act) => {
    for (const event of ['status', 'close', 'retry'] as const) {
      const { clock, server, open } = createTestClient()
      const client = open()
      let isFirst = true
      client.on(event, () => {
        if (isFirst) act(client)
        isFirst = false
      })
      server.last.drop()
      clock.advance(0)
      expect([event, server.connections.length, server.alive]).toEqual([event, 2, 1])
      server.last.accept()
      expect(client.get().status).toBe('open')
    }
  },
)

test('(graphql-ws#163) a lazy client that is released during its retries dials no more after its linger time', () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const client = connect({ lazy: true, linger: 1000 })
  const release = client.retain()
  server.last.refuse()
  advanceToRetry(client)
  server.last.refuse()
  release()
  clock.advance(1000)
  const { length } = server.connections
  expect(client.get().status).toBe('closed')
  clock.advance(600_000)
  expect(server.connections).toHaveLength(length)
})

test('(graphql-ws#558, graphql-ws#244) a server that closes each connection with 4401 is retried with growing waits', () => {
  const { clock, server, open, advanceToRetry } = createTestClient()
  clock.setRandom(0.999)
  const client = open()
  const waits: number[] = []
  for (let n = 0; n < 7; n++) {
    server.last.close(4401)
    waits.push(client.get().retryAt! - clock.now())
    advanceToRetry(client)
    server.last.accept()
  }
  expect(waits.map((ms) => Math.round(ms / 1000))).toEqual([1, 2, 4, 8, 16, 30, 30])
})

test('(graphql-ws#558, graphql-ws#244) shouldReconnect can stop the client at 4401', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ reconnect: { shouldReconnect: ({ code }) => code !== 4401 } })
  server.last.close(4401)
  clock.advance(600_000)
  expect([client.get().status, server.connections.length]).toEqual(['closed', 1])
})

test('(coder/coder#23236) 5000 messages in one moment cause two notifications, and the last one shows the newest message', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  const seen: unknown[] = []
  client.subscribe(() => seen.push(client.get().lastMessage))
  for (let n = 1; n <= 5000; n++) server.last.send(`${n}`)
  clock.advance(16)
  expect(seen).toEqual(['1', '5000'])
  clock.advance(1000)
  expect([seen.length, client.get().received]).toEqual([2, 5000])
})
