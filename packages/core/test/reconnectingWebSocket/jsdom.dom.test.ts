/** @vitest-environment jsdom */

import { expect, test } from 'vitest'
import { createFakeServer } from '../../src/testing/index.ts'
import { ReconnectingWebSocket } from '../../src/reconnectingWebSocket/index.ts'

test('in jsdom a relative URL resolves against the page, and events are those of its window', async () => {
  const server = createFakeServer()
  const socket = new ReconnectingWebSocket('/chat', [], { WebSocket: server.WebSocket })
  expect(socket.url).toBe('ws://localhost:3000/chat')
  const opened = new Promise<Event>((resolve) => (socket.onopen = resolve))
  expect((await opened) instanceof window.Event).toBe(true)
  const closed = new Promise<CloseEvent>((resolve) => (socket.onclose = resolve as never))
  server.last.close(4001, 'bye')
  expect((await closed) instanceof window.CloseEvent).toBe(true)
  socket.close()
})
