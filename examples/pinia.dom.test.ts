/** A connection in a Pinia store: in the browser, on a server, and across hydration. */

import { flushPromises } from '@vue/test-utils'
import { createPinia, defineStore, disposePinia, setActivePinia, storeToRefs } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { type App, createApp, createSSRApp, defineComponent, effectScope, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { createWebSocket, useMessages, useWebSocket } from '@holdfast/vue'
import { useChatStore } from './piniaChat.ts'
import { useOrderStore } from './piniaOrders.ts'
import { fakeNetwork } from './support/fakeNetwork.ts'

const network = fakeNetwork()
beforeEach(() => {
  setActivePinia(undefined)
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
const consoleOutput = (): unknown[] => [console.error, console.warn].flatMap((level) => vi.mocked(level).mock.calls)

const Page = defineComponent(() => {
  const { draft, status, messages } = storeToRefs(useChatStore())
  return () => h('p', `${draft.value} ${status.value} ${messages.value.map(({ text }) => text).join()}`)
})

/** A page with its own stores, as a server creates it for each request. */
const createPage = (create = createSSRApp): { app: App; pinia: ReturnType<typeof createPinia> } => {
  const pinia = createPinia()
  return { app: create(Page).use(pinia), pinia }
}

test('a store shares its connection, and keeps it until the store is disposed', async () => {
  const { app, pinia } = createPage(createApp)
  const container = document.createElement('div')
  app.mount(container)
  const store = useChatStore(pinia)
  await network.pass()
  network.server.last.send('{"text":"hello"}')
  await network.pass()
  expect(container.textContent).toBe(' open hello')
  store.draft = 'good evening'
  store.sendDraft()
  expect(network.server.last.received).toEqual(['{"text":"good evening"}'])

  app.unmount()
  await network.pass(5000)
  expect([store.status, network.server.alive]).toEqual(['open', 1])
  store.$dispose()
  await network.pass()
  expect(network.server.alive).toBe(0)
  expect(consoleOutput()).toEqual([])
})

test('a server opens no connection, serialises nothing of it, and the page hydrates without a warning', async () => {
  vi.stubGlobal('window', undefined)
  const { app, pinia } = createPage()
  useChatStore(pinia).draft = 'written on the server' // outside of components, as in a router guard
  const html = await renderToString(app)
  const state = JSON.stringify(pinia.state.value)
  expect(state).toBe('{"chat":{"draft":"written on the server"}}')
  expect(network.server.connections).toEqual([])
  vi.unstubAllGlobals()
  vi.stubGlobal('WebSocket', network.server.WebSocket)

  const client = createPage()
  client.pinia.state.value = JSON.parse(state)
  const container = document.createElement('div')
  container.innerHTML = html
  client.app.mount(container)
  expect(container.textContent).toBe('written on the server connecting ')
  await network.pass()
  await flushPromises()
  expect(container.textContent).toBe('written on the server open ')
  expect([network.server.connections.length, consoleOutput()]).toEqual([1, []])
  client.app.unmount()
  disposePinia(client.pinia)
  await network.pass()
})

test('a store adds each message to its state, and fetches the state at each connection', async () => {
  let answer: (text: string) => void = () => {}
  vi.stubGlobal('fetch', () => new Promise((resolve) => (answer = (text) => resolve(new Response(text)))))
  const store = useOrderStore(createPinia())
  const texts = () => store.orders.map(({ text }) => text)
  await network.pass()
  network.server.last.send('{"id":1,"text":"coffee"}') // newer than the answer
  await network.pass()
  answer('[{"id":1,"text":"tea"},{"id":2,"text":"milk"}]')
  await network.pass()
  expect(texts().sort()).toEqual(['coffee', 'milk'])
  network.server.last.send('{"id":2,"text":"cream"}')
  await network.pass()
  expect(texts().sort()).toEqual(['coffee', 'cream'])

  network.server.last.drop()
  await network.pass(1250)
  answer('[{"id":3,"text":"rice"}]')
  await network.pass()
  expect([texts(), store.status]).toEqual([['rice'], 'open'])
  store.$dispose()
  await network.pass()
})

test('a state that an older page has serialised is ignored, without a warning', () => {
  const pinia = createPinia()
  const shared = createWebSocket('wss://example.org/', { lazy: true })
  const useStore = defineStore('feed', () => {
    const { status, received, lastMessage, client } = useWebSocket(shared)
    return { status, received, lastMessage, client, list: useMessages(shared).messages }
  })
  pinia.state.value = { feed: { status: 'open', received: 5, lastMessage: 'old', client: {}, list: [1] } }
  const scope = effectScope()
  const store = scope.run(() => useStore(pinia))!
  expect([store.received, store.lastMessage, store.list]).toEqual([0, undefined, []])
  expect(Object.keys(storeToRefs(store)).sort()).toEqual(['client', 'lastMessage', 'list', 'received', 'status'])
  expect(consoleOutput()).toEqual([])
  disposePinia(pinia)
  scope.stop()
  shared.dispose()
})
