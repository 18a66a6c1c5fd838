import { mount } from '@vue/test-utils'
import { KeepAlive, Suspense, defineAsyncComponent, defineComponent, effectScope, h, ref } from 'vue'
import { describe, expect, test } from 'vitest'
import type { Client } from '../../core/test/adapterContract/harness.ts'
import {
  checkForLeaks,
  consoleErrors,
  mountStage,
  recordCallbacks,
} from '../../core/test/adapterContract/mountStage.ts'
import { createWebSocket, useMessage, useWebSocket } from '../src/index.ts'
import { vueHarness } from './support/vueHarness.ts'

const harness = vueHarness('')

describe('useWebSocket in Vue scopes', () => {
  checkForLeaks()

  test('a connection in an effect scope opens at once and closes when the scope stops', async () => {
    const { act, options, server, clock } = mountStage(harness)
    const scope = effectScope()
    const { lines, callbacks } = recordCallbacks()
    const { status, send } = scope.run(() => useWebSocket('ws://a/', options(callbacks)))!
    expect(server.connections).toHaveLength(1)
    await act()
    expect(status.value).toBe('open')
    lines.length = 0
    scope.stop()
    await act()
    expect(status.value).toBe('closed')
    expect(send('late')).toBe('dropped')
    expect([server.alive, clock.pending, lines]).toEqual([0, 0, []])
  })

  test('no callback is called for a shared client once the scope has stopped', async () => {
    const { act, createSharedClient } = mountStage(harness)
    const shared = createSharedClient()
    const scope = effectScope()
    const { lines, callbacks } = recordCallbacks()
    scope.run(() => useWebSocket(shared, callbacks))
    await act()
    lines.length = 0
    scope.stop()
    shared.close()
    expect(lines).toEqual([])
  })

  test('a connection outside of components and scopes stays open until its client is disposed', async () => {
    const { act, options, server } = mountStage(harness)
    const { status, client } = useWebSocket('ws://a/', options())
    await act()
    expect(status.value).toBe('open')
    client.value.dispose()
    expect(status.value).toBe('closed')
    expect(server.alive).toBe(0)
  })

  test('a connection in a detached scope of a component closes when that scope stops, before unmounting', async () => {
    const { act, options, createSharedClient, server } = mountStage(harness)
    const scope = effectScope(true)
    const never = effectScope(true)
    const shared = createSharedClient({ linger: 0 }, 'ws://never/')
    const page = mount(
      defineComponent(() => {
        scope.run(() => useWebSocket('ws://a/', options()))
        never.run(() => useMessage(shared, () => {}))
        never.stop()
        return () => null
      }),
    )
    await act()
    expect(server.connections.map(({ url }) => url)).toEqual(['ws://a/'])
    scope.stop()
    await act()
    expect(server.alive).toBe(0)
    page.unmount()
  })

  test('a component deactivated by KeepAlive stays connected, and closes when KeepAlive removes it', async () => {
    const { act, sendFromServer, options, server } = mountStage(harness)
    const shown = ref(true)
    const kept = ref(true)
    const handled: unknown[] = []
    const Chat = defineComponent({
      name: 'Chat',
      setup: () => {
        const { status, received } = useWebSocket(
          'ws://a/',
          options({ onMessage: (message) => handled.push(message), pace: 'sync' }),
        )
        return () => h('p', `${status.value} ${received.value}`)
      },
    })
    const page = mount(() =>
      h(KeepAlive, { include: kept.value ? ['Chat'] : ['None'] }, () => (shown.value ? h(Chat) : null)),
    )
    await act()
    await act(() => (shown.value = false))
    expect(server.alive).toBe(1)
    await sendFromServer('while away')
    expect(handled).toEqual(['while away'])
    await act(() => (shown.value = true))
    expect(page.text()).toBe('open 1')
    expect(server.connections).toHaveLength(1)
    await act(() => (shown.value = false))
    await act(() => (kept.value = false))
    expect(server.alive).toBe(0)
    page.unmount()
  })

  test('under Suspense a component that is never shown opens no connection', async () => {
    const { act, options, server, clock } = mountStage(harness)
    const shown = ref(true)
    let resolve: () => void = () => {}
    const Slow = defineAsyncComponent(
      () =>
        new Promise<ReturnType<typeof defineComponent>>((done) => {
          resolve = () => done(defineComponent(() => () => 'slow'))
        }),
    )
    const Chat = defineComponent(() => {
      const { status } = useWebSocket('ws://a/', options())
      return () => [status.value, h(Slow)]
    })
    const page = mount(() =>
      h(Suspense, null, { default: () => (shown.value ? h(Chat) : h('p')), fallback: () => 'wait' }),
    )
    await act()
    expect(page.text()).toBe('wait')
    expect(server.connections).toHaveLength(0)
    await act(() => (shown.value = false))
    await act(resolve)
    expect([server.connections.length, clock.pending]).toEqual([0, 0])
    page.unmount()
  })

  test('under Suspense a component connects once its setup has resolved', async () => {
    const { act, options, server } = mountStage(harness)
    let resolve: () => void = () => {}
    const ready = new Promise<void>((done) => {
      resolve = done
    })
    const Chat = defineComponent({
      setup: async () => {
        const { status } = useWebSocket('ws://a/', options())
        await ready
        return () => h('p', status.value)
      },
    })
    const page = mount(() => h(Suspense, null, { default: () => h(Chat), fallback: () => 'wait' }))
    await act()
    expect(server.connections).toHaveLength(0)
    await act(resolve)
    await act()
    expect(page.text()).toBe('open')
    page.unmount()
    await act()
    expect(server.alive).toBe(0)
  })

  test('under Suspense a URL that changes while pending is dialled only when the component is shown', async () => {
    const { act, options, server } = mountStage(harness)
    const url = ref('ws://a/')
    let resolve: () => void = () => {}
    const ready = new Promise<void>((done) => {
      resolve = done
    })
    const Chat = defineComponent({
      setup: async () => {
        const { status } = useWebSocket(url, options())
        await ready
        return () => h('p', status.value)
      },
    })
    const page = mount(() => h(Suspense, null, { default: () => h(Chat), fallback: () => 'wait' }))
    await act(() => (url.value = 'ws://b/'))
    expect(server.connections).toHaveLength(0)
    await act(resolve)
    await act()
    expect(server.connections.map((connection) => connection.url)).toEqual(['ws://b/'])
    page.unmount()
  })

  test('the callbacks of a component receive the dial that its child component started', async () => {
    const { act, options } = mountStage(harness)
    const { lines, callbacks } = recordCallbacks()
    const Child = defineComponent({
      props: { client: { type: Object, required: true } },
      setup: (props) => {
        const { status } = useWebSocket(props.client as Client)
        return () => status.value
      },
    })
    const page = mount(
      defineComponent(() => {
        const { client } = useWebSocket('ws://a/', options(callbacks))
        return () => h(Child, { client: client.value })
      }),
    )
    await act()
    expect(page.text()).toBe('open')
    expect(lines).toEqual(['status connecting', 'status open', 'open'])
    page.unmount()
  })

  test('a new key does not reconnect a shared client and keeps its callbacks', async () => {
    const { act, clock, options, server } = mountStage(harness)
    const shared = createWebSocket('ws://a/', { ...options(), lazy: true })
    const key = ref(1)
    const handled: unknown[] = []
    const page = mount(
      defineComponent(() => {
        // @ts-expect-error a shared client has no key
        const { status } = useWebSocket(shared, { key, onMessage: (message) => handled.push(message) })
        return () => status.value
      }),
    )
    await act()
    key.value++
    await act()
    clock.advance(5000)
    await act()
    server.last.send('still here')
    await act()
    expect([page.text(), handled, server.connections.length]).toEqual(['open', ['still here'], 1])
    expect(consoleErrors.splice(0)).toEqual([expect.stringContaining('ignored: key')])
    page.unmount()
    await act()
    shared.dispose()
  })

  test('a component that unmounts right after mounting leaves no connection', async () => {
    const { act, options, server, clock } = mountStage(harness)
    mount(
      defineComponent(() => {
        useWebSocket('ws://a/', options())
        return () => null
      }),
    ).unmount()
    await act()
    expect([server.alive, clock.pending]).toEqual([0, 0])
  })
})
