import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startRecipe, until } from '../support/startRecipe.ts'
import Presence from './Presence.vue'
import { start } from './server.mjs'

enableAutoUnmount(afterEach)

const heart = '{"heart":1}'

/** Starts a server on the fake clock, and connects Ada through the proxy and Bob directly. */
async function connectTwo() {
  const recipe = await startRecipe((clock) => start(0, { clock }))
  const { server, proxy, clock } = recipe
  const join = (id: string, url: string) => {
    const { options, ...watched } = recipe.createObserver()
    return { ...watched, component: mount(Presence, { props: { url, id, options } }) }
  }
  const ada = join('ada', proxy.url)
  await until(() => expect(shown(ada.component)).toEqual(['ada is online']))
  const bob = join('bob', server.url)
  for (const { component } of [ada, bob])
    await until(() => expect(shown(component)).toEqual(['ada is online', 'bob is online']))

  /** ms since the server has last received a message of this client. */
  const silence = (id: string): number => clock.now() - server.members.get(id)!.lastSeen
  /** Advances the clock by 10 s, and waits for the answered heartbeats of these clients. */
  const nextHeartbeat = async (...clients: (typeof ada)[]): Promise<void> => {
    const before = clients.map(({ latencies }) => latencies.length)
    clock.advance(10_000)
    await until(() =>
      expect(clients.map(({ latencies }) => latencies.length)).toEqual(before.map((count) => count + 1)),
    )
  }
  return { ...recipe, ada, bob, silence, nextHeartbeat }
}
type Component = Awaited<ReturnType<typeof connectTwo>>['ada']['component']

const shown = (component: Component): string[] => component.findAll('li').map((item) => item.text().split(/,| ·/)[0]!)
const status = (component: Component): string => component.get('[role=status]').text()

function setNetwork(online: boolean): void {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(online)
  window.dispatchEvent(new Event(online ? 'online' : 'offline'))
}

describe('Presence', () => {
  it('sends a heartbeat every 10 s, and is shown as online', async () => {
    const { serverReceived, clientsSent, nextHeartbeat, ada, bob, clock, silence } = await connectTwo()
    await nextHeartbeat(ada, bob)
    clock.advance(9999)
    expect(clientsSent).toEqual([heart, heart])
    expect(silence('ada')).toBe(9999)
    clock.advance(1)
    await until(() => expect(serverReceived).toHaveLength(4))
    expect(silence('ada')).toBe(0)
    expect(shown(ada.component)).toEqual(['ada is online', 'bob is online'])
  })

  it('shows a client as offline after 25 s without a message, and as online when it is back', async () => {
    const { proxy, nextHeartbeat, server, ada, bob, clock } = await connectTwo()
    const seen = server.members.get('ada')!.lastSeen
    // Only the time since the last message counts, not whether the connection is cut.
    proxy.down()
    for (const refused of [1, 2, 3]) {
      expect(shown(bob.component)).toEqual(['ada is online', 'bob is online'])
      await until(() => expect(ada.delays).toHaveLength(refused))
      await nextHeartbeat(bob)
    }
    await until(() => expect(shown(bob.component)).toEqual(['ada is offline', 'bob is online']))
    expect(bob.component.text()).toContain(`last seen ${new Date(seen).toLocaleTimeString()}`)
    await until(() => expect(ada.delays).toHaveLength(4))
    proxy.up()
    clock.advance(ada.delays.at(-1)!)
    await until(() => expect(shown(bob.component)).toEqual(['ada is online', 'bob is online']))
    await until(() => expect(status(ada.component)).toBe('ada: open'))
  })

  it('detects that the server does not answer, and reconnects', async () => {
    const { proxy, clock, ada } = await connectTwo()
    proxy.freeze()
    clock.advance(10_000)
    clock.advance(4999)
    expect(ada.delays).toEqual([])
    clock.advance(1)
    await until(() => expect(status(ada.component)).toBe('ada: reconnecting'))
    clock.advance(750)
    await until(() => expect(status(ada.component)).toBe('ada: open'))
  })

  it('stays online during a short reconnect', async () => {
    const { proxy, clock, ada, bob, serverReceived } = await connectTwo()
    proxy.down()
    proxy.up()
    await until(() => expect(status(ada.component)).toBe('ada: reconnecting'))
    clock.advance(750)
    await until(() => expect(status(ada.component)).toBe('ada: open'))
    expect(shown(bob.component)).toEqual(['ada is online', 'bob is online'])
    expect(serverReceived).toEqual([])
  })

  it('reports that its network was lost and is back, even if the first report was lost', async () => {
    onTestFinished(() => void vi.restoreAllMocks())
    const { proxy, clock, ada, bob, server } = await connectTwo()
    bob.component.unmount()
    proxy.down()
    await until(() => expect(status(ada.component)).toBe('ada: reconnecting'))
    setNetwork(false)
    await until(() => expect(status(ada.component)).toBe('ada: reconnecting, no network'))
    expect(server.members.get('ada')!.network).toEqual([])
    proxy.up()
    setNetwork(true)
    // `online` ends the wait within a second.
    clock.advance(1000)
    await until(() => expect(server.members.get('ada')!.network.map(({ online }) => online)).toEqual([false, true]))
    await until(() =>
      expect(ada.component.findAll('li span').map((span) => span.text().split(' ')[2])).toEqual(['lost', 'back']),
    )
    expect(status(ada.component)).toBe('ada: open')
  })

  it('reports a lost network at once if the connection stays open', async () => {
    onTestFinished(() => void vi.restoreAllMocks())
    const { bob, server } = await connectTwo()
    setNetwork(false)
    await until(() => expect(server.members.get('ada')!.network).toMatchObject([{ online: false }]))
    await until(() => expect(bob.component.findAll('li span')).toHaveLength(2))
  })

  it('closes its connection when unmounted, and the server removes its entry after a day', async () => {
    const { ada, bob, server, silence, clock } = await connectTwo()
    ada.component.unmount()
    bob.component.unmount()
    await until(() => expect(server.connections()).toBe(0))
    clock.advance(30_000)
    expect(silence('ada')).toBe(30_000)
    expect([...server.members.values()].map(({ online }) => online)).toEqual([false, false])
    clock.advance(24 * 3_600_000)
    expect(server.members.size).toBe(0)
  })
})
