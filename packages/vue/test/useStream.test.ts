import { mount } from '@vue/test-utils'
import {
  KeepAlive,
  type Ref,
  createSSRApp,
  defineComponent,
  effectScope,
  h,
  ref,
  shallowReactive,
  shallowRef,
} from 'vue'
import { renderToString } from 'vue/server-renderer'
import { describe, expect, test } from 'vitest'
import { session } from '../../core/src/session/index.ts'
import { mountSessionStage } from '../../core/test/adapterContract/mountSessionStage.ts'
import { checkForLeaks, consoleErrors } from '../../core/test/adapterContract/mountStage.ts'
import { type SessionClient, type UseStreamOptions, useStream } from '../src/index.ts'
import { vueHarness } from './support/vueHarness.ts'

const harness = vueHarness('')
type Client = SessionClient<unknown, unknown>

const room = (client: Client, stream: string | Ref<string> | (() => string) = 'room') =>
  defineComponent({
    name: 'Room',
    setup: () => {
      const { messages, members } = useStream(client, stream)
      return () => h('p', `${messages.value.map(({ message }) => message).join()} (${members.value.length})`)
    },
  })

describe('useStream in Vue', () => {
  checkForLeaks()

  test('a component deactivated by KeepAlive stays in the stream, and leaves when KeepAlive removes it', async () => {
    const { act, createSessionClient, welcome, sendFrames, messageFrame, subscriptionFrames } =
      mountSessionStage(harness)
    const client = createSessionClient()
    const [Room, Hall] = [room(client), room(client, 'hall')]
    const shown = ref(true)
    const kept = ref(true)
    const page = mount(() => [
      h(Hall),
      h(KeepAlive, { include: kept.value ? ['Room'] : ['None'] }, () => (shown.value ? h(Room) : null)),
    ])
    await welcome()
    await act(() => (shown.value = false))
    await sendFrames(messageFrame('room', 1))
    await act(() => (shown.value = true))
    expect(page.text()).toBe('(0)room 1 (0)')
    await act(() => (shown.value = false))
    await act(() => (kept.value = false))
    expect(subscriptionFrames().at(-1)).toBe('unsub room')
    page.unmount()
  })

  test.each<[string, (name: Ref<string>) => Ref<string> | (() => string)]>([
    ['a ref', (name) => name],
    ['a getter', (name) => () => name.value],
  ])('a stream name in %s is followed when it changes', async (_, given) => {
    const { act, createSessionClient, welcome, sendFrames, messageFrame, subscriptionFrames } =
      mountSessionStage(harness)
    const name = ref('a')
    const page = mount(room(createSessionClient(), given(name)))
    await welcome()
    await sendFrames(messageFrame('a', 1))
    await act(() => {
      name.value = 'on the way'
      name.value = 'b'
    })
    await sendFrames({ t: 'sub', s: 'b', at: ['e', 0, 'fresh'] }, messageFrame('a', 2), messageFrame('b', 1))
    expect([page.text(), subscriptionFrames()]).toEqual(['b 1 (0)', ['hello a', 'sub b', 'unsub a']])
    page.unmount()
  })

  test('the client may be in a ref or a getter, and is followed when it changes', async () => {
    const { act, createSessionClient, welcome, sendFrames, messageFrame, subscriptionFrames, server } =
      mountSessionStage(harness)
    const [first, second] = [createSessionClient({}, { linger: 0 }), createSessionClient({}, { linger: 0 })]
    const client = shallowRef(first)
    const Got = defineComponent(() => {
      const { messages, client: used } = useStream(() => client.value, 'room')
      return () => h('p', `${messages.value.map(({ message }) => message).join()} ${used.value === second}`)
    })
    const Ref = defineComponent(() => {
      const { messages } = useStream(client, 'room')
      return () => h('p', messages.value.map(({ message }) => message).join())
    })
    const page = mount(() => [h(Got), h(Ref)])
    await welcome()
    await sendFrames(messageFrame('room', 1, 'one'))
    expect([page.text(), server.alive]).toEqual(['one falseone', 1])
    await act(() => (client.value = second))
    await welcome()
    await sendFrames(messageFrame('room', 1, 'two'))
    expect([page.text(), subscriptionFrames(), server.alive]).toEqual(['two truetwo', ['hello room'], 1])
    page.unmount()
  })

  test('clear() does nothing before a getter has returned its client', async () => {
    const { createSessionClient } = mountSessionStage(harness)
    const client = createSessionClient()
    const page = mount(
      defineComponent(() => {
        const { messages, clear } = useStream(() => client, 'room')
        clear()
        return () => h('p', messages.value.length)
      }),
    )
    expect(page.text()).toBe('0')
    page.unmount()
  })

  test('the newest callbacks and select of reactive options are used, and the list is kept', async () => {
    const {
      act,
      createSessionClient,
      welcome,
      sendFrames,
      messageFrame,
      subscriptionFrames: frames,
    } = mountSessionStage(harness)
    const handled: unknown[] = []
    const options = shallowReactive<UseStreamOptions<unknown, unknown, unknown>>({})
    const client = createSessionClient()
    const page = mount(
      defineComponent(() => {
        const { messages } = useStream(client, 'room', options)
        return () => h('p', messages.value.map(({ message }) => message).join())
      }),
    )
    await welcome()
    await sendFrames(messageFrame('room', 1))
    await act(() =>
      Object.assign(options, {
        onMessage: (message: unknown) => handled.push(message),
        onOpen: () => handled.push('open'),
        select: () => 'selected',
      }),
    )
    await sendFrames(messageFrame('room', 2))
    expect([page.text(), handled]).toEqual(['room 1,selected', ['room 2']])
    page.unmount()
    await act()
    expect(frames()).toEqual(['hello room', 'unsub room'])
  })

  test('a stream in an effect scope is joined at once, and the connection closes when the scope stops', async () => {
    const { act, sessionOptions, welcome, sendFrames, messageFrame, server } = mountSessionStage(harness)
    const scope = effectScope()
    const { messages, clear } = scope.run(() =>
      useStream('ws://a/', 'room', { ...sessionOptions(), session: session() }),
    )!
    await welcome()
    await sendFrames(messageFrame('room', 1))
    expect(messages.value).toHaveLength(1)
    clear()
    expect(messages.value).toHaveLength(0)
    scope.stop()
    await act()
    expect(server.alive).toBe(0)
  })

  test('a server render joins no stream, and hydration matches it', async () => {
    const { act, createSessionClient, welcome, sendFrames, messageFrame, server } = mountSessionStage(harness)
    const client = createSessionClient()
    const html = await renderToString(createSSRApp(room(client)))
    await act()
    expect([html, server.connections.length]).toEqual(['<p> (0)</p>', 0])
    const container = document.createElement('div')
    container.innerHTML = html
    const app = createSSRApp(room(client))
    app.mount(container)
    await welcome()
    await sendFrames(messageFrame('room', 1))
    expect([container.textContent, consoleErrors]).toEqual(['room 1 (0)', []])
    app.unmount()
  })
})
