/** Tests `useStream` and the callbacks of a session in components of both frameworks, over real sockets with a hub that restarts. */

import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import {
  type SessionCallbacks,
  createStreamView,
  useMessage as useReactMessage,
  useStream as useReactStream,
  useWebSocket as useReactWebSocket,
} from '@holdfast/react'
import type { Hub } from '@holdfast/server'
import { type FaultProxy, createFaultProxy } from '@holdfast/server/testing'
import { useMessage as useVueMessage, useStream as useVueStream, useWebSocket as useVueWebSocket } from '@holdfast/vue'
import { cleanup, render, waitFor } from '@testing-library/react'
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { WebSocket } from 'ws'
import { ReactRoom } from './ReactRoom.tsx'
import VueRoom from './VueRoom.vue'
import type { Line } from './rooms.ts'

let hub: Hub
let proxy: FaultProxy

const startHub = async (port = 0): Promise<void> => {
  vi.stubEnv('PORT', `${port}`)
  vi.resetModules()
  ;({ hub } = await import('./roomsServer.ts'))
  await hub.ready
}

beforeEach(async () => {
  await startHub()
  proxy = await createFaultProxy({ target: hub.port! })
  // Every URL leads to this hub.
  class Here extends WebSocket {
    constructor(_: string, protocols: string[]) {
      super(proxy.url, protocols)
    }
  }
  vi.stubGlobal('WebSocket', Here)
})
afterEach(async () => {
  cleanup()
  await vi.waitFor(() => expect(hub.stats().connections).toBe(0), 30_000)
  await proxy.close()
  await hub.close()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})
enableAutoUnmount(afterEach) // runs before the hook above, which waits until all clients have disconnected

const until = (seen: () => void): Promise<void> => waitFor(seen, { timeout: 30_000, interval: 5 })
const restart = async (): Promise<void> => {
  const { port } = hub
  await hub.close()
  await startHub(port)
}

/** Both frameworks have the same names and options. */
interface Hooks {
  useWebSocket: typeof useReactWebSocket
  useMessage: typeof useReactMessage
  useStream: typeof useReactStream
}

const frameworks = [
  [
    'React',
    (name: string, load: () => void) => render(<ReactRoom name={name} load={load} />).container,
    (use: () => void) => {
      const Page = (): null => {
        use()
        return null
      }
      render(<Page />)
    },
    { useWebSocket: useReactWebSocket, useMessage: useReactMessage, useStream: useReactStream } as Hooks,
  ],
  [
    'Vue',
    (name: string, load: () => void) => mount(VueRoom, { props: { name, load } }).element as Element,
    (use: () => void) => {
      const setup = () => {
        use()
        return () => h('p')
      }
      mount(defineComponent({ setup }))
    },
    { useWebSocket: useVueWebSocket, useMessage: useVueMessage, useStream: useVueStream } as unknown as Hooks,
  ],
] as const

const lines = (page: Element): string[] => [...page.querySelectorAll('p')].map(({ textContent }) => textContent)
const heading = (page: Element): string => page.querySelector('h2')!.textContent

test.each(frameworks)(
  'useStream: %sRoom shows the members and every message, including those sent while the network was down',
  async (_, show) => {
    const page = show('kitchen', () => {})
    await until(() => expect(heading(page)).toBe('kitchen: 1 here'))
    page.querySelector('button')!.click()
    await until(() => expect(lines(page)).toEqual(['me: hello']))

    const removeFault = await proxy.add({ fault: 'refuse' })
    proxy.cut()
    for (const text of ['you there?', 'a tunnel?']) await hub.publish('kitchen', { from: 'ann', text })
    await hub.publish('hall', { from: 'eve', text: 'not for the kitchen' })
    page.querySelector('button')!.click() // delivered after the reconnect
    await removeFault()

    await until(() => expect(lines(page)).toEqual(['me: hello', 'ann: you there?', 'ann: a tunnel?', 'me: hello']))
  },
)

test('roomsServer.ts refuses a room that it does not have, for reading and for writing', async () => {
  const { rooms } = await import('./rooms.ts')
  const reasons: string[] = []
  rooms.on('resync', ({ reason }) => reasons.push(reason))
  rooms.open()
  rooms.join('cellar')
  const refusal = rooms.deliver({ from: 'me', text: 'hello' }, { channel: 'cellar' })
  await expect(refusal).rejects.toMatchObject({ code: 'RefusedError', reason: 'no-room' })
  await until(() => expect(reasons).toEqual(['denied']))
  rooms.close()
})

test.each(frameworks)(
  'useStream: %sRoom shows a notice and reloads after the server has lost its history',
  async (_, show) => {
    const load = vi.fn()
    vi.spyOn(Math, 'random').mockReturnValue(0) // short delays
    const page = show('attic', load)
    await until(() => expect(heading(page)).toBe('attic: 1 here'))
    await hub.publish('attic', { from: 'ann', text: 'hi' })
    await until(() => expect(lines(page)).toEqual(['ann: hi']))
    await restart()
    await until(() => expect(lines(page)).toEqual(['Some of it is missing.', 'ann: hi']))
    await until(() => expect(load).toHaveBeenCalledOnce())
    await hub.publish('attic', { from: 'ann', text: 'back' })
    await until(() => expect(lines(page)).toEqual(['Some of it is missing.', 'ann: hi', 'ann: back']))
  },
)

test.each(frameworks)(
  'onResync, onUnconfirmed, onResumed, onStream and onPresence are options of useWebSocket and useMessage in %s',
  async (_, __, use, hooks) => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const client = createWebSocket('wss://example.org/hub', {
      lazy: true,
      linger: 0,
      codec: json<string, string>(),
      session: session({ streams: ['hall'] }),
    })
    const calls: string[] = []
    const callbacks: SessionCallbacks<string, string> = {
      onStream: ({ stream, offset, message, replayed }) =>
        calls.push(`${stream} ${offset} ${message}${replayed ? ', missed' : ''}`),
      onPresence: ({ members }) => calls.push(`${members?.length} here`),
      onResumed: () => calls.push('resumed'),
      onUnconfirmed: ({ messages }) => calls.push(`unconfirmed: ${messages.join()}`),
      onResync: ({ reason }) => calls.push(`resync: ${reason}`),
    }
    use(() => {
      hooks.useWebSocket(client, callbacks)
      hooks.useMessage(client, (message) => calls.push(message), {
        onResumed: () => calls.push('resumed in useMessage'),
      })
    })
    await until(() => expect(calls).toEqual(['1 here']))
    await client.deliver('one')
    await until(() => expect(calls.splice(0)).toHaveLength(3))

    const removeFault = await proxy.add({ fault: 'swallow', direction: 'toClient' })
    await hub.publish('hall', 'two')
    await removeFault()
    proxy.cut()
    await until(() =>
      expect(calls).toEqual(['resumed', 'resumed in useMessage', 'hall 2 two, missed', 'two', '1 here']),
    )

    calls.length = 0
    await proxy.add({ fault: 'swallow', direction: 'toServer' })
    const order = client.deliver('order')
    const failure = order.catch((error: Error) => error)
    await restart()
    await proxy.clear()
    proxy.cut()
    await until(() => expect(calls).toEqual(expect.arrayContaining(['unconfirmed: order', 'resync: epoch'])))
    expect(await failure).toMatchObject({ code: 'UnknownOutcomeError' })
  },
)

test.each(frameworks)(
  'useStream opens its own connection for a URL with a session, maps and filters, and delivers in %s',
  async (_, __, use, { useStream }) => {
    const received: string[] = []
    let room: { client: unknown; messages: unknown } | undefined
    use(() => {
      room = useStream('wss://example.org/hub', 'hall', {
        codec: json<Line, Line>(),
        session: session(),
        select: ({ text }, { replayed }) =>
          text.startsWith('/') ? undefined : `${text}${replayed ? ' (missed)' : ''}`,
        onMessage: ({ text }, { offset }) => received.push(`${offset} ${text}`),
        onPresence: ({ members }) => members && received.push(`${members.length} here`),
      })
    })
    await until(() => expect(received).toEqual(['1 here']))
    const { client } = room as { client: { value?: unknown } }
    await ((client.value ?? client) as { deliver(line: Line): Promise<unknown> }).deliver({
      from: 'me',
      text: '/secret',
    })
    await hub.publish('hall', { from: 'ann', text: 'hi' })
    await until(() => expect(received).toEqual(['1 here', '1 /secret', '2 hi']))
  },
)

test('createStreamView shows a stream without a framework', async () => {
  const client = createWebSocket('wss://example.org/hub', {
    codec: json<Line, Line>(),
    session: session(),
    pace: 'sync',
  })
  const hall = createStreamView(client, 'hall', { limit: 2, onResync: () => {} })
  const drawn: string[] = []
  const unsubscribe = hall.subscribe(() =>
    drawn.push(
      `${hall
        .get()
        .messages.map(({ message }) => message.text)
        .join()} (${hall.get().members.length})`,
    ),
  )
  await until(() => expect(drawn).toEqual([' (1)']))
  for (const text of ['one', 'two', 'three']) await hub.publish('hall', { from: 'ann', text })
  await until(() => expect(drawn).toEqual([' (1)', 'one (1)', 'one,two (1)', 'two,three (1)']))
  hall.clear()
  unsubscribe() // leaves the stream
  client.dispose()
})
