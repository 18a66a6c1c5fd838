/** A component and its connection, in both frameworks: what mounting, unmounting, rendering and another destination do. */

import { useWebSocket as useReact } from '@holdfast/react'
import { useMessage as onVueMessage, useWebSocket as useVue } from '@holdfast/vue'
import { act, render } from '@testing-library/react'
import { mount } from '@vue/test-utils'
import { StrictMode } from 'react'
import { expect, test } from 'vitest'
import { createApp, effectScope, ref } from 'vue'
import { fakeNetwork } from './support/fakeNetwork.ts'
import { ReactPage, vuePage } from './support/statusPages.tsx'

const network = fakeNetwork()
const dialled = (): (string | undefined)[] => network.server.connections.map(({ url }) => url.at(-1))

test('closes with the component, which hears nothing any more', async () => {
  const heard: unknown[] = []
  const onMessage = (message: unknown) => void heard.push(message)
  const react = render(<ReactPage onMessage={onMessage} />)
  const vue = mount(vuePage({ onMessage }))
  await network.pass()
  const tell = (text: string) => act(() => network.server.connections.forEach((connection) => connection.send(text)))
  tell('while mounted')
  react.unmount()
  vue.unmount()
  tell('after')
  await network.pass()
  expect([heard, network.server.alive]).toEqual([['while mounted', 'while mounted'], 0])
})

test('opens one connection under StrictMode', async () => {
  render(
    <StrictMode>
      <ReactPage />
    </StrictMode>,
  )
  await network.pass()
  expect([network.server.connections.length, network.server.alive]).toEqual([1, 1])
})

test('follows its URL and `key` in React', async () => {
  const { rerender } = render(<ReactPage url="wss://example.org/a" />)
  await network.pass()
  rerender(<ReactPage url="wss://example.org/b" />)
  await network.pass()
  rerender(<ReactPage url="wss://example.org/b" destination="another" />)
  await network.pass()
  expect([dialled(), network.server.alive]).toEqual([['a', 'b', 'b'], 1])
})

test('follows its URL and `key` in Vue, be it a ref or what a function reads', async () => {
  const [url, room, key] = [ref('wss://example.org/a'), ref('1'), ref(1)]
  const app = createApp({
    setup() {
      useVue(url, { key })
      useVue(() => `wss://example.org/${room.value}`)
      return () => null
    },
  })
  app.mount(document.createElement('div'))
  await network.pass()
  url.value = 'wss://example.org/b'
  await network.pass()
  room.value = '2'
  await network.pass()
  key.value = 2
  await network.pass()
  expect([dialled(), network.server.alive]).toEqual([['a', '1', 'b', '2', 'b'], 2])
  app.unmount()
})

test('lives in an effect scope of Vue as well, and ends with it', async () => {
  const scope = effectScope()
  const heard: unknown[] = []
  scope.run(() => {
    const { client } = useVue('wss://example.org')
    onVueMessage(client, (message) => void heard.push(message))
  })
  await network.pass()
  network.server.last.send('hello')
  expect([heard, network.server.connections.length]).toEqual([['hello'], 1])
  scope.stop()
  await network.pass()
  expect(network.server.alive).toBe(0)
})

test('renders only for the fields that it has read', async () => {
  let renders = 0
  const Status = () => {
    renders++
    return <>{useReact('wss://example.org').status}</>
  }
  render(<Status />)
  await network.pass()
  const before = renders
  for (let message = 0; message < 10_000; message++) act(() => network.server.last.send('tick'))
  await network.pass(1000)
  expect(renders - before).toBe(0)
})

test('tells which messages another destination drops', async () => {
  const drops: unknown[] = []
  const onDrop = (drop: unknown) => void drops.push(drop)
  const Sender = ({ url }: { url: string }) => {
    const { send } = useReact(url, { onDrop })
    return <button onClick={() => send(url)}>Send</button>
  }
  network.server.auto = false
  const { container, rerender } = render(<Sender url="wss://example.org/a" />)
  await network.pass()
  container.querySelector('button')?.click()
  rerender(<Sender url="wss://example.org/b" />)
  expect(drops).toEqual([{ message: 'wss://example.org/a', reason: 'closed' }])
})
