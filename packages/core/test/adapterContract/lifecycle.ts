/** Adapter contract: mounting connects, and the returned state and functions work. */

import { expect, test, vi } from 'vitest'
import { json } from '../../src/index.ts'
import type { Harness } from './harness.ts'
import { consoleErrors, ignoreWindowErrors, mountStage } from './mountStage.ts'

export const testLifecycle = (harness: Harness): void => {
  test('a component connects when mounted and closes when unmounted', async () => {
    const { mount, act, options, server, clock } = mountStage(harness)
    server.auto = false
    const component = await mount({ source: 'ws://a/', options: options() })
    expect(component.result.status).toBe('connecting')
    expect(server.connections).toHaveLength(1)
    await act(() => server.last.accept())
    expect(component.result.status).toBe('open')
    expect(component.result.client.url).toBe('ws://a/')
    await component.unmount()
    expect(server.alive).toBe(0)
    expect(server.last.closed?.code).toBe(1000)
    expect(clock.pending).toBe(0)
    expect(component.result.client.get().status).toBe('closed')
  })

  test('send, open, close and reconnect work unbound and keep their identity', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options() })
    const { send, open, close, reconnect } = component.result
    await act(() => {
      expect(send('hello')).toBe('sent')
      close(4000, 'bye')
    })
    expect(server.last.received).toEqual(['hello'])
    expect(component.result.status).toBe('closed')
    expect(component.result.lastClose).toMatchObject({ code: 4000, reason: 'bye', cause: 'user' })
    await act(() => open())
    expect(component.result.status).toBe('open')
    await act(() => reconnect())
    expect(server.connections).toHaveLength(3)
    expect(component.result).toMatchObject({ send, open, close, reconnect })
  })

  test('messages sent before the handshake are queued and sent after it', async () => {
    const { mount, act, options, server } = mountStage(harness)
    server.auto = false
    const component = await mount({ source: 'ws://a/', options: options() })
    await act(() => expect(component.result.send('early')).toBe('queued'))
    expect(component.result.queued).toBe(1)
    await act(() => server.last.accept())
    expect(server.last.received).toEqual(['early'])
    expect(component.result.queued).toBe(0)
  })

  test('a component reconnects and shows attempt, retryAt and lastClose meanwhile', async () => {
    const { mount, act, advance, options, server, clock } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options() })
    await act()
    await act(() => server.last.drop())
    expect(component.result).toMatchObject({
      status: 'reconnecting',
      attempt: 1,
      retryAt: clock.now() + 750,
      lastClose: { code: 1006 },
    })
    await advance(750)
    expect(component.result).toMatchObject({ status: 'open', attempt: 0, retryAt: undefined })
  })

  test('the heartbeat runs and its latency is shown', async () => {
    const { mount, act, advance, options, server, clock } = mountStage(harness)
    const component = await mount({
      source: 'ws://a/',
      options: options({ heartbeat: { interval: 1000, timeout: 500 } }),
    })
    await act()
    await advance(1000)
    expect(server.last.received).toEqual(['ping'])
    clock.jump(40)
    await act(() => server.last.send('pong'))
    expect(component.result).toMatchObject({ latency: 40, received: 0 })
    await advance(1500)
    expect(component.result).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
  })

  test('messages are encoded and decoded by the codec', async () => {
    const { mount, act, sendFromServer, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options({ codec: json() }) })
    await act()
    await sendFromServer('{"text":"hello"}')
    expect(component.result.lastMessage).toEqual({ text: 'hello' })
    await act(() => component.result.send({ text: 'hi' }))
    expect(server.last.received).toEqual(['{"text":"hi"}'])
  })

  test('with immediate: false a component connects only after open()', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options({ immediate: false }) })
    await act()
    expect(component.result.status).toBe('closed')
    expect(server.connections).toHaveLength(0)
    await act(() => component.result.open())
    expect(component.result.status).toBe('open')
    await component.unmount()
    expect(server.alive).toBe(0)
  })

  test.each([[null], [undefined], ['']])(
    '(V11) with %o as the URL a component stays closed until there is one',
    async (nothing) => {
      const { mount, act, options, server } = mountStage(harness)
      const onStop = vi.fn()
      const component = await mount({ source: nothing, options: options({ onStop, reconnect: { maxAttempts: 0 } }) })
      await act(() => component.result.open())
      expect(component.result.status).toBe('closed')
      await component.change({ source: 'ws://a/' })
      await act()
      expect(component.result.status).toBe('open')
      // (A2) A URL that is removed closes the connection.
      await component.change({ source: nothing })
      await act()
      expect(component.result.status).toBe('closed')
      expect(server.alive).toBe(0)
      expect(onStop).not.toHaveBeenCalled()
    },
  )

  test('a component stays closed without an error while the URL function returns null', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const component = await mount({ source: () => null, options: options() })
    await act()
    expect(component.result).toMatchObject({ status: 'closed', error: undefined })
    expect(server.connections).toHaveLength(0)
  })

  test('mounting throws for a URL that is not a WebSocket URL', async () => {
    ignoreWindowErrors()
    const { mount, options, server } = mountStage(harness)
    await expect(mount({ source: 'ftp://a/', options: options() })).rejects.toThrow('url: expected')
    consoleErrors.length = 0 // printed by the framework
    expect(server.connections).toHaveLength(0)
  })

  test('mounting throws for an invalid option', async () => {
    ignoreWindowErrors()
    const { mount, options } = mountStage(harness)
    await expect(mount({ source: 'ws://a/', options: options({ history: -1 }) })).rejects.toThrow('history')
    consoleErrors.length = 0 // printed by the framework
  })
}
