import { RUNTIME, internalsOf } from '../../core/src/client/clientInternals.ts'
import { mount } from '@vue/test-utils'
import { type Ref, defineComponent, effectScope, h, isReadonly, isRef, isShallow, watch, watchEffect } from 'vue'
import { createPinia, defineStore } from 'pinia'
import { describe, expect, test } from 'vitest'
import { session } from '../../core/src/session/index.ts'
import type { Client } from '../../core/test/adapterContract/harness.ts'
import { checkForLeaks, consoleErrors, mountStage } from '../../core/test/adapterContract/mountStage.ts'
import { type SessionClient, type UseWebSocketReturn, useMessages, useStream, useWebSocket } from '../src/index.ts'
import { ALL_FIELDS } from '../../core/test/adapterContract/harness.ts'
import { vueHarness } from './support/vueHarness.ts'

const harness = vueHarness('')

/** Calls `useWebSocket` within a scope, and returns a function that stops the scope. */
const use = (client: Client, action: (chat: UseWebSocketReturn<unknown, unknown>) => void): (() => void) => {
  const scope = effectScope()
  scope.run(() => action(useWebSocket(client)))
  return () => scope.stop()
}

describe('the refs of useWebSocket', () => {
  checkForLeaks()

  test('each ref is readonly and shallow', async () => {
    const { createSharedClient, onCleanup } = mountStage(harness)
    onCleanup(
      use(createSharedClient(), (chat) => {
        for (const name of [...ALL_FIELDS, 'client'] as const) {
          expect([isRef(chat[name]), isReadonly(chat[name]), isShallow(chat[name])]).toEqual([true, true, true])
        }
        ;(chat.status as Ref<string>).value = 'mine'
        expect(chat.status.value).toBe('connecting')
        expect(consoleErrors.splice(0)[0]).toContain('readonly')
      }),
    )
  })

  test('(V5) a watcher of lastMessage runs for two equal messages in two frames', async () => {
    const { act, sendFromServer, drawFrame, createSharedClient, onCleanup } = mountStage(harness)
    const values: unknown[] = []
    const shared = createSharedClient()
    onCleanup(use(shared, ({ lastMessage }) => watch(lastMessage, (message) => values.push(message))))
    await act()
    await sendFromServer('same')
    await drawFrame()
    await sendFromServer('same')
    await drawFrame()
    await sendFromServer('same', 'same')
    await drawFrame()
    expect(values).toEqual(['same', 'same', 'same', 'same'])
  })

  test('a watcher of lastMessage runs once for a message, and not for a later change of another field', async () => {
    const { act, sendFromServer, createSharedClient, onCleanup } = mountStage(harness)
    const values: unknown[] = []
    const shared = createSharedClient({ pace: 'sync' })
    onCleanup(
      use(shared, ({ lastMessage, status }) => {
        void status.value
        watch(lastMessage, (message) => values.push(message), { flush: 'sync' })
      }),
    )
    await act()
    await sendFromServer('1')
    await act(() => shared.close())
    expect(values).toEqual(['1'])
  })

  test('the refs of useMessages and useStream are readonly', async () => {
    const { act, createSharedClient, onCleanup } = mountStage(harness)
    const shared = createSharedClient()
    const withSession = createSharedClient({ session: session() }) as SessionClient<unknown, unknown>
    const scope = effectScope()
    onCleanup(() => scope.stop())
    scope.run(() => {
      const { messages, members, resync, client } = useStream(withSession, 'room')
      for (const each of [useMessages(shared).messages, messages, members, resync, client]) {
        expect(isReadonly(each)).toBe(true)
      }
    })
    await act()
  })

  test('Pinia takes the refs of a store for getters, which are no part of its state', async () => {
    const { act, createSharedClient, onCleanup } = mountStage(harness)
    const shared = createSharedClient()
    const pinia = createPinia()
    const store = defineStore('chat', () => ({ ...useWebSocket(shared), ...useMessages(shared) }))(pinia)
    onCleanup(() => store.$dispose())
    await act()
    expect([store.status, store.$state]).toEqual(['open', {}])
  })

  test('a watcher runs for each change of its own field, and for no other field', async () => {
    const { act, sendFromServer, drawFrame, createSharedClient, onCleanup } = mountStage(harness)
    const values: unknown[] = []
    let effects = 0
    onCleanup(
      use(createSharedClient(), ({ status, error }) => {
        watch([status, error], ([current]) => values.push(current), { flush: 'sync' })
        watchEffect(() => {
          effects++
          void status.value
        })
      }),
    )
    await act()
    expect(values).toEqual(['open'])
    const before = effects
    await sendFromServer('1', '2')
    await drawFrame()
    expect(values).toEqual(['open'])
    expect(effects).toBe(before)
  })

  test('a ref subscribes when it is first read, and is current even if that is late', async () => {
    const { act, sendFromServer, createSharedClient, onCleanup } = mountStage(harness)
    const shared = createSharedClient({ pace: 'sync' })
    let subscribers = 0
    const internals = internalsOf(shared)!
    const counted = {
      ...shared,
      [RUNTIME]: () => ({
        getRendered: () => internals.getRendered(),
        snapshots: {
          subscribe: (listener: () => void, messages?: boolean) => {
            subscribers++
            const unsubscribe = internals.snapshots.subscribe(listener, messages)
            return () => {
              subscribers--
              unsubscribe()
            }
          },
        },
      }),
    } as Client
    let chat: UseWebSocketReturn<unknown, unknown> | undefined
    const end = use(counted, (given) => {
      given.send('hello')
      chat = given
    })
    onCleanup(end)
    await act()
    await sendFromServer('1')
    expect(subscribers).toBe(0)
    expect([chat!.status.value, subscribers]).toEqual(['open', 1])
    const { lastMessage, received } = chat!
    expect([lastMessage.value, received.value, subscribers]).toEqual(['1', 1, 1])
    await sendFromServer('2')
    expect([lastMessage.value, received.value]).toEqual(['2', 2])
    expect(chat!.lastMessage).toBe(lastMessage)
    end()
    await act()
    expect([chat!.queued.value, subscribers]).toEqual([0, 0])
  })

  test('spreading the result copies every ref and function', async () => {
    const { act, createSharedClient, onCleanup } = mountStage(harness)
    onCleanup(
      use(createSharedClient(), (chat) => {
        const copy = { ...chat }
        expect(Object.keys(copy).sort()).toEqual([...ALL_FIELDS, 'client', 'send', 'open', 'close', 'reconnect'].sort())
        expect(copy.status).toBe(chat.status)
        expect(copy.send).toBe(chat.send)
        expect('nonsense' in chat).toBe(false)
        expect((chat as unknown as Record<string, unknown>)['nonsense']).toBeUndefined()
      }),
    )
    await act()
  })

  test('a template unwraps the refs', async () => {
    const { act, sendFromServer, options } = mountStage(harness)
    const page = mount(
      defineComponent({
        setup: () => useWebSocket('ws://a/', options({ pace: 'sync' })) as unknown as Record<string, unknown>,
        render() {
          return h('p', `${String(this['status'])} ${String(this['lastMessage'])}`)
        },
      }),
    )
    await act()
    await sendFromServer('hello')
    expect(page.text()).toBe('open hello')
    page.unmount()
  })

  test('send uses the current client after the URL changed', async () => {
    const { act, options, server, mount: mountPart } = mountStage(harness)
    const component = await mountPart({ source: 'ws://a/', options: options() })
    const { send } = component.result
    await component.change({ source: 'ws://b/' })
    await act()
    expect(send('for b')).toBe('sent')
    expect(server.last.received).toEqual(['for b'])
  })
})
