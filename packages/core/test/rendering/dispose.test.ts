import { expect, test } from 'vitest'
import { createTestClient } from '../support/createTestClient.ts'

test('disposing while a message waits for the next notice leaves no timer, even when the last subscriber has just left', () => {
  const { open, server, clock } = createTestClient()
  const client = open({ pace: 100 })
  const leave = client.subscribe(() => {})
  server.last.send('told at once')
  server.last.send('waits')
  leave()
  client.dispose()
  expect(clock.pending).toBe(0)
})

test('a disposed lazy client plans nothing', () => {
  const { connect } = createTestClient()
  const client = connect({ lazy: true })
  expect(client.view().status).toBe('connecting')
  client.dispose()
  expect(client.view().status).toBe('closed')
})
