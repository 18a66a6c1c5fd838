import type { WebSocketOptions } from '@holdfast/core'
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { setTable, until } from '../support/setTable.ts'
import ProtocolPing from './ProtocolPing.vue'
import { start } from './server.mjs'

enableAutoUnmount(afterEach)

/** A browser whose network swallows everything but the handshake: it never answers a ping. */
class DeafWebSocket extends WebSocket {
  constructor(url: string) {
    super(url, { autoPong: false })
  }
}

/** A server that tells the time by the clock of the test, and a component that is connected to it over the line. */
async function connect(more: WebSocketOptions<string, string> = {}) {
  const table = await setTable((clock) => start(0, { clock }))
  const join = (url: string, options: WebSocketOptions<string, string>) =>
    mount(ProtocolPing, { props: { url, options } })
  const { options, ...watched } = table.watch()
  const component = join(table.line.url, { ...options, ...more })
  await until(() => expect(texts(component)).toEqual(['Welcome! 1 here.']))
  return { ...table, ...watched, join, component }
}
type Component = Awaited<ReturnType<typeof connect>>['component']

const status = (component: Component): string => component.get('[role=status]').text()
const texts = (component: Component): string[] => component.findAll('li').map((line) => line.text())
async function say(component: Component, text: string): Promise<void> {
  await component.get('input').setValue(text)
  await component.get('form').trigger('submit')
}

describe('ProtocolPing', () => {
  it('is greeted, and hears what everybody says', async () => {
    const { component, join, server, watch } = await connect()
    const other = join(server.url, watch().options)
    await until(() => expect(texts(other)).toEqual(['Welcome! 2 here.']))
    await say(component, 'one')
    await until(() => expect(texts(other)).toEqual(['Welcome! 2 here.', 'one']))
    await say(other, 'two')
    await until(() => expect(texts(component)).toEqual(['Welcome! 1 here.', 'one', 'two']))
  })

  it('answers the pings of the server every 30 s, and asks it in turn after 25 s of silence', async () => {
    let pings = 0
    /** A browser answers pings as well, and says nothing of it. */
    class CountingWebSocket extends WebSocket {
      constructor(url: string) {
        super(url)
        this.on('ping', () => pings++)
      }
    }
    const { component, clock, heard, beats, waits } = await connect({ WebSocket: CountingWebSocket as never })
    for (const turn of [1, 2, 3]) {
      clock.advance(25_000)
      await until(() => expect(beats).toHaveLength(turn))
      clock.advance(4999)
      expect(pings).toBe(turn - 1)
      clock.advance(1)
      await until(() => expect(pings).toBe(turn))
      await say(component, `turn ${turn}`)
      await until(() => expect(texts(component).at(-1)).toBe(`turn ${turn}`))
    }
    expect(heard.filter((text) => text === 'ping')).toHaveLength(3)
    expect(waits).toEqual([])
    expect(texts(component)).toEqual(['Welcome! 1 here.', 'turn 1', 'turn 2', 'turn 3'])
  })

  it('is terminated when it has said nothing from one ping to the next, and is back after 5 s', async () => {
    const { component, clock, waits } = await connect({ WebSocket: DeafWebSocket as never, heartbeat: false })
    clock.advance(30_000)
    clock.advance(29_999)
    expect(waits).toEqual([])
    clock.advance(1)
    await until(() => expect(status(component)).toBe('reconnecting'))
    expect(waits).toEqual([5000])
    clock.advance(5000)
    await until(() => expect(texts(component)).toEqual(['Welcome! 1 here.', 'Welcome! 1 here.']))
  })

  it('notices that the server has fallen silent, and is back after 5 s', async () => {
    const { component, clock, line, waits } = await connect()
    line.freeze()
    clock.advance(34_999)
    expect(waits).toEqual([])
    clock.advance(1)
    await until(() => expect(status(component)).toBe('reconnecting'))
    await say(component, 'kept')
    clock.advance(5000)
    await until(() => expect(texts(component).at(-1)).toBe('kept'))
    expect(status(component)).toBe('open')
  })

  it('waits 5 s before each attempt, however many there were', async () => {
    const { component, clock, line, waits } = await connect()
    line.down()
    for (let attempt = 1; attempt <= 7; attempt++) {
      await until(() => expect(waits).toHaveLength(attempt))
      clock.advance(5000)
      await until(() => expect(line.dials).toBe(attempt + 1))
    }
    expect(new Set(waits)).toEqual(new Set([5000]))
    expect(status(component)).toBe('reconnecting')
  })

  it('leaves nothing at the server when it is unmounted', async () => {
    const { component, server } = await connect()
    expect(server.connections()).toBe(1)
    component.unmount()
    await until(() => expect(server.connections()).toBe(0))
  })
})
