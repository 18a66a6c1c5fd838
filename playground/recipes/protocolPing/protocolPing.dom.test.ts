import type { WebSocketOptions } from '@holdfast/core'
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startRecipe, until } from '../support/startRecipe.ts'
import ProtocolPing from './ProtocolPing.vue'
import { start } from './server.mjs'

enableAutoUnmount(afterEach)

/** A WebSocket that never answers a ping frame, like that of a browser whose network is lost. */
class NoPongWebSocket extends WebSocket {
  constructor(url: string) {
    super(url, { autoPong: false })
  }
}

/** Starts a server on the fake clock, and connects a component to it through the proxy. */
async function connect(more: WebSocketOptions<string, string> = {}) {
  const recipe = await startRecipe((clock) => start(0, { clock }))
  const join = (url: string, options: WebSocketOptions<string, string>) =>
    mount(ProtocolPing, { props: { url, options } })
  const { options, ...watched } = recipe.createObserver()
  const component = join(recipe.proxy.url, { ...options, ...more })
  await until(() => expect(texts(component)).toEqual(['Welcome! 1 here.']))
  return { ...recipe, ...watched, join, component }
}
type Component = Awaited<ReturnType<typeof connect>>['component']

const status = (component: Component): string => component.get('[role=status]').text()
const texts = (component: Component): string[] => component.findAll('li').map((line) => line.text())
async function send(component: Component, text: string): Promise<void> {
  await component.get('input').setValue(text)
  await component.get('form').trigger('submit')
}

describe('ProtocolPing', () => {
  it('receives the welcome and the texts of all clients', async () => {
    const { component, join, server, createObserver } = await connect()
    const other = join(server.url, createObserver().options)
    await until(() => expect(texts(other)).toEqual(['Welcome! 2 here.']))
    await send(component, 'one')
    await until(() => expect(texts(other)).toEqual(['Welcome! 2 here.', 'one']))
    await send(other, 'two')
    await until(() => expect(texts(component)).toEqual(['Welcome! 1 here.', 'one', 'two']))
  })

  it('answers the ping frames of the server every 30 s, and sends its own heartbeat after 25 s without a message', async () => {
    let pings = 0
    /** Answers ping frames as a browser does, and counts them. */
    class CountingWebSocket extends WebSocket {
      constructor(url: string) {
        super(url)
        this.on('ping', () => pings++)
      }
    }
    const { component, clock, serverReceived, latencies, delays } = await connect({
      WebSocket: CountingWebSocket as never,
    })
    for (const turn of [1, 2, 3]) {
      clock.advance(25_000)
      await until(() => expect(latencies).toHaveLength(turn))
      clock.advance(4999)
      expect(pings).toBe(turn - 1)
      clock.advance(1)
      await until(() => expect(pings).toBe(turn))
      await send(component, `turn ${turn}`)
      await until(() => expect(texts(component).at(-1)).toBe(`turn ${turn}`))
    }
    expect(serverReceived.filter((text) => text === 'ping')).toHaveLength(3)
    expect(delays).toEqual([])
    expect(texts(component)).toEqual(['Welcome! 1 here.', 'turn 1', 'turn 2', 'turn 3'])
  })

  it('is terminated if it sends nothing between two ping frames, and reconnects after 5 s', async () => {
    const { component, clock, delays } = await connect({ WebSocket: NoPongWebSocket as never, heartbeat: false })
    clock.advance(30_000)
    clock.advance(29_999)
    expect(delays).toEqual([])
    clock.advance(1)
    await until(() => expect(status(component)).toBe('reconnecting'))
    expect(delays).toEqual([5000])
    clock.advance(5000)
    await until(() => expect(texts(component)).toEqual(['Welcome! 1 here.', 'Welcome! 1 here.']))
  })

  it('detects that the server does not answer, and reconnects after 5 s', async () => {
    const { component, clock, proxy, delays } = await connect()
    proxy.freeze()
    clock.advance(34_999)
    expect(delays).toEqual([])
    clock.advance(1)
    await until(() => expect(status(component)).toBe('reconnecting'))
    await send(component, 'kept')
    clock.advance(5000)
    await until(() => expect(texts(component).at(-1)).toBe('kept'))
    expect(status(component)).toBe('open')
  })

  it('waits 5 s before each attempt', async () => {
    const { component, clock, proxy, delays } = await connect()
    proxy.down()
    for (let attempt = 1; attempt <= 7; attempt++) {
      await until(() => expect(delays).toHaveLength(attempt))
      clock.advance(5000)
      await until(() => expect(proxy.dials).toBe(attempt + 1))
    }
    expect(new Set(delays)).toEqual(new Set([5000]))
    expect(status(component)).toBe('reconnecting')
  })

  it('closes its connection when it is unmounted', async () => {
    const { component, server } = await connect()
    expect(server.connections()).toBe(1)
    component.unmount()
    await until(() => expect(server.connections()).toBe(0))
  })
})
