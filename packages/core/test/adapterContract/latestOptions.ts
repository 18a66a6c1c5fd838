/** Adapter contract: functions and values in options are read late, so the newest ones are used. */

import { expect, test } from 'vitest'
import type { Harness } from './harness.ts'
import { mountStage } from './mountStage.ts'

export const testLatestOptions = (harness: Harness): void => {
  test('(PR2) a URL function is called at each dial, and the newest closure is used', async () => {
    const { mount, act, advance, options, server } = mountStage(harness)
    const component = await mount({ source: () => 'ws://a/?token=1', options: options() })
    await act()
    await component.change({ source: () => 'ws://a/?token=2' })
    await act()
    expect(server.connections).toHaveLength(1)
    await act(() => server.last.drop())
    await advance(750)
    expect(server.connections.map(({ url }) => url)).toEqual(['ws://a/?token=1', 'ws://a/?token=2'])
  })

  test('(PR6) after each lost connection the query comes from the newest URL function', async () => {
    const { mount, act, advance, options, server } = mountStage(harness)
    const query = (page: number) => async (): Promise<string> => `ws://a/?page=${page}`
    const component = await mount({ source: query(0), options: options() })
    await act()
    for (const page of [1, 2]) {
      await component.change({ source: query(page) })
      await act(() => server.last.drop())
      await advance(5000)
    }
    expect(server.connections.map(({ url }) => url)).toEqual(['ws://a/?page=0', 'ws://a/?page=1', 'ws://a/?page=2'])
  })

  test('(PR7) the newest shouldReconnect and delay are used', async () => {
    const { mount, act, advance, options, server, clock } = mountStage(harness)
    const reconnectWith = (allowed: boolean, ms: number): object => ({
      reconnect: { shouldReconnect: () => allowed, delay: () => ms },
    })
    const component = await mount({ source: 'ws://a/', options: options(reconnectWith(true, 1000)) })
    await act()
    await component.change({ options: options(reconnectWith(true, 7000)) })
    await act(() => server.last.drop())
    expect(component.result.retryAt).toBe(clock.now() + 7000)
    await advance(7000)
    await component.change({ options: options(reconnectWith(false, 0)) })
    await act(() => server.last.drop())
    expect(component.result).toMatchObject({ status: 'closed', lastClose: { code: 1006, final: true } })
  })

  test('(A6) new protocols are used at the next dial, and changing them does not close the connection', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options({ protocols: 'v1' }) })
    await act()
    await component.change({ options: options({ protocols: ['v2', 'token'] }) })
    await act()
    expect(server.connections).toHaveLength(1)
    await act(() => component.result.reconnect())
    expect(server.connections.map(({ protocols }) => protocols)).toEqual([['v1'], ['v2', 'token']])
  })

  test('the newest heartbeat message and isReply are used', async () => {
    const { mount, act, advance, options, server } = mountStage(harness)
    const heartbeat = (text: string): object => ({
      heartbeat: {
        message: () => text,
        isReply: (message: unknown) => message === `${text}!`,
        interval: 1000,
        timeout: 500,
      },
    })
    const component = await mount({ source: 'ws://a/', options: options(heartbeat('one')) })
    await act()
    await component.change({ options: options(heartbeat('two')) })
    await advance(1000)
    expect(server.last.received).toEqual(['two'])
    await act(() => ['one!', 'two!'].forEach((message) => server.last.send(message)))
    expect(component.result).toMatchObject({ lastMessage: 'one!', received: 1 })
  })
}
