/** What a server renders, and what the browser makes of it. */

import { act } from '@testing-library/react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { beforeEach, expect, test, vi } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'
import { fakeNetwork } from './support/fakeNetwork.ts'
import { ReactPage, vuePage } from './support/statusPages.tsx'

const network = fakeNetwork()
/** Both frameworks complain there when the first client render does not agree. */
const complaints = (): unknown[] => [console.error, console.warn].flatMap((say) => vi.mocked(say).mock.calls)

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

test('React opens nothing, and the first client render agrees', async () => {
  const container = document.createElement('div')
  container.innerHTML = renderToString(<ReactPage />)
  expect([container.textContent, network.server.connections.length]).toEqual(['connecting', 0])
  const root = await act(async () => hydrateRoot(container, <ReactPage />))
  await network.pass()
  expect([container.textContent, network.server.alive, complaints()]).toEqual(['open', 1, []])
  act(() => root.unmount())
})

test('Vue opens nothing, and the first client render agrees', async () => {
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

test('without an address the status is closed', async () => {
  expect(renderToString(<ReactPage url="" />)).toBe('closed')
  expect(await renderVue(createSSRApp(vuePage({ url: '' })))).toBe('closed')
})

test('an address by a function is not asked for', async () => {
  const url = vi.fn(() => '/chat')
  expect(renderToString(<ReactPage url={url} />)).toBe('connecting')
  expect(await renderVue(createSSRApp(vuePage({ url })))).toBe('connecting')
  expect(url).not.toHaveBeenCalled()
})
