import { createSSRApp, defineComponent, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { describe, expect, test } from 'vitest'
import {
  type Options,
  type Source,
  complaints,
  keepStagesClean,
  setStage,
} from '../../core/test/adapterContract/mountStage.ts'
import { useMessage, useWebSocket } from '../src/index.ts'
import { vueHarness } from './support/vueHarness.ts'

const harness = vueHarness('')

const page = (source: Source, options: Options): ReturnType<typeof createSSRApp> =>
  createSSRApp(
    defineComponent(() => {
      const { status, received, lastMessage } = useWebSocket(source, options)
      useMessage(source, () => {}, options)
      return () => h('p', `${status.value} ${received.value} ${String(lastMessage.value)}`)
    }),
  )

describe('a server render', () => {
  keepStagesClean()

  test.each<[string, Source, Options, string]>([
    ['a URL', 'ws://a/', {}, 'connecting'],
    ['a function', () => 'ws://a/', {}, 'connecting'],
    ['an async function', async () => 'ws://a/', {}, 'connecting'],
    ['no address', null, {}, 'closed'],
    ['an empty address', '', {}, 'closed'],
    ['immediate: false', 'ws://a/', { immediate: false }, 'closed'],
  ])('of %s opens nothing, and the first render in the browser agrees with it', async (_, source, more, status) => {
    const { act, options, server, clock, page: environment } = setStage(harness)
    const html = await renderToString(page(source, options(more)))
    expect(html).toBe(`<p>${status} 0 undefined</p>`)
    await act()
    expect([server.connections.length, clock.pending, environment.listeners]).toEqual([0, 0, 0])
    server.auto = false
    const container = document.createElement('div')
    container.innerHTML = html
    const app = page(source, options(more))
    app.mount(container)
    expect(container.innerHTML).toBe(html)
    await act()
    await act(() => server.connections.forEach((connection) => connection.accept()))
    if (status === 'connecting') expect(container.textContent).toBe('open 0 undefined')
    expect(complaints).toEqual([])
    app.unmount()
  })

  test('calls no provider', async () => {
    const { options } = setStage(harness)
    let calls = 0
    const source = (): string => {
      calls++
      return 'ws://a/'
    }
    await renderToString(page(source, options()))
    expect(calls).toBe(0)
  })

  test('of a shared client opens nothing and leaves no subscriber', async () => {
    const { act, share, server } = setStage(harness)
    const shared = share()
    let subscribed = 0
    const counted = {
      ...shared,
      subscribe: (listener: () => void) => {
        subscribed++
        const leave = shared.subscribe(listener)
        return () => {
          subscribed--
          leave()
        }
      },
    }
    for (let request = 0; request < 20; request++)
      expect(await renderToString(page(counted, {}))).toBe('<p>connecting 0 undefined</p>')
    await act()
    expect(server.connections).toHaveLength(0)
    expect(subscribed).toBe(0)
  })
})
