/** Renders on a server and hydrates in the browser. */

import { act } from '@testing-library/react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { beforeEach, expect, test, vi } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'
import { fakeNetwork } from './support/fakeNetwork.ts'
import { ReactPage, vuePage } from './support/statusPages.tsx'

const network = fakeNetwork()
/** Both frameworks log an error here if the first client render differs. */
const complaints = (): unknown[] => [console.error, console.warn].flatMap((say) => vi.mocked(say).mock.calls)

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

test('React opens no connection on the server, and hydrates without a mismatch', async () => {
  const container = document.createElement('div')
  container.innerHTML = renderToString(<ReactPage />)
  expect([container.textContent, network.server.connections.length]).toEqual(['connecting', 0])
  const root = await act(async () => hydrateRoot(container, <ReactPage />))
  await network.pass()
  expect([container.textContent, network.server.alive, complaints()]).toEqual(['open', 1, []])
  act(() => root.unmount())
})

test('Vue opens no connection on the server, and hydrates without a mismatch', async () => {
  const page = vuePage()
  const container = document.createElement('div')
  container.innerHTML = await renderVue(createSSRApp(page))
  expect([container.textContent, network.server.connections.length]).toEqual(['connecting', 0])
  const app = createSSRApp(page)
  app.mount(container)
  await network.pass()
  expect([container.textContent, network.server.alive, complaints()]).toEqual(['open', 1, []])
  app.unmount()
})

test('the status is closed if there is no URL', async () => {
  expect(renderToString(<ReactPage url="" />)).toBe('closed')
  expect(await renderVue(createSSRApp(vuePage({ url: '' })))).toBe('closed')
})

test('a URL function is not called on the server', async () => {
  const url = vi.fn(() => '/chat')
  expect(renderToString(<ReactPage url={url} />)).toBe('connecting')
  expect(await renderVue(createSSRApp(vuePage({ url })))).toBe('connecting')
  expect(url).not.toHaveBeenCalled()
})
