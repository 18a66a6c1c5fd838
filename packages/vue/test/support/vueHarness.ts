/** Mounts Vue components for the adapter contract. */

import { type VueWrapper, flushPromises, mount } from '@vue/test-utils'
import {
  type Component,
  type ShallowRef,
  defineComponent,
  h,
  onBeforeUnmount,
  onScopeDispose,
  onUnmounted,
  shallowReactive,
  shallowRef,
} from 'vue'
import type { Dial } from '@holdfast/core'
import {
  ALL_FIELDS,
  type ComponentSpec,
  type Field,
  type Harness,
  type HookResult,
  type ListResult,
  STREAM_FIELDS,
  type StreamResult,
} from '../../../core/test/adapterContract/harness.ts'
import {
  type MessageEntry,
  type SessionClient,
  type Source,
  type UseWebSocketReturn,
  useMessage,
  useMessages,
  useStream,
  useWebSocket,
} from '../../src/index.ts'

const FUNCTIONS = ['send', 'open', 'close', 'reconnect'] as const

/** `flushPromises` uses `setTimeout` in browsers, which then takes 4 ms each time. A message to the window is a task without that wait. */
const flush = (): Promise<unknown> =>
  typeof setImmediate === 'function'
    ? flushPromises()
    : new Promise((resolve) => {
        addEventListener('message', resolve, { once: true })
        postMessage('flush', '*')
      })

/** Reads only the given fields, because reading a field subscribes to it. */
const pick = (returned: UseWebSocketReturn<unknown, unknown>, fields: readonly Field[]): HookResult =>
  Object.fromEntries([
    ...FUNCTIONS.map((name) => [name, returned[name]]),
    ...(['client', ...fields] as const).map((name) => [name, returned[name].value]),
  ]) as HookResult

/** @param wrap puts the page into another component, for example `KeepAlive` */
export const vueHarness = (name: string, wrap: (inner: Component) => Component = (inner) => inner): Harness => ({
  name,
  cleanups: ['onBeforeUnmount', 'onScopeDispose', 'onUnmounted', 'onUnmounted of a child'],
  act: async (action) => {
    await action()
    await flush()
  },
  mount: async (given, copies = 1) => {
    let spec: ComponentSpec = given
    let result = {} as HookResult
    let renders = 0
    // The inputs that a setup function typically has: a ref, a function that reads the latest value, reactive options.
    const address = shallowRef(spec.source)
    const source: Source<unknown, unknown> =
      typeof spec.source === 'function' ? (dial: Dial) => (spec.source as (dial: Dial) => string)(dial) : address
    const options = shallowReactive({ ...spec.options })
    const stream = shallowRef(spec.stream)
    let streamResult = {} as StreamResult
    const StateComponent = defineComponent({
      props: { first: Boolean },
      setup: ({ first }) => {
        const returned = useWebSocket(source, options)
        return () => {
          const fields = spec.reads ?? ALL_FIELDS
          const picked = pick(returned, fields)
          renders++
          if (first) result = picked
          return h('p', fields.map((field) => `${field} ${String(picked[field])}`).join(', '))
        }
      },
    })
    const LeavingChild = defineComponent({
      props: { send: { type: Function, required: true } },
      setup: ({ send }) => {
        onUnmounted(() => send('onUnmounted of a child'))
        return () => null
      },
    })
    const LeavingComponent = defineComponent({
      props: { first: Boolean },
      setup: ({ first }) => {
        const returned = useWebSocket(source, options)
        const { send } = returned
        onBeforeUnmount(() => send('onBeforeUnmount'))
        onScopeDispose(() => send('onScopeDispose'))
        onUnmounted(() => send('onUnmounted'))
        return () => {
          if (first) result = pick(returned, ALL_FIELDS)
          return h(LeavingChild, { send })
        }
      },
    })
    const MessageComponent = defineComponent({
      setup: () => {
        useMessage(source, (message) => spec.handler!(message), options)
        return () => {
          renders++
          return null
        }
      },
    })
    const list: ListResult = { messages: [], clear: () => {}, rows: 0 }
    const Row = defineComponent({
      props: { entry: { type: Object, required: true } },
      setup: (props) => () => {
        list.rows++
        return h('li', String((props.entry as MessageEntry<unknown>).message))
      },
    })
    const ListComponent = defineComponent({
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
    const StreamComponent = defineComponent({
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
            (spec.streamReads ?? STREAM_FIELDS).map((field) => [field, state[field].value]),
          ) as unknown as StreamResult
          if (first) streamResult = { ...picked, clear, client: client.value }
          return h('p', JSON.stringify(picked))
        }
      },
    })
    const Inner =
      spec.stream !== undefined
        ? StreamComponent
        : spec.list
          ? ListComponent
          : spec.handler
            ? MessageComponent
            : spec.leaves
              ? LeavingComponent
              : StateComponent
    const Page = defineComponent(
      () => () => Array.from({ length: copies }, (_, index) => h(Inner, { key: index, first: index === 0 })),
    )
    let view: VueWrapper | undefined = mount(wrap(Page))
    await flush()
    return {
      get result() {
        return result
      },
      list,
      get stream() {
        return streamResult
      },
      get renders() {
        return renders
      },
      change: async (more) => {
        spec = { ...spec, ...more }
        Object.assign(options, more.options)
        address.value = spec.source
        stream.value = spec.stream
        await flush()
      },
      unmount: async () => {
        view?.unmount()
        view = undefined
        await flush()
      },
    }
  },
})
