/** Adapter contract: another URL or key is another destination, and no message or event crosses from one to the other. */

import { expect, test, vi } from 'vitest'
import type { Harness } from './harness.ts'
import { consoleErrors, mountStage } from './mountStage.ts'

export const testDestinations = (harness: Harness): void => {
  test('(PR1) messages queued for one URL are never sent to another', async () => {
    const { mount, act, options, server } = mountStage(harness)
    server.auto = false
    const onDrop = vi.fn()
    const component = await mount({ source: 'ws://a/', options: options({ onDrop }) })
    const { send } = component.result
    await act(() => expect(send('for a')).toBe('queued'))
    await component.change({ source: 'ws://b/' })
    expect(onDrop).toHaveBeenCalledExactlyOnceWith({ message: 'for a', reason: 'closed' })
    await act(() => component.result.send('for b'))
    await act(() => server.last.accept())
    expect(server.last).toMatchObject({ url: 'ws://b/', received: ['for b'] })
    expect(server.connections[0]!.received).toEqual([])
    expect(server.alive).toBe(1)
  })

  test('(PR5) a new URL is dialled although the options object is the same', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const same = options()
    const component = await mount({ source: 'ws://a/', options: same })
    await component.change({ source: 'ws://b/', options: same })
    await act()
    expect(component.result.status).toBe('open')
    expect(component.result.client.url).toBe('ws://b/')
    expect(server.last.url).toBe('ws://b/')
    expect(server.alive).toBe(1)
  })

  test('(V4) messages queued for an unreachable URL are dropped and reported when the URL changes', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const onDrop = vi.fn()
    const component = await mount({ source: 'ws://a/', options: options({ onDrop }) })
    await act()
    await act(() => server.last.drop())
    await act(() => component.result.send('for a'))
    await component.change({ source: 'ws://b/' })
    await act()
    expect(component.result).toMatchObject({ status: 'open', queued: 0 })
    expect(onDrop).toHaveBeenCalledExactlyOnceWith({ message: 'for a', reason: 'closed' })
    expect(server.last.received).toEqual([])
  })

  test('(U9) messages queued while the URL is pending are dropped and reported when the key changes', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const onDrop = vi.fn()
    const never = (): Promise<string> => new Promise(() => {})
    const component = await mount({ source: never, options: options({ onDrop, key: 'a' }) })
    await act(() => component.result.send('for a'))
    await component.change({ source: () => 'ws://b/', options: options({ onDrop, key: 'b' }) })
    await act()
    expect(component.result.status).toBe('open')
    expect(onDrop).toHaveBeenCalledExactlyOnceWith({ message: 'for a', reason: 'closed' })
    expect(server.last.received).toEqual([])
  })

  test('(robtaussig#54) a URL that changes while open closes the old connection, opens a new one and resets the state', async () => {
    const { mount, act, sendFromServer, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options({ history: 5 }) })
    await act()
    await sendFromServer('from a')
    expect(component.result).toMatchObject({ received: 1, messages: ['from a'], lastMessage: 'from a' })
    const { client } = component.result
    const [a] = server.connections
    server.auto = false
    await component.change({ source: 'ws://b/' })
    expect(a!.closed?.code).toBe(1000)
    expect(component.result).toMatchObject({
      status: 'connecting',
      received: 0,
      messages: [],
      lastMessage: undefined,
      lastClose: undefined,
    })
    expect(component.result.client).not.toBe(client)
    await act(() => server.last.accept())
    await act(() => a!.send('late'))
    await act(() => a!.finish())
    expect(component.result).toMatchObject({ status: 'open', received: 0, lastClose: undefined })
    await sendFromServer('from b')
    expect(component.result.messages).toEqual(['from b'])
  })

  test('a URL that changes while connecting abandons the old dial', async () => {
    const { mount, act, options, server } = mountStage(harness)
    server.auto = false
    const component = await mount({ source: 'ws://a/', options: options() })
    await component.change({ source: 'ws://b/' })
    expect(server.connections.map(({ url, socket }) => [url, socket.readyState])).toEqual([
      ['ws://a/', 3],
      ['ws://b/', 0],
    ])
    await act(() => server.connections[0]!.accept())
    expect(component.result.status).toBe('connecting')
    await act(() => server.last.accept())
    expect(component.result.status).toBe('open')
  })

  test('a URL that changes while waiting to reconnect is dialled at once', async () => {
    const { mount, act, advance, options, server, clock } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options() })
    await act()
    await act(() => server.last.drop())
    await component.change({ source: 'ws://b/' })
    await act()
    expect(component.result).toMatchObject({ status: 'open', attempt: 0 })
    expect(clock.pending).toBe(0)
    await advance(60_000)
    expect(server.connections.map(({ url }) => url)).toEqual(['ws://a/', 'ws://b/'])
  })

  test('a late URL of the previous destination is ignored', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const answers: ((url: string) => void)[] = []
    const source = (): Promise<string> => new Promise((resolve) => answers.push(resolve))
    const component = await mount({ source, options: options({ key: 1 }) })
    await component.change({ options: options({ key: 2 }) })
    await act(() => answers[1]!('ws://b/'))
    expect(component.result.status).toBe('open')
    await act(() => answers[0]!('ws://a/'))
    expect(component.result).toMatchObject({ status: 'open' })
    expect(server.connections.map(({ url }) => url)).toEqual(['ws://b/'])
  })

  test('another key opens a new connection to the same URL', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options({ key: 'anna' }) })
    await act()
    const { client } = component.result
    await component.change({ options: options({ key: 'ben' }) })
    await act()
    expect(component.result.client).not.toBe(client)
    expect(server.connections).toHaveLength(2)
    expect(server.alive).toBe(1)
  })

  test('a new destination uses the newest options', async () => {
    const { mount, act, advance, options, server } = mountStage(harness)
    const heartbeat = (interval: number): object => ({
      heartbeat: { interval, timeout: 100 },
      history: interval / 1000,
    })
    const component = await mount({ source: 'ws://a/', options: options(heartbeat(1000)) })
    await component.change({ source: 'ws://b/', options: options(heartbeat(3000)) })
    await advance(2999)
    expect(server.last.received).toEqual([])
    await advance(1)
    expect(server.last.received).toEqual(['ping'])
    await act(() => ['pong', '1', '2', '3', '4'].forEach((message) => server.last.send(message)))
    expect(component.result.client.get().messages).toEqual(['2', '3', '4'])
  })

  test('an equal URL, as a string or a URL object, is the same destination', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const component = await mount({ source: new URL('ws://a/'), options: options() })
    await act()
    const { client } = component.result
    await component.change({ source: new URL('ws://a/') })
    await component.change({ source: 'ws://a/' })
    expect(component.result.client).toBe(client)
    expect(server.connections).toHaveLength(1)
  })

  test('a component switches from its own URL to a shared client and back', async () => {
    const { mount, act, sendFromServer, options, createSharedClient, server } = mountStage(harness)
    const shared = createSharedClient({ linger: 0 })
    const component = await mount({ source: 'ws://a/', options: options() })
    await act()
    await component.change({ source: shared })
    await act()
    expect(consoleErrors.splice(0)).toEqual([expect.stringContaining('ignored: clock, WebSocket, environment.')])
    expect(component.result.client).toBe(shared)
    expect(server.last.url).toBe('ws://shared/')
    expect(server.alive).toBe(1)
    await sendFromServer('hello')
    expect(component.result.lastMessage).toBe('hello')
    await component.change({ source: 'ws://a/' })
    await act()
    expect(component.result).toMatchObject({ status: 'open', lastMessage: undefined })
    expect(server.last.url).toBe('ws://a/')
    expect(server.alive).toBe(1)
    // The component has not disposed the shared client.
    const other = await mount({ source: shared })
    await act()
    expect(other.result.status).toBe('open')
  })
}
