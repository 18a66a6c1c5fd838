import { act, render } from '@testing-library/react'
import * as React from 'react'
import { type ReactNode, Suspense, startTransition, useEffect, useLayoutEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { diary, keepStagesClean, setStage } from '../../core/test/adapterContract/mountStage.ts'
import { useWebSocket } from '../src/index.ts'
import { reactHarness } from './support/reactHarness.tsx'

const harness = reactHarness('')
/** React 18 has none. */
const activities = 'Activity' in React ? [React.Activity] : []

/** Not ready yet: whoever renders it suspends until it is told. React 18 has no `use`. */
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

/** Long enough for React to give way. */
const dawdle = (): void => {
  const until = performance.now() + 3
  while (performance.now() < until);
}

describe('in a concurrent React', () => {
  keepStagesClean()

  test('a Suspense boundary that hides its content keeps the connection, and ends it when it goes', async () => {
    const { act: play, options, server } = setStage(harness)
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
    await play()
    expect(container.textContent).toBe('open ready')
    await play(() => {
      close()
      bump()
    })
    expect(container.textContent).toContain('wait')
    expect(server.alive).toBe(1)
    await play(open)
    expect(container.textContent).toBe('open ready')
    expect(server.connections).toHaveLength(1)
    await play(() => {
      close()
      bump()
    })
    await act(async () => rerender(page(false)))
    await play()
    expect(server.alive).toBe(0)
    await act(async () => unmount())
  })

  test('what is rendered and suspended before it was ever mounted opens nothing', async () => {
    const { act: play, options, server, clock } = setStage(harness)
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
    await play()
    expect(container.textContent).toBe('wait')
    expect(server.connections).toHaveLength(0)
    expect(clock.pending).toBe(0)
    await play(open)
    await play()
    expect(container.textContent).toBe('open ready')
    expect(server.connections).toHaveLength(1)
    await act(async () => unmount())
  })

  test.each(activities)(
    'a hidden Activity closes the connection, and shown again opens it with its state',
    async (Activity) => {
      const { act: play, say, frame, options, server, clock } = setStage(harness)
      const { lines, callbacks } = diary()
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
      await play()
      await say('hello')
      await frame()
      expect(container.textContent).toBe('open hello')
      await act(async () => rerender(page('hidden')))
      await play()
      expect(server.alive).toBe(0)
      expect(clock.pending).toBe(0)
      lines.length = 0
      await act(async () => rerender(page('visible')))
      await play()
      expect(container.textContent).toBe('open hello')
      expect(server.connections).toHaveLength(2)
      expect(lines).toEqual(['status connecting', 'status open', 'open'])
      await act(async () => rerender(page('hidden')))
      await act(async () => unmount())
    },
  )

  test.each(activities)('an Activity that was never shown opens nothing', async (Activity) => {
    const { act: play, options, server } = setStage(harness)
    const own = options()
    const Content = (): ReactNode => useWebSocket('ws://a/', own).status
    const { unmount } = render(
      <Activity mode="hidden">
        <Content />
      </Activity>,
    )
    await play()
    expect(server.connections).toHaveLength(0)
    await act(async () => unmount())
  })

  test('callbacks and addresses of a render that was thrown away are not used', async () => {
    const { act: play, say, options, server } = setStage(harness)
    const { Gate, close, open } = createGate()
    const heard: string[] = []
    const Content = ({ name, url }: { name: string; url: string }): ReactNode => {
      const { status } = useWebSocket(
        url,
        options({ onMessage: (message) => heard.push(`${name} ${String(message)}`) }),
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
    await play()
    close()
    // A transition that suspends: rendered, and kept back.
    await play(() => go('second', 'ws://b/'))
    expect(container.textContent).toBe('first open ready')
    await say('1')
    expect(heard).toEqual(['first 1'])
    expect(server.connections).toHaveLength(1)
    await play(open)
    await play()
    expect(container.textContent).toBe('second open ready')
    await say('2')
    expect(heard).toEqual(['first 1', 'second 2'])
    expect(server.connections.map(({ url }) => url)).toEqual(['ws://a/', 'ws://b/'])
    await act(async () => unmount())
  })
})

describe('a transition that takes its time', () => {
  const scope = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
  keepStagesClean()
  beforeEach(() => {
    scope.IS_REACT_ACT_ENVIRONMENT = false
  })
  afterEach(() => {
    scope.IS_REACT_ACT_ENVIRONMENT = true
  })

  test('never shows two counts at once, though messages arrive while it renders', async () => {
    const { share, server, clock } = setStage({ ...harness, act: async (deed) => void (await deed()) })
    const shared = share({ pace: 'sync' })
    const commits: string[][] = []
    const passes: Set<number>[] = [new Set()]
    const container = document.createElement('div')

    const Cell = ({ slow }: { slow: boolean }): ReactNode => {
      const { received } = useWebSocket(shared)
      passes.at(-1)!.add(received)
      if (slow) dawdle()
      useLayoutEffect(() => void commits.push(Array.from(container.querySelectorAll('b'), (cell) => cell.textContent)))
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
      return Array.from({ length: 30 }, (_, index) => <Cell key={`${round} ${index}`} slow={round > 0} />)
    }

    const root = createRoot(container)
    root.render(<Page />)
    const opened = new Promise<unknown>((resolve) => {
      shared.on('open', resolve)
    })
    await opened
    start()
    // Whenever the render gives way, and no more often than it can bear: what is told at once interrupts it.
    let turns = 0
    const feed = (): void => {
      if (++turns % 4 === 0) server.last.send(`${turns}`)
      if (turns < 24) setImmediate(feed)
    }
    feed()
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
