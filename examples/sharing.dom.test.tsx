/** Runs the examples of the documentation that share one client, unchanged. */

import { act, render } from '@testing-library/react'
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { ReactMessages } from './ReactMessages.tsx'
import VueMessages from './VueMessages.vue'
import { chat } from './chat.ts'
import { fakeNetwork } from './support/fakeNetwork.ts'

const network = fakeNetwork()
const say = (text: string) => act(() => network.server.last.send(JSON.stringify({ from: 'Ada', text })))

test('VueMessages.vue shows the messages in several components over one connection', async () => {
  const [first, second] = [mount(VueMessages), mount(VueMessages)]
  await network.pass()
  say('hi')
  await network.pass()
  expect([first.find('p').text(), second.find('p').text(), document.title]).toEqual(['Ada: hi', 'Ada: hi', 'Ada wrote'])
  await first.find('button').trigger('click')
  expect(network.server.last.received).toEqual(['{"text":"hello"}'])
  expect(network.server.connections).toHaveLength(1)
  first.unmount()
  second.unmount()
})

test('ReactMessages.tsx shows the messages in several components over one connection', async () => {
  document.title = ''
  const { container } = render([<ReactMessages key="a" />, <ReactMessages key="b" />])
  await network.pass()
  say('hi again')
  await network.pass()
  const shown = [...container.querySelectorAll('p')].map(({ textContent }) => textContent)
  expect(shown.filter((text) => text === 'Ada: hi again')).toHaveLength(2)
  expect(document.title).toBe('Ada wrote')
  container.querySelector('button')?.click()
  expect(network.server.last.received).toEqual(['{"text":"hello"}'])
  expect(network.server.connections).toHaveLength(1)
})

test('a shared connection stays open for a while after the last unmount, so that a route change does not reconnect', async () => {
  const first = mount(VueMessages)
  await network.pass()
  first.unmount()
  await network.pass(999)
  const second = mount(VueMessages)
  await network.pass(5000)
  expect([chat.get().status, network.server.connections.length]).toEqual(['open', 1])
  second.unmount()
})
