import { mount } from '@vue/test-utils'
import { type Ref, computed, defineComponent, effectScope, h, nextTick, ref, shallowRef, toRef } from 'vue'
import { describe, expect, test, vi } from 'vitest'
import {
  type Client,
  type Options,
  type Stage,
  complaints,
  keepStagesClean,
  setStage,
} from '../../core/test/adapterContract/mountStage.ts'
import { type UseWebSocketReturn, useMessage, useWebSocket } from '../src/index.ts'
import type { Source } from '../src/source.ts'
import { vueHarness } from './support/vueHarness.ts'

const harness = vueHarness('')
type Chat = UseWebSocketReturn<unknown, unknown>

/** Uses a source within a scope, and ends the scope with the test. */
const use = async (stage: Stage, source: Source<unknown, unknown>, more?: Options): Promise<Chat> => {
  const scope = effectScope()
  stage.onEnd(() => scope.stop())
  const chat = scope.run(() => useWebSocket(source, stage.options(more)))!
  await stage.act()
  return chat
}
const urls = ({ server }: Stage): string[] => server.connections.map(({ url }) => url)

describe('an address in Vue', () => {
  keepStagesClean()

  test('in a ref is followed', async () => {
    const stage = setStage(harness)
    const url = ref<string | undefined>('ws://a/')
    const { status } = await use(stage, url)
    expect(status.value).toBe('open')
    url.value = undefined
    expect(status.value).toBe('closed')
    url.value = 'ws://b/'
    // Known at once, dialled after a flush.
    expect(status.value).toBe('connecting')
    await stage.act()
    expect(status.value).toBe('open')
    expect(urls(stage)).toEqual(['ws://a/', 'ws://b/'])
  })

  test('(PR1) what is sent right after it changed is for the new one', async () => {
    const stage = setStage(harness)
    const url = ref('ws://a/')
    const { send } = await use(stage, url)
    url.value = 'ws://b/'
    expect(send('for b')).toBe('queued')
    await stage.act()
    expect(stage.server.connections.map(({ received }) => received)).toEqual([[], ['for b']])
  })

  test('as a function is asked at each dial, and followed when what it reads changes', async () => {
    const stage = setStage(harness)
    const room = ref('a')
    const asked = vi.fn(({ attempt }: { attempt: number }) => `ws://${room.value}/?attempt=${attempt}`)
    const { status } = await use(stage, asked)
    expect(asked).toHaveBeenCalledTimes(1)
    await stage.act(() => stage.server.last.drop())
    await stage.pass(750)
    expect(urls(stage)).toEqual(['ws://a/?attempt=0', 'ws://a/?attempt=1'])
    room.value = 'b'
    expect(status.value).toBe('connecting')
    await stage.act()
    expect(urls(stage).at(-1)).toBe('ws://b/?attempt=0')
    expect(stage.server.alive).toBe(1)
  })

  test('as a function that reads what is told by the dial and returns the same is the same', async () => {
    const stage = setStage(harness)
    const user = ref({ name: 'anna', room: 'a' })
    await use(stage, () => `ws://${user.value.room}/`)
    user.value = { name: 'ben', room: 'a' }
    await stage.act()
    user.value.name = 'carla'
    await stage.act()
    expect(urls(stage)).toEqual(['ws://a/'])
    user.value = { name: 'carla', room: 'b' }
    await stage.act()
    expect(urls(stage)).toEqual(['ws://a/', 'ws://b/'])
  })

  test('made of two refs that change together is dialled once', async () => {
    const stage = setStage(harness)
    const [host, path] = [ref('a'), ref('x')]
    await use(stage, () => `ws://${host.value}/${path.value}`)
    host.value = 'b'
    path.value = 'y'
    await stage.act()
    expect(urls(stage)).toEqual(['ws://a/x', 'ws://b/y'])
  })

  test('as an async function is followed by what it reads before it waits, and by nothing that it reads later', async () => {
    const stage = setStage(harness)
    const [room, token] = [ref('a'), ref(1)]
    const asked = vi.fn(async () => {
      const { value } = room
      await Promise.resolve()
      return `ws://${value}/?token=${token.value}`
    })
    await use(stage, asked)
    token.value = 2
    await stage.act()
    expect(asked).toHaveBeenCalledTimes(1)
    room.value = 'b'
    await stage.act()
    expect(asked).toHaveBeenCalledTimes(2)
    expect(urls(stage)).toEqual(['ws://a/?token=1', 'ws://b/?token=2'])
  })

  test('as an async function that reads a computed is followed only when that gives another value', async () => {
    const stage = setStage(harness)
    const count = ref(1)
    const parity = computed(() => count.value % 2)
    await use(stage, async () => `ws://${parity.value}.test/`)
    count.value = 3
    await stage.act()
    expect(urls(stage)).toEqual(['ws://1.test/'])
    count.value = 4
    await stage.act()
    expect(urls(stage)).toEqual(['ws://1.test/', 'ws://0.test/'])
  })

  test('as a function is followed by what it read at the last dial only', async () => {
    const stage = setStage(harness)
    const [first, later] = [ref('a'), ref('b')]
    await use(stage, ({ attempt }: { attempt: number }) => `ws://${attempt ? later.value : first.value}/`)
    await stage.act(() => stage.server.last.drop())
    await stage.pass(750)
    first.value = 'x'
    await stage.act()
    expect(urls(stage)).toEqual(['ws://a/', 'ws://b/'])
    later.value = 'c'
    await stage.act()
    expect(urls(stage).at(-1)).toBe('ws://x/')
  })

  test('as a function that had no address is asked again when what it reads changes', async () => {
    const stage = setStage(harness)
    const user = ref('')
    const { status } = await use(stage, () => user.value && `ws://${user.value}/`)
    expect(status.value).toBe('closed')
    user.value = 'anna'
    await stage.act()
    expect(status.value).toBe('open')
    user.value = ''
    await stage.act()
    expect(status.value).toBe('closed')
    expect(stage.server.alive).toBe(0)
  })

  test('as a function that throws is a failed dial, and what it reads is followed all the same', async () => {
    const stage = setStage(harness)
    const user = ref<{ name: string }>()
    const { status, error } = await use(stage, () => `ws://${user.value!.name}/`)
    expect(status.value).toBe('reconnecting')
    expect(error.value?.message).toContain('could not dial')
    user.value = { name: 'anna' }
    await stage.act()
    expect(status.value).toBe('open')
    // One that begins to throw is no error where the ref is set.
    expect(() => (user.value = undefined)).not.toThrow()
    await stage.act()
    expect(status.value).toBe('reconnecting')
    expect(stage.server.alive).toBe(0)
  })

  test('is not asked for before open(), nor followed after the end of the scope', async () => {
    const stage = setStage(harness)
    const room = ref('a')
    const asked = vi.fn(() => `ws://${room.value}/`)
    const scope = effectScope()
    const chat = scope.run(() => useWebSocket(asked, stage.options({ immediate: false })))!
    await stage.act()
    expect(asked).not.toHaveBeenCalled()
    chat.open()
    await stage.act()
    expect(asked).toHaveBeenCalledTimes(1)
    scope.stop()
    room.value = 'b'
    await stage.act()
    expect(asked).toHaveBeenCalledTimes(1)
    expect(stage.server.alive).toBe(0)
  })

  test('in a ref may be a client, and another one', async () => {
    const stage = setStage(harness)
    const [a, b] = [stage.share({ linger: 0 }, 'ws://a/'), stage.share({ linger: 0 }, 'ws://b/')]
    const source = shallowRef(a)
    const { client, status } = await use(stage, source)
    expect(client.value).toBe(a)
    expect(status.value).toBe('open')
    source.value = b
    expect(client.value).toBe(b)
    await stage.act()
    expect([a.get().status, b.get().status, status.value]).toEqual(['closed', 'open', 'open'])
  })

  test('in a deep ref may be a client too', async () => {
    const stage = setStage(harness)
    const source = ref(stage.share()) as unknown as Ref<Client>
    const { status, lastMessage, send } = await use(stage, source)
    await stage.say('hello')
    expect([status.value, lastMessage.value, send('hi')]).toEqual(['open', 'hello', 'sent'])
  })

  test('as a getter of a client, such as a prop, is that client once it is mounted, and follows the prop', async () => {
    const stage = setStage(harness)
    const [a, b] = [stage.share({ linger: 0 }, 'ws://a/'), stage.share({ linger: 0 }, 'ws://b/')]
    const heard: unknown[] = []
    const Child = defineComponent({
      props: { client: { type: Object, required: true } },
      setup: (props) => {
        const { status, client } = useWebSocket(() => props.client as Client)
        useMessage(
          () => props.client as Client,
          (message) => heard.push(message),
        )
        return () => h('p', `${status.value} ${client.value.url}`)
      },
    })
    const page = mount(Child, { props: { client: a } })
    stage.onEnd(() => page.unmount())
    await stage.act()
    expect(page.text()).toBe('open ws://a/')
    await stage.say('from a')
    await stage.act(() => page.setProps({ client: b }))
    expect(page.text()).toBe('open ws://b/')
    expect(stage.server.alive).toBe(1)
    await stage.say('from b')
    expect(heard).toEqual(['from a', 'from b'])
  })

  test('as a getter of a client that gives another has nothing between the one and the other', async () => {
    const stage = setStage(harness)
    const [a, b] = [stage.share({ linger: 0 }, 'ws://a/'), stage.share({ linger: 0 }, 'ws://b/')]
    const source = shallowRef(a)
    const { send } = await use(stage, () => source.value)
    source.value = b
    expect(send('for b')).toBe('queued')
    await stage.act()
    expect(stage.server.connections.map(({ url, received }) => [url, received])).toEqual([
      ['ws://a/', []],
      ['ws://b/', ['for b']],
    ])
  })

  test('as toRef of a getter of a client is that client from the start', async () => {
    const stage = setStage(harness)
    const shared = stage.share()
    const scope = effectScope()
    stage.onEnd(() => scope.stop())
    const { client } = scope.run(() =>
      useWebSocket(
        toRef(() => shared),
        {},
      ),
    )!
    expect(client.value).toBe(shared)
    await stage.act()
  })

  test('that becomes wrong closes the connection, so that nothing goes to the old one', async () => {
    const stage = setStage(harness)
    const url = ref('ws://a/')
    const { status, send } = await use(stage, url)
    expect(() => (url.value = 'ftp://b/')).toThrow('url: expected')
    expect(complaints.splice(0)).toHaveLength(1) // Vue's own
    await nextTick()
    expect(status.value).toBe('closed')
    expect(send('hello')).toBe('dropped')
    expect(stage.server.alive).toBe(0)
    url.value = 'ws://c/'
    await stage.act()
    expect(status.value).toBe('open')
  })
})
