/** Components of Vue for the suite that both adapters pass. */

import { type VueWrapper, flushPromises, mount } from '@vue/test-utils'
import { type Component, type ShallowRef, defineComponent, h, shallowReactive, shallowRef } from 'vue'
import type { Dial } from '@holdfast/core'
import type {
  Field,
  Harness,
  Part,
  Shown,
  ShownList,
  ShownStream,
} from '../../../core/test/adapterContract/mountStage.ts'
import {
  type MessageEntry,
  type SessionClient,
  type UseWebSocketReturn,
  useMessage,
  useMessages,
  useStream,
  useWebSocket,
} from '../../src/index.ts'

const FUNCTIONS = ['send', 'open', 'close', 'reconnect'] as const

/** Reads nothing but what is asked for. */
const pick = (shown: UseWebSocketReturn<unknown, unknown>, fields: readonly Field[]): Shown =>
  Object.fromEntries([
    ...FUNCTIONS.map((name) => [name, shown[name]]),
    ...(['client', ...fields] as const).map((name) => [name, shown[name].value]),
  ]) as Shown

export const ALL: readonly Field[] = [
  'status',
  'lastMessage',
  'received',
  'messages',
  'attempt',
  'retryAt',
  'queued',
  'latency',
  'lastClose',
  'error',
]

const STREAM = ['messages', 'members', 'resync'] as const

export const vueHarness = (name: string, wrap: (inner: Component) => Component = (inner) => inner): Harness => ({
  name,
  act: async (deed) => {
    await deed()
    await flushPromises()
  },
  mount: async (given, copies = 1) => {
    let part: Part = given
    let now = {} as Shown
    let renders = 0
    // What a component's setup has at hand: a ref that changes, a function that closes over what changes, options that change.
    const address = shallowRef(part.source)
    const source =
      typeof part.source === 'function' ? (dial: Dial) => (part.source as (dial: Dial) => string)(dial) : address
    const options = shallowReactive({ ...part.options })
    const stream = shallowRef(part.stream)
    let shownStream = {} as ShownStream
    const Viewer = defineComponent({
      props: { first: Boolean },
      setup: ({ first }) => {
        const shown = useWebSocket(source, options)
        return () => {
          const picked = pick(shown, part.reads ?? ALL)
          renders++
          if (first) now = picked
          return h('p', (part.reads ?? ALL).map((field) => `${field} ${String(picked[field])}`).join(', '))
        }
      },
    })
    const Hearer = defineComponent({
      setup: () => {
        useMessage(source, (message) => part.handler!(message), options)
        return () => {
          renders++
          return null
        }
      },
    })
    const list: ShownList = { messages: [], clear: () => {}, rows: 0 }
    const Row = defineComponent({
      props: { entry: { type: Object, required: true } },
      setup: (props) => () => {
        list.rows++
        return h('li', String((props.entry as MessageEntry<unknown>).message))
      },
    })
    const Lister = defineComponent({
      props: { first: Boolean },
      setup: ({ first }) => {
        const { messages, clear } = useMessages(source, options)
        return () => {
          renders++
          if (first) Object.assign(list, { messages: messages.value, clear })
          return h(
            'ul',
            messages.value.map((entry) => h(Row, { key: entry.key, entry })),
          )
        }
      },
    })
    const Streamer = defineComponent({
      props: { first: Boolean },
      setup: ({ first }) => {
        const { clear, client, ...state } = useStream(
          source as ShallowRef<SessionClient<unknown, unknown>>,
          stream,
          options,
        )
        return () => {
          renders++
          const picked = Object.fromEntries(
            (part.streamReads ?? STREAM).map((field) => [field, state[field].value]),
          ) as unknown as ShownStream
          if (first) shownStream = { ...picked, clear, client: client.value }
          return h('p', JSON.stringify(picked))
        }
      },
    })
    const Inner = part.stream !== undefined ? Streamer : part.list ? Lister : part.handler ? Hearer : Viewer
    const Page = defineComponent(
      () => () => Array.from({ length: copies }, (_, index) => h(Inner, { key: index, first: index === 0 })),
    )
    let view: VueWrapper | undefined = mount(wrap(Page))
    await flushPromises()
    return {
      get now() {
        return now
      },
      list,
      get stream() {
        return shownStream
      },
      get renders() {
        return renders
      },
      change: async (more) => {
        part = { ...part, ...more }
        Object.assign(options, more.options)
        address.value = part.source
        stream.value = part.stream
        await flushPromises()
      },
      unmount: async () => {
        view?.unmount()
        view = undefined
        await flushPromises()
      },
    }
  },
})
