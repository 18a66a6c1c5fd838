import { act, render } from '@testing-library/react'
import { type ReactNode, StrictMode, useEffect } from 'react'
import { describe, expect, test } from 'vitest'
import type { Client } from '../../core/test/adapterContract/harness.ts'
import { checkForLeaks, mountStage, recordCallbacks } from '../../core/test/adapterContract/mountStage.ts'
import { useWebSocket } from '../src/index.ts'
import { reactHarness } from './support/reactHarness.tsx'

const harness = reactHarness('')

describe('useWebSocket under StrictMode', () => {
  checkForLeaks()

  test('(A5) a component opens one connection and dials once', async () => {
    const { act: stageAct, options, server } = mountStage(harness)
    const { lines, callbacks } = recordCallbacks()
    const own = options(callbacks)
    const Page = (): ReactNode => useWebSocket('ws://a/', own).status
    const { container, unmount } = render(
      <StrictMode>
        <Page />
      </StrictMode>,
    )
    await stageAct()
    expect(container.textContent).toBe('open')
    expect(server.connections).toHaveLength(1)
    expect(lines).toEqual(['status connecting', 'status open', 'open'])
    await act(async () => unmount())
    expect(server.alive).toBe(0)
  })

  test('the callbacks of a component receive the dial that its child component started', async () => {
    const { act: stageAct, options } = mountStage(harness)
    const { lines, callbacks } = recordCallbacks()
    const own = options(callbacks)
    const Child = ({ client }: { client: Client }): ReactNode => useWebSocket(client).status
    const Page = (): ReactNode => <Child client={useWebSocket('ws://a/', own).client} />
    const { container, unmount } = render(
      <StrictMode>
        <Page />
      </StrictMode>,
    )
    await stageAct()
    expect(container.textContent).toBe('open')
    expect(lines).toEqual(['status connecting', 'status open', 'open'])
    await act(async () => unmount())
  })

  test('a URL function is called once', async () => {
    const { act: stageAct, options } = mountStage(harness)
    let calls = 0
    const own = options()
    const Page = (): ReactNode =>
      useWebSocket(async () => {
        calls++
        return 'ws://a/'
      }, own).status
    const { container, unmount } = render(
      <StrictMode>
        <Page />
      </StrictMode>,
    )
    await stageAct()
    expect(container.textContent).toBe('open')
    expect(calls).toBe(1)
    await act(async () => unmount())
  })

  test('a message that a child sends in its first effect arrives once per run of the effect', async () => {
    const { act: stageAct, options, server } = mountStage(harness)
    const own = options()
    const Child = ({ send }: { send: (text: string) => unknown }): null => {
      useEffect(() => void send('hello'), [send])
      return null
    }
    const Page = (): ReactNode => <Child send={useWebSocket('ws://a/', own).send} />
    const { unmount } = render(
      <StrictMode>
        <Page />
      </StrictMode>,
    )
    await stageAct()
    expect(server.last.received).toEqual(['hello', 'hello'])
    await act(async () => unmount())
  })
})
