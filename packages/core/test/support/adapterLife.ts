/** The contract of the adapters: mounting opens, unmounting ends, and nothing is left. */

import { expect, onTestFinished, test, vi } from 'vitest'
import { json } from '../../src/index.ts'
import { type Harness, complaints, setStage } from './adapterStage.ts'

/** React 18 lets the page hear of errors that it also throws, and jsdom writes them down. */
const hushPage = (): void => {
  const hush = (event: Event): void => event.preventDefault()
  window.addEventListener('error', hush)
  onTestFinished(() => window.removeEventListener('error', hush))
}

export const testLife = (harness: Harness): void => {
  test('connects when mounted, and ends when unmounted', async () => {
    const { mount, act, options, server, clock } = setStage(harness)
    server.auto = false
    const part = await mount({ source: 'ws://a/', options: options() })
    expect(part.now.status).toBe('connecting')
    expect(server.connections).toHaveLength(1)
    await act(() => server.last.accept())
    expect(part.now.status).toBe('open')
    expect(part.now.client.url).toBe('ws://a/')
    await part.unmount()
    expect(server.alive).toBe(0)
    expect(server.last.closed?.code).toBe(1000)
    expect(clock.pending).toBe(0)
    expect(part.now.client.get().status).toBe('closed')
  })

  test('has functions that need no object and stay the same', async () => {
    const { mount, act, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options() })
    const { send, open, close, reconnect } = part.now
    await act(() => {
      expect(send('hello')).toBe('sent')
      close(4000, 'bye')
    })
    expect(server.last.received).toEqual(['hello'])
    expect(part.now.status).toBe('closed')
    expect(part.now.lastClose).toMatchObject({ code: 4000, reason: 'bye', cause: 'user' })
    await act(() => open())
    expect(part.now.status).toBe('open')
    await act(() => reconnect())
    expect(server.connections).toHaveLength(3)
    expect(part.now).toMatchObject({ send, open, close, reconnect })
  })

  test('sends after the handshake what was sent before it', async () => {
    const { mount, act, options, server } = setStage(harness)
    server.auto = false
    const part = await mount({ source: 'ws://a/', options: options() })
    await act(() => expect(part.now.send('early')).toBe('queued'))
    expect(part.now.queued).toBe(1)
    await act(() => server.last.accept())
    expect(server.last.received).toEqual(['early'])
    expect(part.now.queued).toBe(0)
  })

  test('reconnects, and shows what it waits for', async () => {
    const { mount, act, pass, options, server, clock } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options() })
    await act()
    await act(() => server.last.drop())
    expect(part.now).toMatchObject({
      status: 'reconnecting',
      attempt: 1,
      retryAt: clock.now() + 750,
      lastClose: { code: 1006 },
    })
    await pass(750)
    expect(part.now).toMatchObject({ status: 'open', attempt: 0, retryAt: undefined })
  })

  test('keeps the heartbeat and shows the latency', async () => {
    const { mount, act, pass, options, server, clock } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options({ heartbeat: { interval: 1000, timeout: 500 } }) })
    await act()
    await pass(1000)
    expect(server.last.received).toEqual(['ping'])
    clock.jump(40)
    await act(() => server.last.send('pong'))
    expect(part.now).toMatchObject({ latency: 40, received: 0 })
    await pass(1500)
    expect(part.now).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
  })

  test('speaks through the codec', async () => {
    const { mount, act, say, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options({ codec: json() }) })
    await act()
    await say('{"text":"hello"}')
    expect(part.now.lastMessage).toEqual({ text: 'hello' })
    await act(() => part.now.send({ text: 'hi' }))
    expect(server.last.received).toEqual(['{"text":"hi"}'])
  })

  test('with immediate: false waits for open()', async () => {
    const { mount, act, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options({ immediate: false }) })
    await act()
    expect(part.now.status).toBe('closed')
    expect(server.connections).toHaveLength(0)
    await act(() => part.now.open())
    expect(part.now.status).toBe('open')
    await part.unmount()
    expect(server.alive).toBe(0)
  })

  test.each([[null], [undefined], ['']])(
    '(V11) with %o as the address stays closed until there is one',
    async (nothing) => {
      const { mount, act, options, server } = setStage(harness)
      const onStop = vi.fn()
      const part = await mount({ source: nothing, options: options({ onStop, reconnect: { maxAttempts: 0 } }) })
      await act(() => part.now.open())
      expect(part.now.status).toBe('closed')
      await part.change({ source: 'ws://a/' })
      await act()
      expect(part.now.status).toBe('open')
      // (A2) And an address that is taken away closes.
      await part.change({ source: nothing })
      await act()
      expect(part.now.status).toBe('closed')
      expect(server.alive).toBe(0)
      expect(onStop).not.toHaveBeenCalled()
    },
  )

  test('stays closed, quietly, while a function has no address', async () => {
    const { mount, act, options, server } = setStage(harness)
    const part = await mount({ source: () => null, options: options() })
    await act()
    expect(part.now).toMatchObject({ status: 'closed', error: undefined })
    expect(server.connections).toHaveLength(0)
  })

  test('unmounting while it dials leaves no socket', async () => {
    const { mount, options, server } = setStage(harness)
    server.auto = false
    const part = await mount({ source: 'ws://a/', options: options() })
    expect(server.alive).toBe(1)
    await part.unmount()
    expect(server.alive).toBe(0)
    server.last.accept()
    expect(server.alive).toBe(0)
  })

  test('unmounting while it waits for an attempt ends the waiting', async () => {
    const { mount, act, pass, options, server, clock } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options() })
    await act()
    await act(() => server.last.drop())
    await part.unmount()
    expect(clock.pending).toBe(0)
    await pass(60_000)
    expect(server.connections).toHaveLength(1)
  })

  test('(U8) unmounting while an address is being fetched aborts it, opens nothing and does not ask again', async () => {
    const { mount, act, pass, options, server } = setStage(harness)
    const asked: AbortSignal[] = []
    const answers: ((url: string) => void)[] = []
    const refusals: ((error: Error) => void)[] = []
    const source = ({ signal }: { signal: AbortSignal }): Promise<string> => {
      asked.push(signal)
      return new Promise((resolve, reject) => {
        answers.push(resolve)
        refusals.push(reject)
      })
    }
    const one = await mount({ source, options: options() })
    const other = await mount({ source, options: options() })
    expect(asked.map(({ aborted }) => aborted)).toEqual([false, false])
    await one.unmount()
    await other.unmount()
    expect(asked.map(({ aborted }) => aborted)).toEqual([true, true])
    await act(() => answers[0]!('ws://late/'))
    await act(() => refusals[1]!(new Error('too late')))
    await pass(60_000)
    expect(asked).toHaveLength(2)
    expect(server.connections).toHaveLength(0)
  })

  test('(V1b) a lost link that is noticed at the moment of unmounting is not opened again', async () => {
    const { mount, act, pass, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options({ heartbeat: { interval: 1000, timeout: 1000 } }) })
    await act()
    server.auto = false
    await pass(2000)
    expect(part.now.status).toBe('reconnecting')
    await part.unmount()
    server.last.finish()
    await pass(60_000)
    expect(server.connections).toHaveLength(1)
  })

  test('what is called after unmounting does nothing', async () => {
    const { mount, act, pass, options, server, clock } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options() })
    await act()
    const { send, open, close, reconnect } = part.now
    await part.unmount()
    await act(() => {
      expect(send('late')).toBe('dropped')
      open()
      reconnect()
      close()
    })
    await pass(60_000)
    expect(server.connections).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  test('1 000 mounts and unmounts leave nothing', { timeout: 300_000 }, async () => {
    const { mount, options, server, clock, page } = setStage(harness)
    for (let round = 0; round < 10; round++) {
      const part = await mount({ source: 'ws://a/', options: options({ heartbeat: true }), reads: ['status'] }, 100)
      expect(server.alive).toBe(100)
      await part.unmount()
      expect([server.alive, clock.pending, page.listeners]).toEqual([0, 0, 0])
    }
    expect(server.connections).toHaveLength(1000)
  })

  test('an address of another scheme is refused where it is given', async () => {
    hushPage()
    const { mount, options, server } = setStage(harness)
    await expect(mount({ source: 'ftp://a/', options: options() })).rejects.toThrow('url: expected')
    complaints.length = 0 // the framework's own
    expect(server.connections).toHaveLength(0)
  })

  test('a wrong option is refused where it is given', async () => {
    hushPage()
    const { mount, options } = setStage(harness)
    await expect(mount({ source: 'ws://a/', options: options({ history: -1 }) })).rejects.toThrow('history')
    complaints.length = 0
  })
}
