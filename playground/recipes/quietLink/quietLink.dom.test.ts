import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { setTable, until } from '../support/setTable.ts'
import QuietLink from './QuietLink.vue'
import { start } from './server.mjs'

enableAutoUnmount(afterEach)

/** A component that shows the first reading. The server takes its own readings once an hour. */
async function connect() {
  const table = await setTable(() => start(0, { publishEvery: 3_600_000 }))
  const { options, waits } = table.watch()
  const received: string[] = []
  const component = mount(QuietLink, {
    props: {
      url: table.line.url,
      options: { ...options, onMessage: (message: string) => void received.push(message) },
    },
  })
  await until(() => expect(component.get('output').text()).toBe('20.0 °C'))
  return { ...table, waits, component, received, status: () => component.get('[role=status]').text() }
}

describe('QuietLink', () => {
  it('asks nothing as long as the server speaks', async () => {
    const { clock, server, said, received, status } = await connect()
    for (const reading of ['20.1 °C', '20.2 °C', '20.3 °C']) {
      clock.advance(9999)
      server.publish(reading)
      await until(() => expect(received.at(-1)).toBe(reading))
    }
    expect(said).toEqual([])
    expect(status()).toBe('open')
  })

  it('asks after 10 s of silence, and takes any message for an answer', async () => {
    const { clock, said, heard, received, status } = await connect()
    for (const beat of [1, 2, 3]) {
      clock.advance(9999)
      expect(said).toHaveLength(beat - 1)
      clock.advance(1)
      await until(() => expect(received).toHaveLength(1 + beat))
    }
    expect(heard).toEqual(['still there?', 'still there?', 'still there?'])
    expect(status()).toBe('open')
  })

  it('drops the link after 10 s more, says so, and is back after 20 s', async () => {
    const { clock, line, component, received, waits, status } = await connect()
    line.freeze()
    clock.advance(19_999)
    expect(waits).toEqual([])
    clock.advance(1)
    await until(() => expect(component.text()).toContain('The server fell silent.'))
    expect(status()).toBe('reconnecting')
    expect(component.get('output').classes()).toContain('old')
    expect(waits).toEqual([20_000])
    clock.advance(20_000)
    await until(() => expect(received).toHaveLength(2))
    expect(status()).toBe('open')
    expect(component.get('output').classes()).not.toContain('old')
  })

  it('waits 20 s before each attempt while the server is away', async () => {
    const { clock, line, waits, status } = await connect()
    line.down()
    for (let attempt = 1; attempt <= 4; attempt++) {
      await until(() => expect(waits).toHaveLength(attempt))
      clock.advance(20_000)
      await until(() => expect(line.dials).toBe(attempt + 1))
    }
    expect(new Set(waits)).toEqual(new Set([20_000]))
    expect(status()).toBe('reconnecting')
  })

  it('closes when the page goes away, and connects again if the page comes back', async () => {
    const { clock, server, received, status } = await connect()
    window.dispatchEvent(new Event('pagehide'))
    await until(() => expect(server.connections()).toBe(0))
    clock.advance(3_600_000)
    window.dispatchEvent(new Event('pageshow'))
    await until(() => expect(received).toHaveLength(2))
    expect(status()).toBe('open')
  })

  it('leaves nothing at the server when it is unmounted', async () => {
    const { component, server, clock } = await connect()
    expect(server.connections()).toBe(1)
    component.unmount()
    await until(() => expect(server.connections()).toBe(0))
    expect(clock.pending).toBe(0)
  })
})
