import { mount } from '@vue/test-utils'
import { type Ref, defineComponent, effectScope, h, isReadonly, isRef, isShallow, watch, watchEffect } from 'vue'
import { describe, expect, test } from 'vitest'
import { type Client, complaints, keepStagesClean, setStage } from '../../core/test/support/adapterStage.ts'
import { RUNTIME } from '../../core/src/client/runtimeKey.ts'
import { type UseWebSocketReturn, useWebSocket } from '../src/index.ts'
import { ALL, vueHarness } from './support/vueHarness.ts'

const harness = vueHarness('')

const use = (client: Client, deed: (chat: UseWebSocketReturn<unknown, unknown>) => void): (() => void) => {
  const scope = effectScope()
  scope.run(() => deed(useWebSocket(client)))
  return () => scope.stop()
}

describe('the refs', () => {
  keepStagesClean()

  test('are readonly and shallow', async () => {
    const { share, onEnd } = setStage(harness)
    onEnd(
      use(share(), (chat) => {
        for (const name of [...ALL, 'client'] as const) {
          expect([isRef(chat[name]), isReadonly(chat[name]), isShallow(chat[name])]).toEqual([true, true, true])
        }
        ;(chat.status as Ref<string>).value = 'mine'
        expect(chat.status.value).toBe('connecting')
        expect(complaints.splice(0)[0]).toContain('readonly')
      }),
    )
  })

  test('(V5) a watch of lastMessage is told of two equal messages in two frames', async () => {
    const { act, say, frame, share, onEnd } = setStage(harness)
    const told: unknown[] = []
    const share_ = share()
    onEnd(use(share_, ({ lastMessage }) => watch(lastMessage, (message) => told.push(message))))
    await act()
    await say('same')
    await frame()
    await say('same')
    await frame()
    await say('same', 'same')
    await frame()
    expect(told).toEqual(['same', 'same', 'same', 'same'])
  })

  test('a watch is told of each change of its own field, and of no other', async () => {
    const { act, say, frame, share, onEnd } = setStage(harness)
    const told: unknown[] = []
    let effects = 0
    onEnd(
      use(share(), ({ status, error }) => {
        watch([status, error], ([present]) => told.push(present), { flush: 'sync' })
        watchEffect(() => {
          effects++
          void status.value
        })
      }),
    )
    await act()
    expect(told).toEqual(['open'])
    const before = effects
    await say('1', '2')
    await frame()
    expect(told).toEqual(['open'])
    expect(effects).toBe(before)
  })

  test('are made when asked for: who asks for none does not subscribe, and who asks late is not late', async () => {
    const { act, say, share, onEnd } = setStage(harness)
    const shared = share({ pace: 'sync' })
    let told = 0
    const counted = {
      ...shared,
      // Without the internals of a client, the adapter uses the public `subscribe`, which can be counted.
      [RUNTIME]: undefined,
      subscribe: (listener: () => void) => {
        told++
        const leave = shared.subscribe(listener)
        return () => {
          told--
          leave()
        }
      },
    } as Client
    let chat: UseWebSocketReturn<unknown, unknown> | undefined
    const end = use(counted, (given) => {
      given.send('hello')
      chat = given
    })
    onEnd(end)
    await act()
    await say('1')
    expect(told).toBe(0)
    expect([chat!.status.value, told]).toEqual(['open', 1])
    const { lastMessage, received } = chat!
    expect([lastMessage.value, received.value, told]).toEqual(['1', 1, 1])
    await say('2')
    expect([lastMessage.value, received.value]).toEqual(['2', 2])
    expect(chat!.lastMessage).toBe(lastMessage)
    end()
    expect([chat!.queued.value, told]).toEqual([0, 0])
  })

  test('are all there, so that they may be copied and counted', async () => {
    const { act, share, onEnd } = setStage(harness)
    onEnd(
      use(share(), (chat) => {
        const copy = { ...chat }
        expect(Object.keys(copy).sort()).toEqual([...ALL, 'client', 'send', 'open', 'close', 'reconnect'].sort())
        expect(copy.status).toBe(chat.status)
        expect(copy.send).toBe(chat.send)
        expect('nonsense' in chat).toBe(false)
        expect((chat as unknown as Record<string, unknown>)['nonsense']).toBeUndefined()
      }),
    )
    await act()
  })

  test('are unwrapped by a template', async () => {
    const { act, say, options } = setStage(harness)
    const page = mount(
      defineComponent({
        setup: () => useWebSocket('ws://a/', options({ pace: 'sync' })) as unknown as Record<string, unknown>,
        render() {
          return h('p', `${String(this['status'])} ${String(this['lastMessage'])}`)
        },
      }),
    )
    await act()
    await say('hello')
    expect(page.text()).toBe('open hello')
    page.unmount()
  })

  test('its functions mean the present client', async () => {
    const { act, options, server, mount: mountPart } = setStage(harness)
    const part = await mountPart({ source: 'ws://a/', options: options() })
    const { send } = part.now
    await part.change({ source: 'ws://b/' })
    await act()
    expect(send('for b')).toBe('sent')
    expect(server.last.received).toEqual(['for b'])
  })
})
