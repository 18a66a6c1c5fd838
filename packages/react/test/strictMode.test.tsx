import { act, render } from '@testing-library/react'
import { type ReactNode, StrictMode, useEffect } from 'react'
import { describe, expect, test } from 'vitest'
import { type Client, diary, keepStagesClean, setStage } from '../../core/test/adapterContract/mountStage.ts'
import { useWebSocket } from '../src/index.ts'
import { reactHarness } from './support/reactHarness.tsx'

const harness = reactHarness('')

describe('StrictMode', () => {
  keepStagesClean()

  test('(A5) opens one connection, and dials once', async () => {
    const { act: play, options, server } = setStage(harness)
    const { lines, callbacks } = diary()
    const own = options(callbacks)
    const Page = (): ReactNode => useWebSocket('ws://a/', own).status
    const { container, unmount } = render(
      <StrictMode>
        <Page />
      </StrictMode>,
    )
    await play()
    expect(container.textContent).toBe('open')
    expect(server.connections).toHaveLength(1)
    expect(lines).toEqual(['status connecting', 'status open', 'open'])
    await act(async () => unmount())
    expect(server.alive).toBe(0)
  })

  test('the callbacks of a component hear the dial that a component within it began', async () => {
    const { act: play, options } = setStage(harness)
    const { lines, callbacks } = diary()
    const own = options(callbacks)
    const Child = ({ client }: { client: Client }): ReactNode => useWebSocket(client).status
    const Page = (): ReactNode => <Child client={useWebSocket('ws://a/', own).client} />
    const { container, unmount } = render(
      <StrictMode>
        <Page />
      </StrictMode>,
    )
    await play()
    expect(container.textContent).toBe('open')
    expect(lines).toEqual(['status connecting', 'status open', 'open'])
    await act(async () => unmount())
  })

  test('a provider is called once', async () => {
    const { act: play, options } = setStage(harness)
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
    await play()
    expect(container.textContent).toBe('open')
    expect(calls).toBe(1)
    await act(async () => unmount())
  })

  test('what a child sends from its first effect arrives, once for each time that StrictMode runs the effect', async () => {
    const { act: play, options, server } = setStage(harness)
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
    await play()
    expect(server.last.received).toEqual(['hello', 'hello'])
    await act(async () => unmount())
  })
})
