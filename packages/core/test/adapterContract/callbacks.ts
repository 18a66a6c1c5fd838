/** The contract of the adapters: the functions in options are always the latest, and nobody calls them once the component is gone. */

import { expect, test, vi } from 'vitest'
import { json } from '../../src/index.ts'
import { type Harness, diary, setStage } from './mountStage.ts'

export const testCallbacks = (harness: Harness): void => {
  test('(PR2) a function as address is called afresh at each dial, with what it closes over now', async () => {
    const { mount, act, pass, options, server } = setStage(harness)
    const part = await mount({ source: () => 'ws://a/?token=1', options: options() })
    await act()
    await part.change({ source: () => 'ws://a/?token=2' })
    await act()
    expect(server.connections).toHaveLength(1)
    await act(() => server.last.drop())
    await pass(750)
    expect(server.connections.map(({ url }) => url)).toEqual(['ws://a/?token=1', 'ws://a/?token=2'])
  })

  test('(PR6) the query of an address comes from the latest closure after each loss', async () => {
    const { mount, act, pass, options, server } = setStage(harness)
    const query = (page: number) => async (): Promise<string> => `ws://a/?page=${page}`
    const part = await mount({ source: query(0), options: options() })
    await act()
    for (const page of [1, 2]) {
      await part.change({ source: query(page) })
      await act(() => server.last.drop())
      await pass(5000)
    }
    expect(server.connections.map(({ url }) => url)).toEqual(['ws://a/?page=0', 'ws://a/?page=1', 'ws://a/?page=2'])
  })

  test('(PR7) shouldReconnect and delay are the latest', async () => {
    const { mount, act, pass, options, server, clock } = setStage(harness)
    const rules = (yes: boolean, ms: number): object => ({ reconnect: { shouldReconnect: () => yes, delay: () => ms } })
    const part = await mount({ source: 'ws://a/', options: options(rules(true, 1000)) })
    await act()
    await part.change({ options: options(rules(true, 7000)) })
    await act(() => server.last.drop())
    expect(part.now.retryAt).toBe(clock.now() + 7000)
    await pass(7000)
    await part.change({ options: options(rules(false, 0)) })
    await act(() => server.last.drop())
    expect(part.now).toMatchObject({ status: 'closed', lastClose: { code: 1006, final: true } })
  })

  test('(A6) protocols are the latest, and a change of theirs alone does not cut the connection', async () => {
    const { mount, act, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options({ protocols: 'v1' }) })
    await act()
    await part.change({ options: options({ protocols: ['v2', 'token'] }) })
    await act()
    expect(server.connections).toHaveLength(1)
    await act(() => part.now.reconnect())
    expect(server.connections.map(({ protocols }) => protocols)).toEqual([['v1'], ['v2', 'token']])
  })

  test('what a heartbeat says, and what answers it, is the latest', async () => {
    const { mount, act, pass, options, server } = setStage(harness)
    const beat = (word: string): object => ({
      heartbeat: {
        message: () => word,
        isReply: (message: unknown) => message === `${word}!`,
        interval: 1000,
        timeout: 500,
      },
    })
    const part = await mount({ source: 'ws://a/', options: options(beat('one')) })
    await act()
    await part.change({ options: options(beat('two')) })
    await pass(1000)
    expect(server.last.received).toEqual(['two'])
    await act(() => ['one!', 'two!'].forEach((message) => server.last.send(message)))
    expect(part.now).toMatchObject({ lastMessage: 'one!', received: 1 })
  })

  test.each(['its own', 'a shared'])(
    'callbacks are told all that happens to %s client, from the dial on',
    async (which) => {
      const { mount, act, say, pass, options, share, server, clock } = setStage(harness)
      const { lines, callbacks } = diary()
      const rules = { heartbeat: { interval: 1000, timeout: 500 }, reconnect: { maxAttempts: 1 }, codec: json() }
      const source = which === 'its own' ? 'ws://a/' : share(rules)
      const part = await mount({ source, options: options({ ...callbacks, ...rules }) })
      await act()
      expect(lines.splice(0)).toEqual(['status connecting', 'status open', 'open'])
      await say('"hello"', 'no JSON')
      expect(lines.splice(0)).toEqual(['message hello', 'error'])
      await pass(1000)
      await act(() => server.last.send('pong'))
      expect(lines.splice(0)).toEqual(['latency'])
      await act(() => {
        server.auto = false
        server.last.drop()
        part.now.client.send('no', { queue: false })
      })
      expect(lines.splice(0)).toEqual(['status reconnecting', 'close', 'retry', 'drop'])
      await act(() => clock.advance(750))
      await act(() => server.last.refuse())
      expect(lines).toEqual(['error', 'status closed', 'close', 'stop'])
    },
  )

  test.each(['its own', 'a shared'])('callbacks of %s client are the latest', async (which) => {
    const { mount, act, say, share, options } = setStage(harness)
    const heard: string[] = []
    const hear = (who: string): object => ({ onMessage: (message: unknown) => heard.push(`${who} ${String(message)}`) })
    const part = await mount({ source: which === 'its own' ? 'ws://a/' : share(), options: options(hear('first')) })
    await act()
    await say('1')
    await part.change({ options: options(hear('second')) })
    await say('2', '3')
    expect(heard).toEqual(['first 1', 'second 2', 'second 3'])
  })

  test.each(['its own', 'a shared'])('a callback that comes later is called too, with %s client', async (which) => {
    const { mount, act, say, share, options } = setStage(harness)
    const onMessage = vi.fn()
    const part = await mount({ source: which === 'its own' ? 'ws://a/' : share(), options: options() })
    await act()
    await part.change({ options: options({ onMessage }) })
    await say('1')
    expect(onMessage).toHaveBeenCalledExactlyOnceWith('1')
  })

  test('(A1) send within onOpen goes out, and the state is open', async () => {
    const { mount, act, options, server } = setStage(harness)
    const results: unknown[] = []
    const onOpen = (): void => void results.push(part?.now.send('init'), part?.now.client.get().status)
    const part = await mount({ source: 'ws://a/', options: options({ onOpen, immediate: false }) })
    await act(() => part.now.open())
    expect(results).toEqual(['sent', 'open'])
    expect(server.last.received).toEqual(['init'])
    expect(part.now.status).toBe('open')
  })

  test('a callback that throws is reported, and stops nothing', async () => {
    const { mount, act, say, options } = setStage(harness)
    const onError = vi.fn()
    const onMessage = (): never => {
      throw new Error('a bug of theirs')
    }
    const part = await mount({ source: 'ws://a/', options: options({ onMessage, onError }) })
    await act()
    await say('1')
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('a bug of theirs'))
    expect(part.now).toMatchObject({ status: 'open', lastMessage: '1', error: new Error('a bug of theirs') })
  })

  test('an error of a shared client that a callback heard is not said on the console', async () => {
    const { mount, act, say, share } = setStage(harness)
    const onError = vi.fn()
    const onMessage = (): never => {
      throw new Error('a bug of theirs')
    }
    await mount({ source: share(), options: { onMessage, onError } })
    await act()
    await say('1')
    expect(onError).toHaveBeenCalledOnce()
  })

  test('(U2) nothing is called for the URL before', async () => {
    const { mount, act, options, server } = setStage(harness)
    const heard: unknown[] = []
    const part = await mount({ source: 'ws://a/', options: options({ onMessage: (message) => heard.push(message) }) })
    await act()
    const [a] = server.connections
    server.auto = false
    await part.change({ source: 'ws://b/' })
    await act(() => a!.send('late'))
    await act(() => server.last.accept())
    await act(() => server.last.send('from b'))
    expect(heard).toEqual(['from b'])
  })

  test('(U2b) nothing is called after unmounting, whatever still comes', async () => {
    const { mount, act, pass, options, share, server } = setStage(harness)
    const { lines, callbacks } = diary()
    const own = await mount({ source: 'ws://a/', options: options(callbacks) })
    const shared = share()
    const one = await mount({ source: shared, options: options(callbacks) })
    await act()
    await act(() => own.now.send('on its way'))
    server.auto = false
    lines.length = 0
    await own.unmount()
    await one.unmount()
    await act(() => {
      for (const connection of server.connections) {
        connection.send('late')
        connection.close(4000)
      }
    })
    await pass(60_000)
    expect(lines).toEqual([])
  })

  test('nothing is called for what was queued when unmounting', async () => {
    const { mount, act, options, server } = setStage(harness)
    server.auto = false
    const { lines, callbacks } = diary()
    const part = await mount({ source: 'ws://a/', options: options(callbacks) })
    await act(() => part.now.send('waiting'))
    lines.length = 0
    await part.unmount()
    expect(lines).toEqual([])
  })

  test('(U3) shouldReconnect is not asked after unmounting, and no attempt is planned', async () => {
    const { mount, act, options, server, clock } = setStage(harness)
    const shouldReconnect = vi.fn(() => true)
    const part = await mount({ source: 'ws://a/', options: options({ reconnect: { shouldReconnect } }) })
    await act()
    await part.unmount()
    await act(() => server.last.drop())
    expect(shouldReconnect).not.toHaveBeenCalled()
    expect(clock.pending).toBe(0)
  })

  test('useMessage hears every message, and the newest handler is called', async () => {
    const { mount, act, say, share } = setStage(harness)
    const heard: unknown[] = []
    const part = await mount({ source: share(), handler: (message) => heard.push(`first ${String(message)}`) })
    await act()
    await say('1', '2')
    await part.change({ handler: (message) => heard.push(`second ${String(message)}`) })
    await say('3')
    expect(heard).toEqual(['first 1', 'first 2', 'second 3'])
    await part.unmount()
    await say('4')
    expect(heard).toHaveLength(3)
  })

  test('useMessage opens a connection of its own for an address', async () => {
    const { mount, act, say, options, server } = setStage(harness)
    const heard: unknown[] = []
    const part = await mount({ source: 'ws://a/', handler: (message) => heard.push(message), options: options() })
    await act()
    await say('1')
    await part.change({ source: 'ws://b/' })
    await act()
    await say('2')
    expect(heard).toEqual(['1', '2'])
    expect(server.alive).toBe(1)
    await part.unmount()
    expect(server.alive).toBe(0)
  })
}
