/** What a component has of `useWebSocket`, in both frameworks: the snippets of the READMEs, and what happens on mount and unmount. */

import { type FakeServer, createFakeServer } from '@holdfast/core/testing'
import { useWebSocket as useReact } from '@holdfast/react'
import { useWebSocket as useVue } from '@holdfast/vue'
import { act, cleanup, render } from '@testing-library/react'
import { mount } from '@vue/test-utils'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Ref, createApp, createSSRApp, defineComponent, nextTick, ref } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'
import { ReactMessages } from './ReactMessages.tsx'
import VueMessages from './VueMessages.vue'
import { chat } from './chat.ts'

let server: FakeServer

beforeEach(() => {
  server = createFakeServer()
  vi.stubGlobal('WebSocket', server.WebSocket)
  vi.useFakeTimers()
})

afterEach(async () => {
  cleanup()
  await pass(1000) // the linger of what is shared
  expect(server.alive).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const pass = (ms = 0) => act(() => vi.advanceTimersByTimeAsync(ms))
const say = (text: string) => act(() => server.last.send(JSON.stringify({ from: 'Ada', text })))

describe('one shared client', () => {
  test('VueMessages.vue shows what is said, to several components over one connection', async () => {
    const [first, second] = [mount(VueMessages), mount(VueMessages)]
    await pass()
    say('hi')
    await pass()
    expect([first.find('p').text(), second.find('p').text(), document.title]).toEqual(['Ada: hi', 'Ada: hi', 'Ada wrote'])
    await first.find('button').trigger('click')
    expect(server.last.received).toEqual(['{"text":"hello"}'])
    expect(server.connections).toHaveLength(1)
    first.unmount()
    second.unmount()
  })

  test('ReactMessages.tsx shows what is said, to several components over one connection', async () => {
    document.title = ''
    const { container } = render([<ReactMessages key="a" />, <ReactMessages key="b" />])
    await pass()
    say('hi again')
    await pass()
    const shown = [...container.querySelectorAll('p')].map(({ textContent }) => textContent)
    expect(shown.filter((text) => text === 'Ada: hi again')).toHaveLength(2)
    expect(document.title).toBe('Ada wrote')
    container.querySelector('button')?.click()
    expect(server.last.received).toEqual(['{"text":"hello"}'])
    expect(server.connections).toHaveLength(1)
  })

  test('lingers after the last unmount, so that a change of pages does not reconnect', async () => {
    const first = mount(VueMessages)
    await pass()
    first.unmount()
    await pass(999)
    const second = mount(VueMessages)
    await pass(5000)
    expect([chat.get().status, server.connections.length]).toEqual(['open', 1])
    second.unmount()
  })
})

describe('a component of its own connection', () => {
  test('closes it on unmount', async () => {
    const page = mount(defineComponent(() => {
      const { status } = useVue('wss://example.org')
      return () => status.value
    }))
    const { unmount } = render(<Reader url="wss://example.org" />)
    await pass()
    expect(server.alive).toBe(2)
    page.unmount()
    unmount()
    await pass()
    expect(server.alive).toBe(0)
  })

  test('calls its callbacks no more after the unmount', async () => {
    const heard: unknown[] = []
    const onMessage = (message: unknown) => void heard.push(message)
    const Page = () => <>{useReact('wss://example.org/react', { onMessage }).status}</>
    const { unmount } = render(<Page />)
    const page = mount(defineComponent(() => {
      useVue('wss://example.org/vue', { onMessage })
      return () => null
    }))
    await pass()
    for (const connection of server.connections) connection.send('while mounted')
    unmount()
    page.unmount()
    for (const connection of server.connections) connection.send('after')
    expect(heard).toEqual(['while mounted', 'while mounted'])
  })

  test('opens one under StrictMode', async () => {
    render(
      <StrictMode>
        <Reader url="wss://example.org" />
      </StrictMode>,
    )
    await pass()
    expect([server.connections.length, server.alive]).toEqual([1, 1])
  })

  test('follows its URL in React, and `key`', async () => {
    const { rerender } = render(<Reader url="wss://example.org/a" />)
    await pass()
    rerender(<Reader url="wss://example.org/b" />)
    await pass()
    rerender(<Reader url="wss://example.org/b" destination="another" />)
    await pass()
    expect(server.connections.map(({ url }) => url.at(-1))).toEqual(['a', 'b', 'b'])
    expect(server.alive).toBe(1)
  })

  test('follows its URL in Vue, be it a ref or what a function reads, and `key`', async () => {
    const [url, room, key]: [Ref<string>, Ref<string>, Ref<number>] = [ref('wss://example.org/a'), ref('1'), ref(1)]
    const app = createApp({
      setup() {
        useVue(url, { key })
        useVue(() => `wss://example.org/${room.value}`)
        return () => null
      },
    })
    app.mount(document.createElement('div'))
    await pass()
    url.value = 'wss://example.org/b'
    await pass()
    room.value = '2'
    await pass()
    key.value = 2
    await pass()
    await nextTick()
    expect(server.connections.map((connection) => connection.url.at(-1))).toEqual(['a', '1', 'b', '2', 'b'])
    expect(server.alive).toBe(2)
    app.unmount()
  })

  test('renders only for the fields that it has read', async () => {
    let renders = 0
    const Status = () => {
      renders++
      return <>{useReact('wss://example.org').status}</>
    }
    render(<Status />)
    await pass()
    const before = renders
    for (let message = 0; message < 10_000; message++) act(() => server.last.send('tick'))
    await pass(1000)
    expect(renders - before).toBe(0)
  })
})

describe('a server render', () => {
  const complaints = (): unknown[] => [console.error, console.warn].flatMap((say) => vi.mocked(say).mock.calls)

  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    vi.spyOn(console, 'warn').mockImplementation(() => {})
  })

  test('of React opens nothing, and the first client render agrees with it', async () => {
    const container = document.createElement('div')
    container.innerHTML = renderToString(<Reader url="wss://example.org" />)
    expect([container.textContent, server.connections.length]).toEqual(['connecting', 0])
    const root = await act(async () => hydrateRoot(container, <Reader url="wss://example.org" />))
    await pass()
    expect([container.textContent, server.alive, complaints()]).toEqual(['open', 1, []])
    act(() => root.unmount())
  })

  test('of Vue opens nothing, and the first client render agrees with it', async () => {
    const page = defineComponent(() => {
      const { status } = useVue('wss://example.org')
      return () => status.value
    })
    const container = document.createElement('div')
    container.innerHTML = await renderVue(createSSRApp(page))
    expect([container.textContent, server.connections.length]).toEqual(['connecting', 0])
    const app = createSSRApp(page)
    app.mount(container)
    await pass()
    expect([container.textContent, server.alive, complaints()]).toEqual(['open', 1, []])
    app.unmount()
  })

  test('of a component without an address says closed', () => {
    expect(renderToString(<Reader url="" />)).toBe('closed')
  })
})

function Reader({ url, destination }: { url: string; destination?: string }) {
  return <>{useReact(url, { key: destination }).status}</>
}
