import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { setTable, until } from '../support/setTable.ts'
import Presence from './Presence.vue'
import { start } from './server.mjs'

enableAutoUnmount(afterEach)

const heart = '{"heart":1}'

/** A server that tells the time by the clock of the test, and two clients: Ada over the line, Bob without. */
async function meet() {
  const table = await setTable((clock) => start(0, { clock }))
  const { server, line, clock } = table
  const join = (id: string, url: string) => {
    const { options, ...watched } = table.watch()
    return { ...watched, component: mount(Presence, { props: { url, id, options } }) }
  }
  const ada = join('ada', line.url)
  await until(() => expect(shown(ada.component)).toEqual(['ada is online']))
  const bob = join('bob', server.url)
  for (const { component } of [ada, bob])
    await until(() => expect(shown(component)).toEqual(['ada is online', 'bob is online']))

  /** ms since the server has heard somebody. */
  const silence = (id: string): number => clock.now() - server.table.get(id)!.lastSeen
  /** Moves on by 10 s, and waits for the answered heartbeats of those who can be heard. */
  const beat = async (...clients: (typeof ada)[]): Promise<void> => {
    const before = clients.map(({ beats }) => beats.length)
    clock.advance(10_000)
    await until(() => expect(clients.map(({ beats }) => beats.length)).toEqual(before.map((count) => count + 1)))
  }
  return { ...table, ada, bob, silence, beat }
}
type Component = Awaited<ReturnType<typeof meet>>['ada']['component']

const shown = (component: Component): string[] => component.findAll('li').map((item) => item.text().split(/,| ·/)[0]!)
const status = (component: Component): string => component.get('[role=status]').text()

function setNetwork(online: boolean): void {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(online)
  window.dispatchEvent(new Event(online ? 'online' : 'offline'))
}

describe('Presence', () => {
  it('beats every 10 s, hears its heart again, and is seen', async () => {
    const { heard, said, beat, ada, bob, clock, silence } = await meet()
    await beat(ada, bob)
    clock.advance(9999)
    expect(said).toEqual([heart, heart])
    expect(silence('ada')).toBe(9999)
    clock.advance(1)
    await until(() => expect(heard).toHaveLength(4))
    expect(silence('ada')).toBe(0)
    expect(shown(ada.component)).toEqual(['ada is online', 'bob is online'])
  })

  it('shows as offline who was not heard for 25 s, with the time last seen, and as online again who is back', async () => {
    const { line, beat, server, ada, bob, clock } = await meet()
    const seen = server.table.get('ada')!.lastSeen
    // Neither cut nor coming back counts: only not being heard.
    line.down()
    for (const refused of [1, 2, 3]) {
      expect(shown(bob.component)).toEqual(['ada is online', 'bob is online'])
      await until(() => expect(ada.waits).toHaveLength(refused))
      await beat(bob)
    }
    await until(() => expect(shown(bob.component)).toEqual(['ada is offline', 'bob is online']))
    expect(bob.component.text()).toContain(`last seen ${new Date(seen).toLocaleTimeString()}`)
    await until(() => expect(ada.waits).toHaveLength(4))
    line.up()
    clock.advance(ada.waits.at(-1)!)
    await until(() => expect(shown(bob.component)).toEqual(['ada is online', 'bob is online']))
    await until(() => expect(status(ada.component)).toBe('ada: open'))
  })

  it('notices that the server has fallen silent, and comes back', async () => {
    const { line, clock, ada } = await meet()
    line.freeze()
    clock.advance(10_000)
    clock.advance(4999)
    expect(ada.waits).toEqual([])
    clock.advance(1)
    await until(() => expect(status(ada.component)).toBe('ada: reconnecting'))
    clock.advance(750)
    await until(() => expect(status(ada.component)).toBe('ada: open'))
  })

  it('stays online over a short reconnect', async () => {
    const { line, clock, ada, bob, heard } = await meet()
    line.down()
    line.up()
    await until(() => expect(status(ada.component)).toBe('ada: reconnecting'))
    clock.advance(750)
    await until(() => expect(status(ada.component)).toBe('ada: open'))
    expect(shown(bob.component)).toEqual(['ada is online', 'bob is online'])
    expect(heard).toEqual([])
  })

  it('reports that its network went and came back, also when the first word was lost', async () => {
    onTestFinished(() => void vi.restoreAllMocks())
    const { line, clock, ada, bob, server } = await meet()
    bob.component.unmount()
    line.down()
    await until(() => expect(status(ada.component)).toBe('ada: reconnecting'))
    setNetwork(false)
    await until(() => expect(status(ada.component)).toBe('ada: reconnecting, no network'))
    expect(server.table.get('ada')!.network).toEqual([])
    line.up()
    setNetwork(true)
    // Within a second, whatever the wait was.
    clock.advance(1000)
    await until(() => expect(server.table.get('ada')!.network.map(({ online }) => online)).toEqual([false, true]))
    await until(() =>
      expect(ada.component.findAll('li span').map((span) => span.text().split(' ')[2])).toEqual(['lost', 'back']),
    )
    expect(status(ada.component)).toBe('ada: open')
  })

  it('reports at once where the network went but the connection stays', async () => {
    onTestFinished(() => void vi.restoreAllMocks())
    const { bob, server } = await meet()
    setNetwork(false)
    await until(() => expect(server.table.get('ada')!.network).toMatchObject([{ online: false }]))
    await until(() => expect(bob.component.findAll('li span')).toHaveLength(2))
  })

  it('leaves nothing at the server but the time it was seen', async () => {
    const { ada, bob, server, silence, clock } = await meet()
    ada.component.unmount()
    bob.component.unmount()
    await until(() => expect(server.connections()).toBe(0))
    clock.advance(30_000)
    expect(silence('ada')).toBe(30_000)
    expect([...server.table.values()].map(({ online }) => online)).toEqual([false, false])
    clock.advance(24 * 3_600_000)
    expect(server.table.size).toBe(0)
  })
})
