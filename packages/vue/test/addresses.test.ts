import { mount } from '@vue/test-utils'
import {
  type Ref,
  computed,
  defineComponent,
  effectScope,
  h,
  nextTick,
  ref,
  shallowReactive,
  shallowRef,
  toRef,
} from 'vue'
import { describe, expect, test, vi } from 'vitest'
import type { Client, Options } from '../../core/test/adapterContract/harness.ts'
import { checkForLeaks, consoleErrors, mountStage, type Stage } from '../../core/test/adapterContract/mountStage.ts'
import { type UseWebSocketReturn, useMessage, useWebSocket } from '../src/index.ts'
import type { Source } from '../src/source.ts'
import { vueHarness } from './support/vueHarness.ts'

const harness = vueHarness('')
type Chat = UseWebSocketReturn<unknown, unknown>

/** Calls `useWebSocket` within a scope that stops when the test ends. */
const use = async (
  stage: Stage,
  source: Source<unknown, unknown>,
  options: Options = stage.options(),
): Promise<Chat> => {
  const scope = effectScope()
  stage.onCleanup(() => scope.stop())
  const chat = scope.run(() => useWebSocket(source, options))!
  await stage.act()
  return chat
}
const urls = ({ server }: Stage): string[] => server.connections.map(({ url }) => url)

describe('the source of useWebSocket in Vue', () => {
  checkForLeaks()

  test('a ref with a URL is followed when it changes', async () => {
    const stage = mountStage(harness)
    const url = ref<string | undefined>('ws://a/')
    const { status } = await use(stage, url)
    expect(status.value).toBe('open')
    url.value = undefined
    expect(status.value).toBe('closed')
    url.value = 'ws://b/'
    // The status changes at once; the dial follows after a flush.
    expect(status.value).toBe('connecting')
    await stage.act()
    expect(status.value).toBe('open')
    expect(urls(stage)).toEqual(['ws://a/', 'ws://b/'])
  })

  test('(PR1) a message sent right after the URL changed goes to the new URL', async () => {
    const stage = mountStage(harness)
    const url = ref('ws://a/')
    const { send } = await use(stage, url)
    url.value = 'ws://b/'
    expect(send('for b')).toBe('queued')
    await stage.act()
    expect(stage.server.connections.map(({ received }) => received)).toEqual([[], ['for b']])
  })

  test('a URL function is called at each dial, and again when a ref that it reads changes', async () => {
    const stage = mountStage(harness)
    const room = ref('a')
    const getUrl = vi.fn(({ attempt }: { attempt: number }) => `ws://${room.value}/?attempt=${attempt}`)
    const { status } = await use(stage, getUrl)
    expect(getUrl).toHaveBeenCalledTimes(1)
    await stage.act(() => stage.server.last.drop())
    await stage.advance(750)
    expect(urls(stage)).toEqual(['ws://a/?attempt=0', 'ws://a/?attempt=1'])
    room.value = 'b'
    expect(status.value).toBe('connecting')
    await stage.act()
    expect(urls(stage).at(-1)).toBe('ws://b/?attempt=0')
    expect(stage.server.alive).toBe(1)
  })

  test('a URL function in a ref is replaced by a URL', async () => {
    const stage = mountStage(harness)
    const source = shallowRef<string | (() => string)>(() => 'ws://a/')
    await use(stage, source)
    source.value = 'ws://b/'
    await stage.act()
    expect(urls(stage)).toEqual(['ws://a/', 'ws://b/'])
  })

  test('a key in plain options is followed when it changes', async () => {
    const stage = mountStage(harness)
    const key = ref(1)
    await use(stage, 'ws://a/', stage.options({ key } as Options))
    key.value = 2
    await stage.act()
    expect([urls(stage), stage.server.alive]).toEqual([['ws://a/', 'ws://a/'], 1])
  })

  test('reactive options beside a plain source are followed when they change', async () => {
    const stage = mountStage(harness)
    const own = shallowReactive<Options>(stage.options())
    await use(stage, 'ws://a/', own)
    own.key = 'other'
    await stage.act()
    expect(stage.server.connections).toHaveLength(2)
    const handled: unknown[] = []
    const beside = shallowReactive<Options>({})
    await use(stage, stage.createSharedClient(), beside)
    beside.onMessage = (message) => handled.push(`first ${String(message)}`)
    await stage.act()
    await stage.sendFromServer('1')
    beside.onMessage = (message) => handled.push(`second ${String(message)}`)
    stage.server.last.send('2')
    await stage.act()
    expect(handled).toEqual(['first 1', 'second 2'])
  })

  test('a URL function of the previous key is not called when a ref that it reads changes', async () => {
    const stage = mountStage(harness)
    const [key, room] = [ref(1), ref('a')]
    const getUrl = vi.fn(() => `ws://${room.value}/`)
    await use(stage, getUrl, stage.options({ key } as Options))
    key.value = 2
    await stage.act()
    expect(getUrl).toHaveBeenCalledTimes(2)
    room.value = 'b'
    await stage.act()
    // Once to compare the URL, and once at the dial.
    expect(getUrl).toHaveBeenCalledTimes(4)
  })

  test('a URL function that returns an equal URL object after a change does not reconnect', async () => {
    const stage = mountStage(harness)
    const user = ref('anna')
    await use(stage, () => new URL(`ws://a/${user.value && ''}`))
    user.value = 'ben'
    await stage.act()
    expect(urls(stage)).toEqual(['ws://a/'])
  })

  test('a URL function that returns an equal URL after a change does not reconnect', async () => {
    const stage = mountStage(harness)
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

  test('a URL made of two refs that change together is dialled once', async () => {
    const stage = mountStage(harness)
    const [host, path] = [ref('a'), ref('x')]
    await use(stage, () => `ws://${host.value}/${path.value}`)
    host.value = 'b'
    path.value = 'y'
    await stage.act()
    expect(urls(stage)).toEqual(['ws://a/x', 'ws://b/y'])
  })

  test('an async URL function is followed by the refs that it reads before its first await only', async () => {
    const stage = mountStage(harness)
    const [room, token] = [ref('a'), ref(1)]
    const getUrl = vi.fn(async () => {
      const { value } = room
      await Promise.resolve()
      return `ws://${value}/?token=${token.value}`
    })
    await use(stage, getUrl)
    token.value = 2
    await stage.act()
    expect(getUrl).toHaveBeenCalledTimes(1)
    room.value = 'b'
    await stage.act()
    expect(getUrl).toHaveBeenCalledTimes(2)
    expect(urls(stage)).toEqual(['ws://a/?token=1', 'ws://b/?token=2'])
  })

  test('an async URL function that reads a computed is called again only when the computed value changes', async () => {
    const stage = mountStage(harness)
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

  test('a URL function is followed by the refs that it read at the last dial only', async () => {
    const stage = mountStage(harness)
    const [first, later] = [ref('a'), ref('b')]
    await use(stage, ({ attempt }: { attempt: number }) => `ws://${attempt ? later.value : first.value}/`)
    await stage.act(() => stage.server.last.drop())
    await stage.advance(750)
    first.value = 'x'
    await stage.act()
    expect(urls(stage)).toEqual(['ws://a/', 'ws://b/'])
    later.value = 'c'
    await stage.act()
    expect(urls(stage).at(-1)).toBe('ws://x/')
  })

  test('a URL function that returned no URL is called again when a ref that it reads changes', async () => {
    const stage = mountStage(harness)
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

  test('a URL function that throws is a failed dial, and the refs that it reads are still followed', async () => {
    const stage = mountStage(harness)
    const user = ref<{ name: string }>()
    const { status, error } = await use(stage, () => `ws://${user.value!.name}/`)
    expect(status.value).toBe('reconnecting')
    expect(error.value?.message).toMatch(/^the url function failed: /)
    expect(consoleErrors.splice(0)).toEqual([`DialError: ${error.value!.message}`])
    user.value = { name: 'anna' }
    await stage.act()
    expect(status.value).toBe('open')
    // A URL function that begins to throw does not throw at the assignment of the ref.
    expect(() => (user.value = undefined)).not.toThrow()
    await stage.act()
    expect(status.value).toBe('reconnecting')
    expect(stage.server.alive).toBe(0)
    expect(consoleErrors.splice(0)).toEqual([expect.stringMatching(/^DialError: the url function failed: /)]) // of another client
  })

  test('a URL function is not called before open(), and not after its scope has stopped', async () => {
    const stage = mountStage(harness)
    const room = ref('a')
    const getUrl = vi.fn(() => `ws://${room.value}/`)
    const scope = effectScope()
    const chat = scope.run(() => useWebSocket(getUrl, stage.options({ immediate: false })))!
    await stage.act()
    expect(getUrl).not.toHaveBeenCalled()
    chat.open()
    await stage.act()
    expect(getUrl).toHaveBeenCalledTimes(1)
    scope.stop()
    room.value = 'b'
    await stage.act()
    expect(getUrl).toHaveBeenCalledTimes(1)
    expect(stage.server.alive).toBe(0)
  })

  test('a ref with a client switches to another client', async () => {
    const stage = mountStage(harness)
    const [a, b] = [
      stage.createSharedClient({ linger: 0 }, 'ws://a/'),
      stage.createSharedClient({ linger: 0 }, 'ws://b/'),
    ]
    const source = shallowRef(a)
    const { client, status } = await use(stage, source, {})
    expect(client.value).toBe(a)
    expect(status.value).toBe('open')
    source.value = b
    expect(client.value).toBe(b)
    await stage.act()
    expect([a.get().status, b.get().status, status.value]).toEqual(['closed', 'open', 'open'])
  })

  test('a deep ref with a client works like a shallow one: it sends and receives', async () => {
    const stage = mountStage(harness)
    const source = ref(stage.createSharedClient()) as unknown as Ref<Client>
    const { status, lastMessage, send } = await use(stage, source, {})
    await stage.sendFromServer('hello')
    expect([status.value, lastMessage.value, send('hi')]).toEqual(['open', 'hello', 'sent'])
  })

  test('a getter of a client, such as a prop, gives that client once mounted, and is followed', async () => {
    const stage = mountStage(harness)
    const [a, b] = [
      stage.createSharedClient({ linger: 0 }, 'ws://a/'),
      stage.createSharedClient({ linger: 0 }, 'ws://b/'),
    ]
    const handled: unknown[] = []
    const Child = defineComponent({
      props: { client: { type: Object, required: true } },
      setup: (props) => {
        const { status, client } = useWebSocket(() => props.client as Client)
        useMessage(
          () => props.client as Client,
          (message) => handled.push(message),
        )
        return () => h('p', `${status.value} ${client.value.url}`)
      },
    })
    const page = mount(Child, { props: { client: a } })
    stage.onCleanup(() => page.unmount())
    await stage.act()
    expect(page.text()).toBe('open ws://a/')
    await stage.sendFromServer('from a')
    await stage.act(() => page.setProps({ client: b }))
    expect(page.text()).toBe('open ws://b/')
    expect(stage.server.alive).toBe(1)
    await stage.sendFromServer('from b')
    expect(handled).toEqual(['from a', 'from b'])
  })

  test('a getter of a client that returns to the first client is followed', async () => {
    const stage = mountStage(harness)
    const [a, b] = [
      stage.createSharedClient({ linger: 0 }, 'ws://a/'),
      stage.createSharedClient({ linger: 0 }, 'ws://b/'),
    ]
    const source = shallowRef(a)
    const { client } = await use(stage, () => source.value, {})
    for (const next of [b, a, b]) {
      source.value = next
      await stage.act()
      expect(client.value).toBe(next)
      expect(stage.server.alive).toBe(1)
    }
  })

  test('a message sent right after a getter of a client changed goes to the new client', async () => {
    const stage = mountStage(harness)
    const [a, b] = [
      stage.createSharedClient({ linger: 0 }, 'ws://a/'),
      stage.createSharedClient({ linger: 0 }, 'ws://b/'),
    ]
    const source = shallowRef(a)
    const { send } = await use(stage, () => source.value, {})
    source.value = b
    expect(send('for b')).toBe('queued')
    await stage.act()
    expect(stage.server.connections.map(({ url, received }) => [url, received])).toEqual([
      ['ws://a/', []],
      ['ws://b/', ['for b']],
    ])
  })

  test('toRef of a getter of a client gives that client from the start', async () => {
    const stage = mountStage(harness)
    const shared = stage.createSharedClient()
    const scope = effectScope()
    stage.onCleanup(() => scope.stop())
    const { client } = scope.run(() =>
      useWebSocket(
        toRef(() => shared),
        {},
      ),
    )!
    expect(client.value).toBe(shared)
    await stage.act()
  })

  test('a URL that becomes invalid closes the connection and drops messages', async () => {
    const stage = mountStage(harness)
    const url = ref('ws://a/')
    const { status, send } = await use(stage, url)
    expect(() => (url.value = 'ftp://b/')).toThrow('url: expected')
    expect(consoleErrors.splice(0)).toHaveLength(1) // printed by Vue
    await nextTick()
    expect(status.value).toBe('closed')
    expect(send('hello')).toBe('dropped')
    expect(stage.server.alive).toBe(0)
    url.value = 'ws://c/'
    await stage.act()
    expect(status.value).toBe('open')
  })
})
