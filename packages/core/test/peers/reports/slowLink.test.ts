/** Reports of heartbeats that end a connection because it is slow. */

import { expect, test } from 'vitest'
import { createTestClient } from '../../support/createTestClient.ts'

const heartbeat = { interval: 1000, timeout: 1000 }

test('(socket.io#2666, socket.io#2769, happn#158, sockjs-node#169, Chatbox#68) an upload that takes much longer than the timeout keeps its connection while it progresses', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ heartbeat })
  for (let n = 0; n < 24; n++) {
    client.send(new ArrayBuffer(1_000_000))
    server.last.bufferedAmount += 1_000_000
  }
  // 3 MB/s. The reply to the ping comes when the ping has left the buffer.
  while (server.last.bufferedAmount) {
    clock.advance(100)
    server.last.bufferedAmount = Math.max(0, server.last.bufferedAmount - 300_000)
  }
  server.last.send('pong')
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
})

test('(socket.io#2666, happn#158) an upload that has stopped ends its connection', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ heartbeat })
  server.last.bufferedAmount = 24_000_000
  clock.advance(1000)
  server.last.bufferedAmount += 'ping'.length
  clock.advance(1000)
  expect(client.get().lastClose?.cause).toBe('heartbeat')
})

test('(socket.io#2666, SignalR#4607, SocketCluster#149) a first message of 8 s arrives in spite of a deadline of 2.5 s, because each connection allows more time', () => {
  const { clock, server, open, advanceToRetry } = createTestClient()
  const client = open({ heartbeat: { interval: 1500, timeout: 1000 } })
  // An earlier reply shows that the server supports the heartbeat, so the rule for servers without one does not apply.
  clock.advance(1500)
  server.last.send('pong')
  server.last.drop()
  const arrives = (): boolean => {
    for (let ms = 0; ms < 8000; ms += 100) {
      clock.advance(100)
      if (client.get().status !== 'open') return false
    }
    server.last.send('x'.repeat(1000))
    return true
  }
  let connections = 0
  do {
    advanceToRetry(client)
    server.last.accept()
    connections++
  } while (!arrives() && connections < 10)
  // The deadline after 1.5 s is 1, 2, 4 and 8 s.
  expect([connections, client.get().received]).toEqual([4, 1])
})
