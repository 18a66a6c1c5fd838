/** Adapter contract: a given client is shared. It is open while a component uses it, and no component disposes it. */

import { expect, test } from 'vitest'
import { renderingOf } from '../../src/adapter/rendering.ts'
import { RUNTIME, internalsOf } from '../../src/client/clientInternals.ts'
import type { Client, Harness, Options } from './harness.ts'
import { consoleErrors, mountStage } from './mountStage.ts'

/** Wraps a client and counts how often its listeners of each kind are called. */
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
      value: () => ({
        getRendered: () => internals.getRendered(),
        snapshots: {
          subscribe: (listener: () => void, messages?: boolean) =>
            internals.snapshots.subscribe(() => {
              count('subscribe')
              listener()
            }, messages),
        },
      }),
    },
  })
  return { counted, calls }
}

/** Wraps a client and lists the kinds of its present listeners and subscribers. */
const countPresent = (client: Client): { counted: Client; present: string[] } => {
  const present: string[] = []
  const record = (kind: string, remove: () => void): (() => void) => {
    present.push(kind)
    return () => {
      const at = present.indexOf(kind)
      if (at >= 0) present.splice(at, 1)
      remove()
    }
  }
  const internals = internalsOf(client)!
  const subscribe = (listener: () => void, messages?: boolean): (() => void) =>
    record('subscribe', internals.snapshots.subscribe(listener, messages))
  const counted: Client = Object.create(client, {
    on: {
      value: (type: 'message', listener: (value: unknown) => void) => record(type, client.on(type, listener)),
    },
    subscribe: { value: subscribe },
    [RUNTIME]: { value: () => ({ getRendered: () => internals.getRendered(), snapshots: { subscribe } }) },
  })
  return { counted, present }
}

export const testSharing = (harness: Harness): void => {
  test('100 components on one client open one socket, and each shows the state', async () => {
    const { mount, act, sendFromServer, advance, createSharedClient, server } = mountStage(harness)
    const shared = createSharedClient()
    const all = await mount({ source: shared, reads: ['status', 'lastMessage'] }, 100)
    await act()
    expect(server.connections).toHaveLength(1)
    expect(all.result).toMatchObject({ status: 'open', client: shared })
    await sendFromServer('hello')
    expect(all.result.lastMessage).toBe('hello')
    await all.unmount()
    expect(shared.get().status).toBe('open')
    await advance(1000)
    expect(shared.get().status).toBe('closed')
    expect(server.alive).toBe(0)
  })

  test('a shared client without a component does not connect', async () => {
    const { act, createSharedClient, server } = mountStage(harness)
    const shared = createSharedClient()
    await act()
    expect(server.connections).toHaveLength(0)
    expect(shared.get().status).toBe('closed')
  })

  test('a message renders each component that reads it once, and no other component', async () => {
    const { mount, act, sendFromServer, createSharedClient } = mountStage(harness)
    const shared = createSharedClient()
    const readers = await mount({ source: shared, reads: ['lastMessage'] }, 3)
    const others = await mount({ source: shared, reads: ['status'] }, 97)
    await act()
    const [read, other] = [readers.renders, others.renders]
    await sendFromServer('hello')
    expect(readers.renders - read).toBe(3)
    expect(others.renders - other).toBe(0)
  })

  test('with 100 components a message calls only message callbacks, and a notification only components that show messages', async () => {
    const { mount, act, drawFrame, createSharedClient, server } = mountStage(harness)
    const { counted, calls } = countCalls(createSharedClient())
    let handled = 0
    const handlers = await mount(
      { source: counted, reads: ['status'], options: { onMessage: () => handled++, onStatus: () => {} } },
      2,
    )
    const others = await mount({ source: counted, reads: ['status'], options: { onOpen: () => {} } }, 97)
    await mount({ source: counted, handler: () => handled++ })
    await act()
    const readers = await mount({ source: counted, reads: ['received'] }, 2)
    const renders = handlers.renders + others.renders
    for (const kind in calls) calls[kind] = 0
    for (let burst = 0; burst < 10; burst++) {
      await act(() => Array.from({ length: 1000 }, (_, index) => server.last.send(`${index}`)))
      await drawFrame()
    }
    expect(handled).toBe(3 * 10_000)
    const { subscribe, ...eventCalls } = calls
    expect(eventCalls).toEqual({ message: 3 * 10_000, status: 0 })
    // The first message after a pause notifies at once, without waiting for a frame.
    expect(subscribe).toBeGreaterThanOrEqual(2 * 10)
    expect(subscribe).toBeLessThanOrEqual(2 * 11)
    expect(readers.result.received).toBe(10_000)
    expect(handlers.renders + others.renders - renders).toBe(0)
  })

  test('an error is printed to the console exactly while no component has an onError', async () => {
    const { mount, act, sendFromServer, createSharedClient } = mountStage(harness)
    // Each kind of error is printed once.
    const kinds = [Error, TypeError, RangeError]
    const onMessage = (): never => {
      throw new (kinds.shift()!)('callback failed')
    }
    const errors: unknown[] = []
    const onError = (error: unknown): void => void errors.push(error)
    const component = await mount({ source: createSharedClient(), options: { onMessage } })
    await act()
    await sendFromServer('1')
    expect([consoleErrors.splice(0).length, errors.length]).toEqual([1, 0])
    await component.change({ options: { onMessage, onError } })
    await sendFromServer('2')
    expect([consoleErrors.splice(0).length, errors.length]).toEqual([0, 1])
    await component.change({ options: { onMessage, onError: undefined } as unknown as Options })
    await sendFromServer('3')
    expect([consoleErrors.splice(0).length, errors.length]).toEqual([1, 1])
  })

  test('options beside a shared client, except callbacks, are named in one warning per client', async () => {
    const { mount, act, createSharedClient } = mountStage(harness)
    const ignored = { heartbeat: false, reconnect: { maxAttempts: 3 }, onConnect: () => {}, history: undefined }
    const options = { ...ignored, onOpen: () => {} } as unknown as Options
    const shared = createSharedClient()
    await mount({ source: shared, options }, 3)
    await mount({ source: shared, options, handler: () => {} })
    await act()
    expect(consoleErrors.splice(0)).toEqual([
      'Options beside an existing client are ignored: heartbeat, reconnect, onConnect. Pass them to createWebSocket.',
    ])
    await mount({ source: createSharedClient(), options: { key: 1 } })
    expect(consoleErrors.splice(0)).toEqual([expect.stringContaining('ignored: key.')])
    await mount({ source: createSharedClient(), options: { limit: 5, select: (message) => message }, list: true })
    expect(consoleErrors).toEqual([])
  })

  test('adding or removing a callback does not reopen a closed shared client', async () => {
    const { mount, act, createSharedClient, server } = mountStage(harness)
    const shared = createSharedClient()
    const component = await mount({ source: shared })
    await act()
    await act(() => shared.close())
    await component.change({ options: { onMessage: () => {} } })
    await act()
    await component.change({ options: { onMessage: undefined, onStatus: () => {} } as unknown as Options })
    await act()
    expect([shared.get().status, server.connections.length]).toEqual(['closed', 1])
    await component.unmount()
  })

  test('(U5) the heartbeat continues when the first component unmounts', async () => {
    const { mount, act, advance, createSharedClient, server } = mountStage(harness)
    const shared = createSharedClient({ heartbeat: { interval: 1000, timeout: 500 } })
    const first = await mount({ source: shared })
    const second = await mount({ source: shared })
    await act()
    await first.unmount()
    for (let interval = 1; interval <= 5; interval++) {
      await advance(1000)
      await act(() => server.last.send('pong'))
    }
    expect(server.last.received).toEqual(['ping', 'ping', 'ping', 'ping', 'ping'])
    expect(second.result.status).toBe('open')
    expect(server.connections).toHaveLength(1)
  })

  test('a component that mounts within the linger of the last one keeps the connection', async () => {
    const { mount, act, advance, createSharedClient, server } = mountStage(harness)
    const shared = createSharedClient()
    const first = await mount({ source: shared })
    await act()
    await first.unmount()
    await advance(900)
    const second = await mount({ source: shared })
    await advance(5000)
    expect(second.result.status).toBe('open')
    expect(server.connections).toHaveLength(1)
  })

  test('a component that mounts later shows the current state at once', async () => {
    const { mount, act, sendFromServer, createSharedClient } = mountStage(harness)
    const shared = createSharedClient({ history: 3 })
    await mount({ source: shared })
    await act()
    await sendFromServer('1', '2')
    const late = await mount({ source: shared })
    const view = renderingOf(shared).get()
    expect(late.result).toMatchObject({
      status: 'open',
      messages: view.messages,
      lastMessage: view.lastMessage,
      received: view.received,
    })
  })

  test('a component can use the client of another, and unmounting it does not close the client', async () => {
    const { mount, act, sendFromServer, options, server } = mountStage(harness)
    const owner = await mount({ source: 'ws://a/', options: options() })
    await act()
    const user = await mount({ source: owner.result.client })
    const handled: unknown[] = []
    await mount({ source: owner.result.client, handler: (message) => handled.push(message) })
    await sendFromServer('hello')
    expect(user.result).toMatchObject({ status: 'open', lastMessage: 'hello' })
    expect(handled).toEqual(['hello'])
    await user.unmount()
    await act()
    expect(owner.result.status).toBe('open')
    expect(server.connections).toHaveLength(1)
    await owner.unmount()
    expect(server.alive).toBe(0)
  })

  test('components leave no listener and no subscriber on a shared client', async () => {
    const { mount, act, createSharedClient } = mountStage(harness)
    const { counted, present } = countPresent(createSharedClient())
    const options = { onMessage: () => {}, onOpen: () => {} }
    const all = [
      await mount({ source: counted, options }),
      await mount({ source: counted, list: true, options: { onStatus: () => {} } }),
      await mount({ source: counted, handler: () => {} }),
    ]
    await act()
    expect([...present].sort()).toEqual(['message', 'message', 'message', 'open', 'status', 'subscribe', 'subscribe'])
    for (const component of all) await component.unmount()
    expect(present).toEqual([])
  })

  test('a component that reads no field does not subscribe to a shared client', async () => {
    const { mount, act, createSharedClient } = mountStage(harness)
    const { counted, present } = countPresent(createSharedClient())
    await mount({ source: counted, reads: [] })
    await act()
    expect(present).toEqual([])
  })

  test('rendering again adds no listener to a shared client and retains it no second time', async () => {
    const { mount, act, sendFromServer, createSharedClient } = mountStage(harness)
    const shared = createSharedClient({ pace: 'sync' })
    let calls = 0
    const counted: Client = Object.create(shared, {
      on: {
        value: (...given: Parameters<Client['on']>) => {
          calls++
          return shared.on(...given)
        },
      },
      retain: {
        value: () => {
          calls++
          return shared.retain()
        },
      },
    })
    const component = await mount({ source: counted, options: { onMessage: () => {} } })
    await act()
    const [before, renders] = [calls, component.renders]
    expect(before).toBeGreaterThanOrEqual(2)
    await sendFromServer('1')
    await sendFromServer('2')
    expect([calls, component.renders > renders]).toEqual([before, true])
  })

  test('an event that the cleanup of a component causes on a shared client calls no callback that is gone', async () => {
    const { mount, act, createSharedClient } = mountStage(harness)
    const shared = createSharedClient()
    const component = await mount({ source: shared, options: { onDrop: () => {} }, leaves: true })
    await act(() => shared.close())
    await component.unmount()
    expect(consoleErrors).toEqual([])
  })

  test('a shared client that is already open is used without another connection', async () => {
    const { mount, act, createSharedClient, server } = mountStage(harness)
    const eager = createSharedClient()
    eager.open()
    const component = await mount({ source: eager })
    await act()
    expect(component.result.status).toBe('open')
    await act(() => component.result.close())
    expect(component.result).toMatchObject({ status: 'closed', lastClose: { cause: 'user' } })
    expect(server.connections).toHaveLength(1)
  })
}
