/** The contract of the adapters: a client that is given is shared, open while anybody uses it, and nobody's to dispose. */

import { RUNTIME, internalsOf } from '../../src/client/runtimeKey.ts'
import { renderingOf } from '../../src/adapter/rendering.ts'
import { expect, test } from 'vitest'
import { type Client, type Harness, type Options, complaints, setStage } from './adapterStage.ts'

/** The client, and how often listeners of each kind were called. */
const countCalls = (client: Client): { counted: Client; calls: Record<string, number> } => {
  const calls: Record<string, number> = {}
  const count = (kind: string): void => void (calls[kind] = (calls[kind] ?? 0) + 1)
  const internals = internalsOf(client)!
  const counted: Client = Object.create(client, {
    on: {
      value: (type: 'message', listener: (value: unknown) => void) =>
        client.on(type, (value) => {
          count(type)
          listener(value)
        }),
    },
    onAny: {
      value: (listener: Parameters<Client['onAny']>[0]) =>
        client.onAny((type, value) => {
          count('onAny')
          return listener(type, value)
        }),
    },
    [RUNTIME]: {
      value: {
        getRendered: () => internals.getRendered(),
        snapshots: {
          subscribe: (listener: () => void, messages?: boolean) =>
            internals.snapshots.subscribe(() => {
              count('subscribe')
              listener()
            }, messages),
        },
      },
    },
  })
  return { counted, calls }
}

export const testSharing = (harness: Harness): void => {
  test('100 components on one client open one socket, and each shows its state', async () => {
    const { mount, act, say, pass, share, server } = setStage(harness)
    const shared = share()
    const all = await mount({ source: shared, reads: ['status', 'lastMessage'] }, 100)
    await act()
    expect(server.connections).toHaveLength(1)
    expect(all.now).toMatchObject({ status: 'open', client: shared })
    await say('hello')
    expect(all.now.lastMessage).toBe('hello')
    await all.unmount()
    expect(shared.get().status).toBe('open')
    await pass(1000)
    expect(shared.get().status).toBe('closed')
    expect(server.alive).toBe(0)
  })

  test('a client that nobody uses yet opens nothing', async () => {
    const { act, share, server } = setStage(harness)
    const shared = share()
    await act()
    expect(server.connections).toHaveLength(0)
    expect(shared.get().status).toBe('closed')
  })

  test('messages cost one render in each component that reads them, and none in those that do not', async () => {
    const { mount, act, say, share } = setStage(harness)
    const shared = share()
    const readers = await mount({ source: shared, reads: ['lastMessage'] }, 3)
    const others = await mount({ source: shared, reads: ['status'] }, 97)
    await act()
    const [read, other] = [readers.renders, others.renders]
    await say('hello')
    expect(readers.renders - read).toBe(3)
    expect(others.renders - other).toBe(0)
  })

  test('of 100 mounted components a message calls those that have a callback for it, and a notice those that show messages', async () => {
    const { mount, act, frame, share, server } = setStage(harness)
    const { counted, calls } = countCalls(share())
    let heard = 0
    const hearers = await mount(
      { source: counted, reads: ['status'], options: { onMessage: () => heard++, onStatus: () => {} } },
      2,
    )
    const others = await mount({ source: counted, reads: ['status'], options: { onOpen: () => {} } }, 97)
    await mount({ source: counted, handler: () => heard++ })
    await act()
    const readers = await mount({ source: counted, reads: ['received'] }, 2)
    const renders = hearers.renders + others.renders
    for (const kind in calls) calls[kind] = 0
    for (let burst = 0; burst < 10; burst++) {
      await act(() => Array.from({ length: 1000 }, (_, index) => server.last.send(`${index}`)))
      await frame()
    }
    expect(heard).toBe(3 * 10_000)
    const { subscribe, ...told } = calls
    expect(told).toEqual({ message: 3 * 10_000, status: 0 })
    // The first of a quiet time is told at once.
    expect(subscribe).toBeGreaterThanOrEqual(2 * 10)
    expect(subscribe).toBeLessThanOrEqual(2 * 11)
    expect(readers.now.received).toBe(10_000)
    expect(hearers.renders + others.renders - renders).toBe(0)
  })

  test('an error counts as heard only where there is an onError, also when that comes and goes', async () => {
    const { mount, act, say, share } = setStage(harness)
    const onMessage = (): never => {
      throw new Error('a bug of theirs')
    }
    const errors: unknown[] = []
    const onError = (error: unknown): void => void errors.push(error)
    const part = await mount({ source: share(), options: { onMessage } })
    await act()
    await say('1')
    expect([complaints.splice(0).length, errors.length]).toEqual([1, 0])
    await part.change({ options: { onMessage, onError } })
    await say('2')
    expect([complaints.splice(0).length, errors.length]).toEqual([0, 1])
    await part.change({ options: { onMessage, onError: undefined } as unknown as Options })
    await say('3')
    expect([complaints.splice(0).length, errors.length]).toEqual([1, 1])
  })

  test('a callback that comes or goes leaves a shared client as it is', async () => {
    const { mount, act, share, server } = setStage(harness)
    const shared = share()
    const part = await mount({ source: shared })
    await act()
    await act(() => shared.close())
    await part.change({ options: { onMessage: () => {} } })
    await act()
    await part.change({ options: { onMessage: undefined, onStatus: () => {} } as unknown as Options })
    await act()
    expect([shared.get().status, server.connections.length]).toEqual(['closed', 1])
    await part.unmount()
  })

  test('(U5) the heartbeat goes on when the first component leaves', async () => {
    const { mount, act, pass, share, server } = setStage(harness)
    const shared = share({ heartbeat: { interval: 1000, timeout: 500 } })
    const first = await mount({ source: shared })
    const second = await mount({ source: shared })
    await act()
    await first.unmount()
    for (let beat = 1; beat <= 5; beat++) {
      await pass(1000)
      await act(() => server.last.send('pong'))
    }
    expect(server.last.received).toEqual(['ping', 'ping', 'ping', 'ping', 'ping'])
    expect(second.now.status).toBe('open')
    expect(server.connections).toHaveLength(1)
  })

  test('a component that comes while the last one goes keeps the connection', async () => {
    const { mount, act, pass, share, server } = setStage(harness)
    const shared = share()
    const first = await mount({ source: shared })
    await act()
    await first.unmount()
    await pass(900)
    const second = await mount({ source: shared })
    await pass(5000)
    expect(second.now.status).toBe('open')
    expect(server.connections).toHaveLength(1)
  })

  test('a component that comes later shows at once what the others do', async () => {
    const { mount, act, say, share } = setStage(harness)
    const shared = share({ history: 3 })
    await mount({ source: shared })
    await act()
    await say('1', '2')
    const late = await mount({ source: shared })
    const view = renderingOf(shared).get()
    expect(late.now).toMatchObject({
      status: 'open',
      messages: view.messages,
      lastMessage: view.lastMessage,
      received: view.received,
    })
  })

  test('the client of a component can be used by another, and the other does not end it', async () => {
    const { mount, act, say, options, server } = setStage(harness)
    const owner = await mount({ source: 'ws://a/', options: options() })
    await act()
    const guest = await mount({ source: owner.now.client })
    const heard: unknown[] = []
    await mount({ source: owner.now.client, handler: (message) => heard.push(message) })
    await say('hello')
    expect(guest.now).toMatchObject({ status: 'open', lastMessage: 'hello' })
    expect(heard).toEqual(['hello'])
    await guest.unmount()
    await act()
    expect(owner.now.status).toBe('open')
    expect(server.connections).toHaveLength(1)
    await owner.unmount()
    expect(server.alive).toBe(0)
  })

  test('a client that is not lazy is shown, and left as it is', async () => {
    const { mount, act, share, server } = setStage(harness)
    const eager = share()
    eager.open()
    const part = await mount({ source: eager })
    await act()
    expect(part.now.status).toBe('open')
    await act(() => part.now.close())
    expect(part.now).toMatchObject({ status: 'closed', lastClose: { cause: 'user' } })
    expect(server.connections).toHaveLength(1)
  })
}
