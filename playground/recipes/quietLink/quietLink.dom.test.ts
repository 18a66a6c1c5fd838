import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { startRecipe, until } from '../support/startRecipe.ts'
import QuietLink from './QuietLink.vue'
import { start } from './server.mjs'

enableAutoUnmount(afterEach)

/** Mounts a component and waits for the first reading. The server publishes a new one only once an hour. */
async function connect() {
  const recipe = await startRecipe(() => start(0, { publishEvery: 3_600_000 }))
  const { options, delays } = recipe.createObserver()
  const received: string[] = []
  const component = mount(QuietLink, {
    props: {
      url: recipe.proxy.url,
      options: { ...options, onMessage: (message: string) => void received.push(message) },
    },
  })
  await until(() => expect(component.get('output').text()).toBe('20.0 °C'))
  return { ...recipe, delays, component, received, status: () => component.get('[role=status]').text() }
}

describe('QuietLink', () => {
  it('sends a heartbeat after 10 s also while the server sends messages, because the server received nothing', async () => {
    const { clock, server, clientsSent, serverReceived, received, status } = await connect()
    for (const [index, reading] of ['20.1 °C', '20.2 °C', '20.3 °C'].entries()) {
      clock.advance(9999)
      server.publish(reading)
      await until(() => expect(received).toHaveLength(2 + 2 * index))
      expect(clientsSent).toHaveLength(index)
      clock.advance(1)
      await until(() => expect(received).toHaveLength(3 + 2 * index)) // the reply repeats the reading
    }
    expect(serverReceived).toEqual(['still there?', 'still there?', 'still there?'])
    expect(received).toEqual(['20.0 °C', '20.1 °C', '20.1 °C', '20.2 °C', '20.2 °C', '20.3 °C', '20.3 °C'])
    expect(status()).toBe('open')
  })

  it('sends a heartbeat after 10 s without a message, and accepts any message as a reply', async () => {
    const { clock, clientsSent, serverReceived, received, status } = await connect()
    for (const beat of [1, 2, 3]) {
      clock.advance(9999)
      expect(clientsSent).toHaveLength(beat - 1)
      clock.advance(1)
      await until(() => expect(received).toHaveLength(1 + beat))
    }
    expect(serverReceived).toEqual(['still there?', 'still there?', 'still there?'])
    expect(status()).toBe('open')
  })

  it('closes the connection after 10 s more with a notice, and reconnects after 20 s', async () => {
    const { clock, proxy, component, received, delays, status } = await connect()
    proxy.freeze()
    clock.advance(19_999)
    expect(delays).toEqual([])
    clock.advance(1)
    await until(() => expect(component.text()).toContain('The server stopped responding.'))
    expect(status()).toBe('reconnecting')
    expect(component.get('output').classes()).toContain('old')
    expect(delays).toEqual([20_000])
    clock.advance(20_000)
    await until(() => expect(received).toHaveLength(2))
    expect(status()).toBe('open')
    expect(component.get('output').classes()).not.toContain('old')
  })

  it('waits 20 s before each attempt while the server is down', async () => {
    const { clock, proxy, delays, status } = await connect()
    proxy.down()
    for (let attempt = 1; attempt <= 4; attempt++) {
      await until(() => expect(delays).toHaveLength(attempt))
      clock.advance(20_000)
      await until(() => expect(proxy.dials).toBe(attempt + 1))
    }
    expect(new Set(delays)).toEqual(new Set([20_000]))
    expect(status()).toBe('reconnecting')
  })

  it('closes on pagehide, and reconnects on pageshow', async () => {
    const { clock, server, received, status } = await connect()
    window.dispatchEvent(new Event('pagehide'))
    await until(() => expect(server.connections()).toBe(0))
    clock.advance(3_600_000)
    window.dispatchEvent(new Event('pageshow'))
    await until(() => expect(received).toHaveLength(2))
    expect(status()).toBe('open')
  })

  it('closes its connection when it is unmounted', async () => {
    const { component, server, clock } = await connect()
    expect(server.connections()).toBe(1)
    component.unmount()
    await until(() => expect(server.connections()).toBe(0))
    expect(clock.pending).toBe(0)
  })
})
