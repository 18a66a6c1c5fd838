import { createSSRApp, defineComponent, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { describe, expect, test } from 'vitest'
import type { Options, Source } from '../../core/test/adapterContract/harness.ts'
import { checkForLeaks, consoleErrors, mountStage } from '../../core/test/adapterContract/mountStage.ts'
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

describe('server rendering in Vue', () => {
  checkForLeaks()

  test.each<[string, Source, Options, string]>([
    ['a URL', 'ws://a/', {}, 'connecting'],
    ['a function', () => 'ws://a/', {}, 'connecting'],
    ['an async function', async () => 'ws://a/', {}, 'connecting'],
    ['no URL', null, {}, 'closed'],
    ['an empty URL', '', {}, 'closed'],
    ['immediate: false', 'ws://a/', { immediate: false }, 'closed'],
  ])('a server render of %s opens no connection, and hydration matches it', async (_, source, more, status) => {
    const { act, options, server, clock, environment } = mountStage(harness)
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
    expect(consoleErrors).toEqual([])
    app.unmount()
  })

  test('a server render does not call the URL function', async () => {
    const { options } = mountStage(harness)
    let calls = 0
    const source = (): string => {
      calls++
      return 'ws://a/'
    }
    await renderToString(page(source, options()))
    expect(calls).toBe(0)
  })

  test('a server render of a shared client opens no connection and leaves no subscriber', async () => {
    const { act, createSharedClient, server } = mountStage(harness)
    const shared = createSharedClient()
    let subscribed = 0
    const counted = {
      ...shared,
      subscribe: (listener: () => void) => {
        subscribed++
        const unsubscribe = shared.subscribe(listener)
        return () => {
          subscribed--
          unsubscribe()
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
