/** Runs the components of the documentation that use an event source. */

import { render } from '@testing-library/react'
import { mount } from '@vue/test-utils'
import { act } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ReactTicks } from './ReactTicks.tsx'
import VueTicks from './VueTicks.vue'

/** The server side of the newest stream, and the addresses of all requests. */
let stream: ReadableStreamDefaultController<Uint8Array>
const requests: string[] = []

beforeEach(() => {
  requests.length = 0
  vi.stubGlobal('fetch', async (url: string, { signal }: { signal: AbortSignal }) => {
    requests.push(url)
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (stream = controller) })
    signal.addEventListener('abort', () => stream.error(signal.reason))
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  })
})
afterEach(() => void vi.unstubAllGlobals())

const price = (value: number): void =>
  stream.enqueue(new TextEncoder().encode(`event: tick\ndata: {"price":${value}}\n\n`))

test('VueTicks.vue shows the newest event, and ends the request when it is unmounted', async () => {
  const page = mount(VueTicks)
  expect(page.text()).toBe('connecting')
  await vi.waitFor(() => expect(page.text()).toBe('open'), 30_000)
  price(42)
  await vi.waitFor(() => expect(page.text()).toBe('42'), 30_000)
  page.unmount()
  expect(requests).toEqual([`${location.origin}/api/ticks`])
  await vi.waitFor(() => expect(() => stream.enqueue(new Uint8Array())).toThrow(), 30_000)
})

test('ReactTicks.tsx shows the newest event, and ends the request when it is unmounted', async () => {
  const page = render(<ReactTicks />)
  expect(page.container.textContent).toBe('connecting')
  await vi.waitFor(() => expect(page.container.textContent).toBe('open'), 30_000)
  await act(async () => price(42))
  await vi.waitFor(() => expect(page.container.textContent).toBe('42'), 30_000)
  page.unmount()
  expect(requests).toEqual([`${location.origin}/api/ticks`])
  await vi.waitFor(() => expect(() => stream.enqueue(new Uint8Array())).toThrow(), 30_000)
})
