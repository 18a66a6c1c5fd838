/** Runs the components of the guides unchanged, in both frameworks. */

import { createWebSocket } from '@holdfast/core'
import { act, render } from '@testing-library/react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { mount } from '@vue/test-utils'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'
import { fakeNetwork } from '../support/fakeNetwork.ts'
import { ReactBanner } from './ReactBanner.tsx'
import { ReactPrice } from './ReactPrice.tsx'
import VueBanner from './VueBanner.vue'
import VuePrice from './VuePrice.vue'

const network = fakeNetwork()

test.each(['VueBanner.vue', 'ReactBanner.tsx'])(
  '%s counts down to the next attempt and offers it at once',
  async (name) => {
    const client = createWebSocket('ws://test', {
      lazy: true,
      reconnect: { delay: () => 3000 },
    })
    let page: Element
    if (name === 'VueBanner.vue') {
      const banner = mount(VueBanner, {
        props: { client },
        attachTo: document.body,
      })
      onTestFinished(() => banner.unmount())
      page = document.body
    } else page = render(<ReactBanner client={client} />).container
    const text = () => page.textContent?.replace(/\s+/g, ' ').trim()
    const press = async () => {
      act(() => page.querySelector('button')!.click())
      await network.pass()
    }
    await network.pass()
    expect(text()).toBe('')
    act(() => network.server.last.drop())
    await network.pass()
    expect(text()).toBe('Connection lost. Next attempt in 3 s. Try now')
    await network.pass(1000)
    expect(text()).toBe('Connection lost. Next attempt in 2 s. Try now')
    network.server.auto = false
    await network.pass(2000)
    expect(text()).toBe('Connection lost. Connecting … Try now')
    network.server.auto = true
    await press()
    expect(text()).toBe('')
    act(() => network.server.last.close(1008, 'no'))
    await network.pass()
    expect(text()).toBe('Disconnected: server 1008. Connect')
    await press()
    expect([text(), client.get().status]).toEqual(['', 'open'])
    client.dispose()
  },
)

test('VuePrice.vue and ReactPrice.tsx render the value of the server until the first message, without a mismatch', async () => {
  const warn = vi.spyOn(console, 'warn')
  const error = vi.spyOn(console, 'error')
  const [vue, react] = [
    document.createElement('div'),
    document.createElement('div'),
  ]
  vue.innerHTML = await renderVue(createSSRApp(VuePrice, { initial: 7 }))
  react.innerHTML = renderToString(<ReactPrice initial={7} />)
  expect([
    vue.textContent,
    react.textContent,
    network.server.connections.length,
  ]).toEqual(['7', '7', 0])
  const app = createSSRApp(VuePrice, { initial: 7 })
  app.mount(vue)
  const root = await act(async () =>
    hydrateRoot(react, <ReactPrice initial={7} />),
  )
  await network.pass()
  for (const connection of network.server.connections)
    act(() => connection.send('{"price":9}'))
  await network.pass(16)
  expect([vue.textContent, react.textContent]).toEqual(['9', '9'])
  expect([warn.mock.calls, error.mock.calls]).toEqual([[], []])
  app.unmount()
  act(() => root.unmount())
})
