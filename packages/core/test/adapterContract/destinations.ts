/** The contract of the adapters: another address or key is another destination, and nothing crosses from one to the other. */

import { expect, test, vi } from 'vitest'
import { type Harness, setStage } from './mountStage.ts'

export const testDestinations = (harness: Harness): void => {
  test('(PR1) messages for one URL never reach another', async () => {
    const { mount, act, options, server } = setStage(harness)
    server.auto = false
    const onDrop = vi.fn()
    const part = await mount({ source: 'ws://a/', options: options({ onDrop }) })
    const { send } = part.now
    await act(() => expect(send('for a')).toBe('queued'))
    await part.change({ source: 'ws://b/' })
    expect(onDrop).toHaveBeenCalledExactlyOnceWith({ message: 'for a', reason: 'closed' })
    await act(() => part.now.send('for b'))
    await act(() => server.last.accept())
    expect(server.last).toMatchObject({ url: 'ws://b/', received: ['for b'] })
    expect(server.connections[0]!.received).toEqual([])
    expect(server.alive).toBe(1)
  })

  test('(PR5) another URL with the very same options is followed', async () => {
    const { mount, act, options, server } = setStage(harness)
    const same = options()
    const part = await mount({ source: 'ws://a/', options: same })
    await part.change({ source: 'ws://b/', options: same })
    await act()
    expect(part.now.status).toBe('open')
    expect(part.now.client.url).toBe('ws://b/')
    expect(server.last.url).toBe('ws://b/')
    expect(server.alive).toBe(1)
  })

  test('(V4) what is queued for a URL that is down stays behind, loudly, when the URL changes', async () => {
    const { mount, act, options, server } = setStage(harness)
    const onDrop = vi.fn()
    const part = await mount({ source: 'ws://a/', options: options({ onDrop }) })
    await act()
    await act(() => server.last.drop())
    await act(() => part.now.send('for a'))
    await part.change({ source: 'ws://b/' })
    await act()
    expect(part.now).toMatchObject({ status: 'open', queued: 0 })
    expect(onDrop).toHaveBeenCalledExactlyOnceWith({ message: 'for a', reason: 'closed' })
    expect(server.last.received).toEqual([])
  })

  test('(U9) what is queued while the address is being fetched stays behind too', async () => {
    const { mount, act, options, server } = setStage(harness)
    const onDrop = vi.fn()
    const never = (): Promise<string> => new Promise(() => {})
    const part = await mount({ source: never, options: options({ onDrop, key: 'a' }) })
    await act(() => part.now.send('for a'))
    await part.change({ source: () => 'ws://b/', options: options({ onDrop, key: 'b' }) })
    await act()
    expect(part.now.status).toBe('open')
    expect(onDrop).toHaveBeenCalledExactlyOnceWith({ message: 'for a', reason: 'closed' })
    expect(server.last.received).toEqual([])
  })

  test('a URL that changes while open closes the old connection, opens the new one and starts anew', async () => {
    const { mount, act, say, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options({ history: 5 }) })
    await act()
    await say('from a')
    expect(part.now).toMatchObject({ received: 1, messages: ['from a'], lastMessage: 'from a' })
    const { client } = part.now
    const [a] = server.connections
    server.auto = false
    await part.change({ source: 'ws://b/' })
    expect(a!.closed?.code).toBe(1000)
    expect(part.now).toMatchObject({
      status: 'connecting',
      received: 0,
      messages: [],
      lastMessage: undefined,
      lastClose: undefined,
    })
    expect(part.now.client).not.toBe(client)
    await act(() => server.last.accept())
    await act(() => a!.send('late'))
    await act(() => a!.finish())
    expect(part.now).toMatchObject({ status: 'open', received: 0, lastClose: undefined })
    await say('from b')
    expect(part.now.messages).toEqual(['from b'])
  })

  test('a URL that changes while dialling gives up the old dial', async () => {
    const { mount, act, options, server } = setStage(harness)
    server.auto = false
    const part = await mount({ source: 'ws://a/', options: options() })
    await part.change({ source: 'ws://b/' })
    expect(server.connections.map(({ url, socket }) => [url, socket.readyState])).toEqual([
      ['ws://a/', 3],
      ['ws://b/', 0],
    ])
    await act(() => server.connections[0]!.accept())
    expect(part.now.status).toBe('connecting')
    await act(() => server.last.accept())
    expect(part.now.status).toBe('open')
  })

  test('a URL that changes while waiting for an attempt is dialled at once', async () => {
    const { mount, act, pass, options, server, clock } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options() })
    await act()
    await act(() => server.last.drop())
    await part.change({ source: 'ws://b/' })
    await act()
    expect(part.now).toMatchObject({ status: 'open', attempt: 0 })
    expect(clock.pending).toBe(0)
    await pass(60_000)
    expect(server.connections.map(({ url }) => url)).toEqual(['ws://a/', 'ws://b/'])
  })

  test('a slow answer for the destination before has no effect on this one', async () => {
    const { mount, act, options, server } = setStage(harness)
    const answers: ((url: string) => void)[] = []
    const source = (): Promise<string> => new Promise((resolve) => answers.push(resolve))
    const part = await mount({ source, options: options({ key: 1 }) })
    await part.change({ options: options({ key: 2 }) })
    await act(() => answers[1]!('ws://b/'))
    expect(part.now.status).toBe('open')
    await act(() => answers[0]!('ws://a/'))
    expect(part.now).toMatchObject({ status: 'open' })
    expect(server.connections.map(({ url }) => url)).toEqual(['ws://b/'])
  })

  test('another key opens a new connection to the same URL', async () => {
    const { mount, act, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options({ key: 'anna' }) })
    await act()
    const { client } = part.now
    await part.change({ options: options({ key: 'ben' }) })
    await act()
    expect(part.now.client).not.toBe(client)
    expect(server.connections).toHaveLength(2)
    expect(server.alive).toBe(1)
  })

  test('the options of now are those of the new destination', async () => {
    const { mount, act, pass, options, server } = setStage(harness)
    const heartbeat = (interval: number): object => ({
      heartbeat: { interval, timeout: 100 },
      history: interval / 1000,
    })
    const part = await mount({ source: 'ws://a/', options: options(heartbeat(1000)) })
    await part.change({ source: 'ws://b/', options: options(heartbeat(3000)) })
    await pass(2999)
    expect(server.last.received).toEqual([])
    await pass(1)
    expect(server.last.received).toEqual(['ping'])
    await act(() => ['pong', '1', '2', '3', '4'].forEach((message) => server.last.send(message)))
    expect(part.now.client.get().messages).toEqual(['2', '3', '4'])
  })

  test('an equal address, as a string or as a URL, is the same destination', async () => {
    const { mount, act, options, server } = setStage(harness)
    const part = await mount({ source: new URL('ws://a/'), options: options() })
    await act()
    const { client } = part.now
    await part.change({ source: new URL('ws://a/') })
    await part.change({ source: 'ws://a/' })
    expect(part.now.client).toBe(client)
    expect(server.connections).toHaveLength(1)
  })

  test('goes from an address of its own to a shared client and back', async () => {
    const { mount, act, say, options, share, server } = setStage(harness)
    const shared = share({ linger: 0 })
    const part = await mount({ source: 'ws://a/', options: options() })
    await act()
    await part.change({ source: shared })
    await act()
    expect(part.now.client).toBe(shared)
    expect(server.last.url).toBe('ws://shared/')
    expect(server.alive).toBe(1)
    await say('hello')
    expect(part.now.lastMessage).toBe('hello')
    await part.change({ source: 'ws://a/' })
    await act()
    expect(part.now).toMatchObject({ status: 'open', lastMessage: undefined })
    expect(server.last.url).toBe('ws://a/')
    expect(server.alive).toBe(1)
    // It was only borrowed.
    const again = await mount({ source: shared })
    await act()
    expect(again.now.status).toBe('open')
  })
}
