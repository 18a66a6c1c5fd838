/** Adapter contract: callbacks receive every event, the newest callback is called, and none is called after unmounting. */

import { expect, test, vi } from 'vitest'
import { json } from '../../src/index.ts'
import type { Harness, Options } from './harness.ts'
import { mountStage, recordCallbacks } from './mountStage.ts'

export const testCallbacks = (harness: Harness): void => {
  test.each(['an owned', 'a shared'])(
    'callbacks receive every event of %s client, starting with the dial',
    async (which) => {
      const { mount, act, sendFromServer, advance, options, createSharedClient, server, clock } = mountStage(harness)
      const { lines, callbacks } = recordCallbacks()
      const rules = { heartbeat: { interval: 1000, timeout: 500 }, reconnect: { maxAttempts: 1 }, codec: json() }
      const component = await mount(
        which === 'an owned'
          ? { source: 'ws://a/', options: options({ ...callbacks, ...rules }) }
          : { source: createSharedClient(rules), options: callbacks },
      )
      await act()
      expect(lines.splice(0)).toEqual(['status connecting', 'status open', 'open'])
      await sendFromServer('"hello"', 'no JSON')
      expect(lines.splice(0)).toEqual(['message hello', 'error'])
      await advance(1000)
      await act(() => server.last.send('pong'))
      expect(lines.splice(0)).toEqual(['latency'])
      await act(() => {
        server.auto = false
        server.last.drop()
        component.result.client.send('no', { queue: false })
      })
      expect(lines.splice(0)).toEqual(['status reconnecting', 'close', 'retry', 'drop'])
      await act(() => clock.advance(750))
      await act(() => server.last.refuse())
      expect(lines).toEqual(['error', 'status closed', 'close', 'stop'])
    },
  )

  test.each(['an owned', 'a shared'])('the newest callback is called for %s client', async (which) => {
    const { mount, act, sendFromServer, createSharedClient, options } = mountStage(harness)
    const handled: string[] = []
    const optionsOf = (label: string): Options => {
      const onMessage = (message: unknown): unknown => handled.push(`${label} ${String(message)}`)
      return which === 'an owned' ? options({ onMessage }) : { onMessage }
    }
    const component = await mount({
      source: which === 'an owned' ? 'ws://a/' : createSharedClient(),
      options: optionsOf('first'),
    })
    await act()
    await sendFromServer('1')
    await component.change({ options: optionsOf('second') })
    await sendFromServer('2', '3')
    expect(handled).toEqual(['first 1', 'second 2', 'second 3'])
  })

  test.each(['an owned', 'a shared'])(
    'a callback that is added after mounting is called for %s client',
    async (which) => {
      const { mount, act, sendFromServer, createSharedClient, options } = mountStage(harness)
      const onMessage = vi.fn()
      const component = await mount({
        source: which === 'an owned' ? 'ws://a/' : createSharedClient(),
        options: which === 'an owned' ? options() : {},
      })
      await act()
      await component.change({ options: which === 'an owned' ? options({ onMessage }) : { onMessage } })
      await sendFromServer('1')
      expect(onMessage).toHaveBeenCalledExactlyOnceWith('1')
    },
  )

  test('(A1) send within onOpen sends at once, and the status is open', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const results: unknown[] = []
    const onOpen = (): void => void results.push(component?.result.send('init'), component?.result.client.get().status)
    const component = await mount({ source: 'ws://a/', options: options({ onOpen, immediate: false }) })
    await act(() => component.result.open())
    expect(results).toEqual(['sent', 'open'])
    expect(server.last.received).toEqual(['init'])
    expect(component.result.status).toBe('open')
  })

  test('an error thrown by a callback is reported and does not affect the connection', async () => {
    const { mount, act, sendFromServer, options } = mountStage(harness)
    const onError = vi.fn()
    const onMessage = (): never => {
      throw new Error('callback failed')
    }
    const component = await mount({ source: 'ws://a/', options: options({ onMessage, onError }) })
    await act()
    await sendFromServer('1')
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('callback failed'))
    expect(component.result).toMatchObject({ status: 'open', lastMessage: '1', error: new Error('callback failed') })
  })

  test('an error of a shared client that onError receives is not printed to the console', async () => {
    const { mount, act, sendFromServer, createSharedClient } = mountStage(harness)
    const onError = vi.fn()
    const onMessage = (): never => {
      throw new Error('callback failed')
    }
    await mount({ source: createSharedClient(), options: { onMessage, onError } })
    await act()
    await sendFromServer('1')
    expect(onError).toHaveBeenCalledOnce()
  })

  test('(U2) no callback is called for messages of the previous URL', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const handled: unknown[] = []
    const component = await mount({
      source: 'ws://a/',
      options: options({ onMessage: (message) => handled.push(message) }),
    })
    await act()
    const [a] = server.connections
    server.auto = false
    await component.change({ source: 'ws://b/' })
    await act(() => a!.send('late'))
    await act(() => server.last.accept())
    await act(() => server.last.send('from b'))
    expect(handled).toEqual(['from b'])
  })

  test('(U2b) no callback is called after unmounting, although messages and closes still arrive', async () => {
    const { mount, act, advance, options, createSharedClient, server } = mountStage(harness)
    const { lines, callbacks } = recordCallbacks()
    const owner = await mount({ source: 'ws://a/', options: options(callbacks) })
    const shared = createSharedClient()
    const user = await mount({ source: shared, options: callbacks })
    await act()
    await act(() => owner.result.send('in flight'))
    server.auto = false
    lines.length = 0
    await owner.unmount()
    await user.unmount()
    await act(() => {
      for (const connection of server.connections) {
        connection.send('late')
        connection.close(4000)
      }
    })
    await advance(60_000)
    expect(lines).toEqual([])
  })

  test('onDrop is not called for messages that are queued when the component unmounts', async () => {
    const { mount, act, options, server } = mountStage(harness)
    server.auto = false
    const { lines, callbacks } = recordCallbacks()
    const component = await mount({ source: 'ws://a/', options: options(callbacks) })
    await act(() => component.result.send('waiting'))
    lines.length = 0
    await component.unmount()
    expect(lines).toEqual([])
  })

  test('(U3) after unmounting shouldReconnect is not called and no attempt is scheduled', async () => {
    const { mount, act, options, server, clock } = mountStage(harness)
    const shouldReconnect = vi.fn(() => true)
    const component = await mount({ source: 'ws://a/', options: options({ reconnect: { shouldReconnect } }) })
    await act()
    await component.unmount()
    await act(() => server.last.drop())
    expect(shouldReconnect).not.toHaveBeenCalled()
    expect(clock.pending).toBe(0)
  })

  test('useMessage passes every message to the newest handler', async () => {
    const { mount, act, sendFromServer, createSharedClient } = mountStage(harness)
    const handled: unknown[] = []
    const component = await mount({
      source: createSharedClient(),
      handler: (message) => handled.push(`first ${String(message)}`),
    })
    await act()
    await sendFromServer('1', '2')
    await component.change({ handler: (message) => handled.push(`second ${String(message)}`) })
    await sendFromServer('3')
    expect(handled).toEqual(['first 1', 'first 2', 'second 3'])
    await component.unmount()
    await sendFromServer('4')
    expect(handled).toHaveLength(3)
  })

  test('useMessage opens its own connection for a URL', async () => {
    const { mount, act, sendFromServer, options, server } = mountStage(harness)
    const handled: unknown[] = []
    const component = await mount({
      source: 'ws://a/',
      handler: (message) => handled.push(message),
      options: options(),
    })
    await act()
    await sendFromServer('1')
    await component.change({ source: 'ws://b/' })
    await act()
    await sendFromServer('2')
    expect(handled).toEqual(['1', '2'])
    expect(server.alive).toBe(1)
    await component.unmount()
    expect(server.alive).toBe(0)
  })
}
