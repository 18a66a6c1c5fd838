import { mount } from '@vue/test-utils'
import { KeepAlive, Suspense, defineAsyncComponent, defineComponent, effectScope, h, ref } from 'vue'
import { describe, expect, test } from 'vitest'
import { type Client, diary, keepStagesClean, setStage } from '../../core/test/adapterContract/mountStage.ts'
import { createWebSocket, useMessage, useWebSocket } from '../src/index.ts'
import { vueHarness } from './support/vueHarness.ts'

const harness = vueHarness('')

describe('where it may be used in Vue', () => {
  keepStagesClean()

  test('within an effect scope it connects at once, and ends with it', async () => {
    const { act, options, server, clock } = setStage(harness)
    const scope = effectScope()
    const { lines, callbacks } = diary()
    const { status, send } = scope.run(() => useWebSocket('ws://a/', options(callbacks)))!
    expect(server.connections).toHaveLength(1)
    await act()
    expect(status.value).toBe('open')
    lines.length = 0
    scope.stop()
    expect(status.value).toBe('closed')
    expect(send('late')).toBe('dropped')
    expect([server.alive, clock.pending, lines]).toEqual([0, 0, []])
  })

  test('outside of everything it lives until its client is disposed', async () => {
    const { act, options, server } = setStage(harness)
    const { status, client } = useWebSocket('ws://a/', options())
    await act()
    expect(status.value).toBe('open')
    client.value.dispose()
    expect(status.value).toBe('closed')
    expect(server.alive).toBe(0)
  })

  test('within a scope of a component it ends with that scope, before the component does', async () => {
    const { act, options, share, server } = setStage(harness)
    const scope = effectScope(true)
    const never = effectScope(true)
    const shared = share({ linger: 0 }, 'ws://never/')
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

  test('a component that KeepAlive sets aside stays connected, and one that it drops does not', async () => {
    const { act, say, options, server } = setStage(harness)
    const shown = ref(true)
    const kept = ref(true)
    const heard: unknown[] = []
    const Chat = defineComponent({
      name: 'Chat',
      setup: () => {
        const { status, received } = useWebSocket(
          'ws://a/',
          options({ onMessage: (message) => heard.push(message), pace: 'sync' }),
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
    await say('while away')
    expect(heard).toEqual(['while away'])
    await act(() => (shown.value = true))
    expect(page.text()).toBe('open 1')
    expect(server.connections).toHaveLength(1)
    await act(() => (shown.value = false))
    await act(() => (kept.value = false))
    expect(server.alive).toBe(0)
    page.unmount()
  })

  test('under Suspense nothing is opened for a component that never came to be shown', async () => {
    const { act, options, server, clock } = setStage(harness)
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

  test('under Suspense it connects once what it waits for has come', async () => {
    const { act, options, server } = setStage(harness)
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
    expect(server.alive).toBe(0)
  })

  test('under Suspense an address that changes meanwhile is not dialled before it is shown', async () => {
    const { act, options, server } = setStage(harness)
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

  test('the callbacks of a component hear the dial that a component within it began', async () => {
    const { act, options } = setStage(harness)
    const { lines, callbacks } = diary()
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

  test('another key leaves a shared client as it is, and its callbacks heard', async () => {
    const { act, clock, options, server } = setStage(harness)
    const shared = createWebSocket('ws://a/', { ...options(), lazy: true })
    const key = ref(1)
    const heard: unknown[] = []
    const page = mount(
      defineComponent(() => {
        const { status } = useWebSocket(shared, { key, onMessage: (message) => heard.push(message) })
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
    expect([page.text(), heard, server.connections.length]).toEqual(['open', ['still here'], 1])
    page.unmount()
    await act()
    shared.dispose()
  })

  test('mounted and unmounted in one breath it opens nothing that stays', async () => {
    const { act, options, server, clock } = setStage(harness)
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
