/** Runs the examples with TanStack Query and zustand. */

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, fireEvent, render } from '@testing-library/react'
import { StrictMode } from 'react'
import { expect, test, vi } from 'vitest'
import { ReactOrders } from './ReactOrders.tsx'
import { ReactZustand } from './ReactZustand.tsx'
import { fakeNetwork } from './support/fakeNetwork.ts'

const network = fakeNetwork()

test('ReactOrders adds each message to the query, and fetches again after a reconnect', async () => {
  const answers = ['[{"id":1,"text":"tea"}]', '[{"id":1,"text":"tea"},{"id":2,"text":"milk"},{"id":3,"text":"rice"}]']
  const fetchOrders = vi.fn(async () => new Response(answers.shift()))
  vi.stubGlobal('fetch', fetchOrders)
  const queryClient = new QueryClient()
  const { container, unmount } = render(
    <QueryClientProvider client={queryClient}>
      <ReactOrders />
    </QueryClientProvider>,
  )
  await network.pass(1)
  expect(container.textContent).toBe('tea')
  network.server.last.send('{"id":2,"text":"milk"}')
  await network.pass(1)
  expect([container.textContent, fetchOrders.mock.calls.length]).toEqual(['teamilk', 1])

  network.server.last.drop()
  await network.pass(1250)
  await network.pass(1)
  expect([container.textContent, fetchOrders.mock.calls.length]).toEqual(['teamilkrice', 2])
  unmount()
  queryClient.clear()
})

test('ReactZustand shares one connection in a store, which is open while a component is mounted', async () => {
  const page = (
    <StrictMode>
      <ReactZustand />
      <ReactZustand />
    </StrictMode>
  )
  const { container, unmount } = render(page)
  await network.pass()
  expect(container.textContent).toBe('open: open: ')
  await act(async () => network.server.last.send('{"text":"hi"}'))
  expect(container.textContent).toBe('open: hiopen: hi')
  fireEvent.click(container.querySelector('button')!)
  expect([network.server.last.received, network.server.connections.length]).toEqual([['{"text":"hello"}'], 1])
  unmount()
  await network.pass(1000)
  expect(network.server.alive).toBe(0)
})
