// @vitest-environment jsdom
/** The events of `createFakeServer()` on a platform that has all classes of events. */

import { expect, test } from 'vitest'
import { createFakeServer } from '../../src/testing/index.ts'

test('a page with MessageEvent and CloseEvent receives instances of them', () => {
  const server = createFakeServer({ auto: false })
  const socket = new server.WebSocket('/chat')
  const events: Event[] = []
  for (const type of ['open', 'message', 'error', 'close']) socket.addEventListener(type, (event) => events.push(event))
  server.last.accept()
  server.last.send('hello')
  server.last.drop()
  expect(events.map(({ constructor }) => constructor)).toEqual([Event, MessageEvent, Event, CloseEvent])
  const close = new CloseEvent('close', events.at(-1) as CloseEvent)
  expect(close).toMatchObject({ code: 1006, reason: '', wasClean: false })
})
