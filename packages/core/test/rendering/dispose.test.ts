/** `dispose` while subscribers wait for a notification. */

import { renderingOf } from '../../src/adapter/rendering.ts'
import { expect, test } from 'vitest'
import { createTestClient } from '../support/createTestClient.ts'

test('dispose() leaves no timer while a message waits for its notification, even after the last unsubscribe', () => {
  const { open, server, clock } = createTestClient()
  const client = open({ pace: 100 })
  const unsubscribe = client.subscribe(() => {})
  server.last.send('notified at once')
  server.last.send('waits')
  unsubscribe()
  client.dispose()
  expect(clock.pending).toBe(0)
})

test('the rendered snapshot of a disposed lazy client is closed', () => {
  const { connect } = createTestClient()
  const client = connect({ lazy: true })
  expect(renderingOf(client).get().status).toBe('connecting')
  client.dispose()
  expect(renderingOf(client).get().status).toBe('closed')
})

test('a message that waits for its notification when the client is disposed is in the rendered snapshot', () => {
  const { open, server } = createTestClient()
  const client = open({ pace: 100 })
  client.subscribe(() => {})
  server.last.send('notified at once')
  server.last.send('waits')
  client.dispose()
  expect(renderingOf(client).get()).toBe(client.get())
})

test('a subscriber is not notified of a message whose listener disposed the client', () => {
  const { open, server, clock } = createTestClient()
  const client = open()
  const seen: string[] = []
  client.subscribe(() => seen.push(client.get().status))
  client.on('message', () => client.dispose())
  server.last.send('x')
  expect([seen, clock.pending]).toEqual([['closed'], 0])
})
