/** Who shows no messages is not told of them: `subscribe(listener, false)`. */

import { renderingOf } from '../src/adapter/rendering.ts'
import { expect, test, vi } from 'vitest'
import { rig } from './support/rig.ts'

test('who wants no messages is told of all else, and while nobody wants them no frame is asked for', () => {
  const { open, server, clock } = rig()
  const client = open()
  const told = vi.fn()
  const before = clock.pending
  const off = renderingOf(client).subscribe(told, false)
  server.last.send('1')
  server.last.send('2')
  expect([told.mock.calls.length, clock.pending]).toEqual([0, before])
  expect(renderingOf(client).get().received).toBe(2)
  client.close()
  expect(told).toHaveBeenCalled()
  off()
})

test('who wants messages is told at the pace, beside one who does not', () => {
  const { open, server, clock } = rig()
  const client = open()
  const [patient, other] = [vi.fn(), vi.fn()]
  renderingOf(client).subscribe(other, false)
  const off = client.subscribe(patient)
  server.last.send('1')
  server.last.send('2')
  clock.advance(16)
  expect([patient.mock.calls.length, other.mock.calls.length]).toEqual([2, 0])
  off()
  server.last.send('3')
  clock.advance(1000)
  expect([patient.mock.calls.length, other.mock.calls.length]).toEqual([2, 0])
})
