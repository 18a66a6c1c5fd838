import { act, render } from '@testing-library/react'
import * as React from 'react'
import { type ReactNode, Suspense, startTransition, useEffect, useLayoutEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkForLeaks, mountStage, recordCallbacks } from '../../core/test/adapterContract/mountStage.ts'
import { useWebSocket } from '../src/index.ts'
import { reactHarness } from './support/reactHarness.tsx'

const harness = reactHarness('')
/** Empty in React versions without `Activity`, which is new in 19.2. */
const activities = 'Activity' in React ? [React.Activity] : []

/** A component that suspends from `close()` to `open()`. It throws the promise, because React 18 has no `use`. */
const createGate = () => {
  let ready = true
  let open: () => void = () => {}
  let promise = Promise.resolve()
  return {
    close: () => {
      ready = false
      promise = new Promise((resolve) => {
        open = () => {
          ready = true
          resolve()
        }
      })
    },
    open: () => open(),
    Gate: (): ReactNode => {
      if (!ready) throw promise
      return 'ready'
    },
  }
}

/** Long enough for a concurrent render to yield. */
const blockFor3Ms = (): void => {
  const until = performance.now() + 3
  while (performance.now() < until);
}

describe('useWebSocket with concurrent rendering', () => {
  checkForLeaks()

  test('content that a Suspense boundary hides stays connected, and closes when the boundary unmounts', async () => {
    const { act: stageAct, options, server } = mountStage(harness)
    const { Gate, close, open } = createGate()
    const own = options()
    let bump: () => void = () => {}
    const Content = (): ReactNode => {
      const [count, setCount] = useState(0)
      useEffect(() => {
        bump = () => setCount(count + 1)
      })
      const { status } = useWebSocket('ws://a/', own)
      return (
        <p>
          {status} <Gate key={count} />
        </p>
      )
    }
    const page = (shown: boolean): ReactNode =>
      shown && (
        <Suspense fallback="wait">
          <Content />
        </Suspense>
      )
    const { container, rerender, unmount } = render(page(true))
    await stageAct()
    expect(container.textContent).toBe('open ready')
    await stageAct(() => {
      close()
      bump()
    })
    expect(container.textContent).toContain('wait')
    expect(server.alive).toBe(1)
    await stageAct(open)
    expect(container.textContent).toBe('open ready')
    expect(server.connections).toHaveLength(1)
    await stageAct(() => {
      close()
      bump()
    })
    await act(async () => rerender(page(false)))
    await stageAct()
    expect(server.alive).toBe(0)
    await act(async () => unmount())
  })

  test('a component that suspends before it is mounted opens no connection', async () => {
    const { act: stageAct, options, server, clock } = mountStage(harness)
    const { Gate, close, open } = createGate()
    const own = options()
    const Content = (): ReactNode => (
      <p>
        {useWebSocket('ws://a/', own).status} <Gate />
      </p>
    )
    close()
    const { container, unmount } = render(
      <Suspense fallback="wait">
        <Content />
      </Suspense>,
    )
    await stageAct()
    expect(container.textContent).toBe('wait')
    expect(server.connections).toHaveLength(0)
    expect(clock.pending).toBe(0)
    await stageAct(open)
    await stageAct()
    expect(container.textContent).toBe('open ready')
    expect(server.connections).toHaveLength(1)
    await act(async () => unmount())
  })

  test.each(activities)(
    'a hidden Activity closes the connection, and showing it again opens one and keeps the state',
    async (Activity) => {
      const { act: stageAct, sendFromServer, drawFrame, options, server, clock } = mountStage(harness)
      const { lines, callbacks } = recordCallbacks()
      const own = options({ ...callbacks, history: 5 })
      const Content = (): ReactNode => {
        const { status, messages } = useWebSocket('ws://a/', own)
        return `${status} ${messages.join()}`
      }
      const page = (mode: 'visible' | 'hidden'): ReactNode => (
        <Activity mode={mode}>
          <Content />
        </Activity>
      )
      const { container, rerender, unmount } = render(page('visible'))
      await stageAct()
      await sendFromServer('hello')
      await drawFrame()
      expect(container.textContent).toBe('open hello')
      await act(async () => rerender(page('hidden')))
      await stageAct()
      expect(server.alive).toBe(0)
      expect(clock.pending).toBe(0)
      lines.length = 0
      await act(async () => rerender(page('visible')))
      await stageAct()
      expect(container.textContent).toBe('open hello')
      expect(server.connections).toHaveLength(2)
      expect(lines).toEqual(['status connecting', 'status open', 'open'])
      await act(async () => rerender(page('hidden')))
      await act(async () => unmount())
    },
  )

  test.each(activities)('an Activity that is never shown opens no connection', async (Activity) => {
    const { act: stageAct, options, server } = mountStage(harness)
    const own = options()
    const Content = (): ReactNode => useWebSocket('ws://a/', own).status
    const { unmount } = render(
      <Activity mode="hidden">
        <Content />
      </Activity>,
    )
    await stageAct()
    expect(server.connections).toHaveLength(0)
    await act(async () => unmount())
  })

  test('callbacks and URLs of a discarded render are not used', async () => {
    const { act: stageAct, sendFromServer, options, server } = mountStage(harness)
    const { Gate, close, open } = createGate()
    const handled: string[] = []
    const Content = ({ name, url }: { name: string; url: string }): ReactNode => {
      const { status } = useWebSocket(
        url,
        options({ onMessage: (message) => handled.push(`${name} ${String(message)}`) }),
      )
      return (
        <p>
          {name} {status} <Gate key={name} />
        </p>
      )
    }
    let go: (name: string, url: string) => void = () => {}
    const Page = (): ReactNode => {
      const [props, setProps] = useState({ name: 'first', url: 'ws://a/' })
      useEffect(() => {
        go = (name, url) => startTransition(() => setProps({ name, url }))
      })
      return (
        <Suspense fallback="wait">
          <Content {...props} />
        </Suspense>
      )
    }
    const { container, unmount } = render(<Page />)
    await stageAct()
    close()
    // A transition that suspends renders but is not committed.
    await stageAct(() => go('second', 'ws://b/'))
    expect(container.textContent).toBe('first open ready')
    await sendFromServer('1')
    expect(handled).toEqual(['first 1'])
    expect(server.connections).toHaveLength(1)
    await stageAct(open)
    await stageAct()
    expect(container.textContent).toBe('second open ready')
    await sendFromServer('2')
    expect(handled).toEqual(['first 1', 'second 2'])
    expect(server.connections.map(({ url }) => url)).toEqual(['ws://a/', 'ws://b/'])
    await act(async () => unmount())
  })
})

describe('useWebSocket in a slow transition', () => {
  const scope = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
  checkForLeaks()
  beforeEach(() => {
    scope.IS_REACT_ACT_ENVIRONMENT = false
  })
  afterEach(() => {
    scope.IS_REACT_ACT_ENVIRONMENT = true
  })

  test('a commit never shows two different counts, although messages arrive during the render', async () => {
    const { createSharedClient, server, clock } = mountStage({
      ...harness,
      act: async (action) => void (await action()),
    })
    const shared = createSharedClient({ pace: 'sync' })
    const commits: string[][] = []
    const passes: Set<number>[] = [new Set()]
    const container = document.createElement('div')

    const recordCommit = (): void =>
      void commits.push(Array.from(container.querySelectorAll('b'), (cell) => cell.textContent))
    const Cell = ({ slow, onCommit }: { slow: boolean; onCommit: () => void }): ReactNode => {
      const { received } = useWebSocket(shared)
      passes.at(-1)!.add(received)
      if (slow) blockFor3Ms()
      useLayoutEffect(onCommit)
      return <b>{received}</b>
    }
    let start: () => void = () => {}
    let done: () => void = () => {}
    const finished = new Promise<void>((resolve) => {
      done = resolve
    })
    const Page = (): ReactNode => {
      const [round, setRound] = useState(0)
      useLayoutEffect(() => {
        start = () => {
          passes.push(new Set())
          startTransition(() => setRound(1))
        }
        if (round) done()
      }, [round])
      return Array.from({ length: 30 }, (_, index) => (
        <Cell key={`${round} ${index}`} slow={round > 0} onCommit={recordCommit} />
      ))
    }

    const root = createRoot(container)
    root.render(<Page />)
    const opened = new Promise<unknown>((resolve) => {
      shared.on('open', resolve)
    })
    await opened
    start()
    // Sends while the render yields, but only every fourth time: each synchronous update interrupts the render.
    let turns = 0
    const sendOften = (): void => {
      if (++turns % 4 === 0) server.last.send(`${turns}`)
      if (turns < 24) setImmediate(sendOften)
    }
    sendOften()
    await finished
    root.unmount()
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    await clock.run(0)

    expect(Math.max(...passes.map(({ size }) => size)), 'messages arrived during a render').toBeGreaterThan(1)
    expect(commits.length).toBeGreaterThan(0)
    for (const cells of commits) expect(new Set(cells).size).toBe(1)
  })
})
