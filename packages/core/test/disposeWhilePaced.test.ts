import { renderingOf } from '../src/adapter/rendering.ts'
import { expect, test } from 'vitest'
import { rig } from './support/rig.ts'

test('disposing while a message waits for the next notice leaves no timer, even when the last subscriber has just left', () => {
  const { open, server, clock } = rig()
  const client = open({ pace: 100 })
  const leave = client.subscribe(() => {})
  server.last.send('told at once')
  server.last.send('waits')
  leave()
  client.dispose()
  expect(clock.pending).toBe(0)
})

test('a disposed lazy client plans nothing', () => {
  const { connect } = rig()
  const client = connect({ lazy: true })
  expect(renderingOf(client).get().status).toBe('connecting')
  client.dispose()
  expect(renderingOf(client).get().status).toBe('closed')
})
