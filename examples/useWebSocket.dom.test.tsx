/** A component and its connection, in both frameworks: mounting, unmounting, rendering and a changed URL. */

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

test('closes when the component unmounts, which then receives no more messages', async () => {
  const received: unknown[] = []
  const onMessage = (message: unknown) => void received.push(message)
  const react = render(<ReactPage onMessage={onMessage} />)
  const vue = mount(vuePage({ onMessage }))
  await network.pass()
  const send = (text: string) => act(() => network.server.connections.forEach((connection) => connection.send(text)))
  send('while mounted')
  react.unmount()
  vue.unmount()
  send('after')
  await network.pass()
  expect([received, network.server.alive]).toEqual([['while mounted', 'while mounted'], 0])
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

test('reconnects when its URL or `key` changes in React', async () => {
  const { rerender } = render(<ReactPage url="wss://example.org/a" />)
  await network.pass()
  rerender(<ReactPage url="wss://example.org/b" />)
  await network.pass()
  rerender(<ReactPage url="wss://example.org/b" destination="another" />)
  await network.pass()
  expect([dialled(), network.server.alive]).toEqual([['a', 'b', 'b'], 1])
})

test('reconnects when its URL or `key` changes in Vue, as a ref or as a getter', async () => {
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

test('is closed with its effect scope in Vue', async () => {
  const scope = effectScope()
  const received: unknown[] = []
  scope.run(() => {
    const { client } = useVue('wss://example.org')
    onVueMessage(client, (message) => void received.push(message))
  })
  await network.pass()
  network.server.last.send('hello')
  expect([received, network.server.connections.length]).toEqual([['hello'], 1])
  scope.stop()
  await network.pass()
  expect(network.server.alive).toBe(0)
})

test('renders only for changes of the fields that it reads', async () => {
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

test('reports the messages that are dropped when the URL changes', async () => {
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
