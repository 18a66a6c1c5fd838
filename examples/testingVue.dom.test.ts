import { createFakeClock, createFakeServer } from '@holdfast/core/testing'
import { createWebSocket } from '@holdfast/vue'
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import VueChat from './VueChat.vue'
import VueStatus from './VueStatus.vue'

enableAutoUnmount(afterEach)
afterEach(() => vi.unstubAllGlobals())

test('a component with its own URL connects to the fake server through the global WebSocket', async () => {
  const server = createFakeServer()
  vi.stubGlobal('WebSocket', server.WebSocket)
  const chat = mount(VueChat)
  await flushPromises() // the fake server has accepted

  server.last.send('welcome')
  await flushPromises()
  expect(chat.text()).toBe('open: welcome')

  await chat.trigger('click')
  expect(server.last.received).toEqual(['hello'])

  chat.unmount()
  await flushPromises()
  expect(server.alive).toBe(0)
})

test('a client that is passed in can have a fake clock, so that no test waits', async () => {
  const server = createFakeServer()
  const clock = createFakeClock()
  const client = createWebSocket('ws://test', { WebSocket: server.WebSocket, clock, lazy: true })
  const page = mount(VueStatus, { props: { client } })
  await clock.run(0)

  server.last.drop()
  await flushPromises()
  expect(page.text()).toBe('Attempt 1 Try now')

  await clock.run(1250) // the longest first delay
  expect(client.get().status).toBe('open')
  expect(page.text()).toBe('')
})
