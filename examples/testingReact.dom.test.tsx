import { createFakeClock, createFakeServer } from '@holdfast/core/testing'
import { createWebSocket } from '@holdfast/react'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { ReactChat } from './ReactChat.tsx'
import { ReactStatus } from './ReactStatus.tsx'

afterEach(cleanup)
afterEach(() => vi.unstubAllGlobals())

test('a component with its own URL connects to the fake server through the global WebSocket', async () => {
  const server = createFakeServer()
  vi.stubGlobal('WebSocket', server.WebSocket)
  render(<ReactChat />)
  await act(async () => {}) // the fake server has accepted

  act(() => server.last.send('welcome'))
  expect(screen.getByRole('button').textContent).toBe('open: welcome')

  screen.getByRole('button').click()
  expect(server.last.received).toEqual(['hello'])

  cleanup()
  await act(async () => {})
  expect(server.alive).toBe(0)
})

test('a client that is passed in can have a fake clock, so that no test waits', async () => {
  const server = createFakeServer()
  const clock = createFakeClock()
  const client = createWebSocket('ws://test', { WebSocket: server.WebSocket, clock, lazy: true })
  const { container } = render(<ReactStatus client={client} />)
  await act(() => clock.run(0))

  act(() => server.last.drop())
  expect(container.textContent).toBe('Attempt 1 Try now')

  await act(() => clock.run(1250)) // the longest first delay
  expect(client.get().status).toBe('open')
  expect(container.textContent).toBe('')
})
