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
import { setHub } from '../../core/test/adapterContract/mountSessionStage.ts'
import { complaints, keepStagesClean } from '../../core/test/adapterContract/mountStage.ts'
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
  keepStagesClean()

  test('a component that KeepAlive sets aside goes on following, and one that it drops does not', async () => {
    const { act, shareSession, welcome, tell, msg, heard } = setHub(harness)
    const client = shareSession()
    const [Room, Hall] = [room(client), room(client, 'hall')]
    const shown = ref(true)
    const kept = ref(true)
    const page = mount(() => [
      h(Hall),
      h(KeepAlive, { include: kept.value ? ['Room'] : ['None'] }, () => (shown.value ? h(Room) : null)),
    ])
    await welcome()
    await act(() => (shown.value = false))
    await tell(msg('room', 1))
    await act(() => (shown.value = true))
    expect(page.text()).toBe('(0)room 1 (0)')
    await act(() => (shown.value = false))
    await act(() => (kept.value = false))
    expect(heard().at(-1)).toBe('unsub room')
    page.unmount()
  })

  test.each<[string, (name: Ref<string>) => Ref<string> | (() => string)]>([
    ['a ref', (name) => name],
    ['a getter', (name) => () => name.value],
  ])('the name may be %s: when it changes, another stream is followed', async (_, given) => {
    const { act, shareSession, welcome, tell, msg, heard } = setHub(harness)
    const name = ref('a')
    const page = mount(room(shareSession(), given(name)))
    await welcome()
    await tell(msg('a', 1))
    await act(() => {
      name.value = 'on the way'
      name.value = 'b'
    })
    await tell({ t: 'sub', s: 'b', at: ['e', 0, 'fresh'] }, msg('a', 2), msg('b', 1))
    expect([page.text(), heard()]).toEqual(['b 1 (0)', ['hello a', 'sub b', 'unsub a']])
    page.unmount()
  })

  test('the client may be a ref, or come from a getter that is asked when mounted', async () => {
    const { act, shareSession, welcome, tell, msg, heard, server } = setHub(harness)
    const [first, second] = [shareSession({}, { linger: 0 }), shareSession({}, { linger: 0 })]
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
    await tell(msg('room', 1, 'one'))
    expect([page.text(), server.alive]).toEqual(['one falseone', 1])
    await act(() => (client.value = second))
    await welcome()
    await tell(msg('room', 1, 'two'))
    expect([page.text(), heard(), server.alive]).toEqual(['two truetwo', ['hello room'], 1])
    page.unmount()
  })

  test('callbacks and select of reactive options are the latest, one that comes later too, and the list goes on', async () => {
    const { act, shareSession, welcome, tell, msg, heard: frames } = setHub(harness)
    const heard: unknown[] = []
    const options = shallowReactive<UseStreamOptions<unknown, unknown, unknown>>({})
    const client = shareSession()
    const page = mount(
      defineComponent(() => {
        const { messages } = useStream(client, 'room', options)
        return () => h('p', messages.value.map(({ message }) => message).join())
      }),
    )
    await welcome()
    await tell(msg('room', 1))
    await act(() =>
      Object.assign(options, {
        onMessage: (message: unknown) => heard.push(message),
        onOpen: () => heard.push('open'),
        select: () => 'selected',
      }),
    )
    await tell(msg('room', 2))
    expect([page.text(), heard]).toEqual(['room 1,selected', ['room 2']])
    page.unmount()
    await act()
    expect(frames()).toEqual(['hello room', 'unsub room'])
  })

  test('within an effect scope it follows at once, and ends with it', async () => {
    const { act, speaking, welcome, tell, msg, server } = setHub(harness)
    const scope = effectScope()
    const { messages, clear } = scope.run(() => useStream('ws://a/', 'room', { ...speaking(), session: session() }))!
    await welcome()
    await tell(msg('room', 1))
    expect(messages.value).toHaveLength(1)
    clear()
    expect(messages.value).toHaveLength(0)
    scope.stop()
    await act()
    expect(server.alive).toBe(0)
  })

  test('a server render joins nothing, and the first render in the browser agrees with it', async () => {
    const { act, shareSession, welcome, tell, msg, server } = setHub(harness)
    const client = shareSession()
    const html = await renderToString(createSSRApp(room(client)))
    await act()
    expect([html, server.connections.length]).toEqual(['<p> (0)</p>', 0])
    const container = document.createElement('div')
    container.innerHTML = html
    const app = createSSRApp(room(client))
    app.mount(container)
    await welcome()
    await tell(msg('room', 1))
    expect([container.textContent, complaints]).toEqual(['room 1 (0)', []])
    app.unmount()
  })
})
