import { act, render } from '@testing-library/react'
import * as React from 'react'
import { type ReactNode, StrictMode, useEffect } from 'react'
import { describe, expect, test } from 'vitest'
import { checkForLeaks, mountStage, recordCallbacks } from '../../core/test/adapterContract/mountStage.ts'
import { useWebSocket } from '../src/index.ts'
import { reactHarness } from './support/reactHarness.tsx'

const harness = reactHarness('')
/** Empty in React versions without `Activity`, which is new in 19.2. */
const activities = 'Activity' in React ? [React.Activity] : []

describe('messages that cleanups of effects send', () => {
  checkForLeaks()

  test('are sent on the old connection when the URL changes, before the new one is dialled', async () => {
    const { act: stageAct, options, server } = mountStage(harness)
    const { lines, callbacks } = recordCallbacks()
    const own = options(callbacks)
    const Page = ({ url }: { url: string }): ReactNode => {
      const { status, send } = useWebSocket(url, own)
      useEffect(() => () => void send('leave'), [send])
      return status
    }
    const { rerender, unmount } = render(<Page url="ws://a/" />)
    await stageAct()
    lines.length = 0
    await stageAct(() => rerender(<Page url="ws://b/" />))
    expect(server.connections.map(({ url, received }) => [url, received])).toEqual([
      ['ws://a/', ['leave']],
      ['ws://b/', []],
    ])
    expect(server.alive).toBe(1)
    expect(lines.slice(0, 2)).toEqual(['status closed', 'close'])
    expect(lines.slice(2)).toEqual(['status connecting', 'status open', 'open'])
    await act(async () => unmount())
  })

  test('are sent when the component is mounted again with another React key, and one connection is left', async () => {
    const { act: stageAct, options, server } = mountStage(harness)
    const own = options()
    const Page = (): ReactNode => {
      const { status, send } = useWebSocket('ws://a/', own)
      useEffect(() => () => void send('leave'), [send])
      return status
    }
    const page = (key: number): ReactNode => (
      <StrictMode>
        <Page key={key} />
      </StrictMode>
    )
    const { rerender, unmount } = render(page(1))
    await stageAct()
    const sentBefore = server.last.received.length
    await stageAct(() => rerender(page(2)))
    expect(server.connections[0]!.received.slice(sentBefore)).toEqual(['leave'])
    expect([server.connections.length, server.alive]).toEqual([2, 1])
    await act(async () => unmount())
  })

  test.each(activities)('are sent when an Activity hides the component', async (Activity) => {
    const { act: stageAct, options, server } = mountStage(harness)
    const own = options()
    const Content = (): ReactNode => {
      const { status, send } = useWebSocket('ws://a/', own)
      useEffect(() => () => void send('leave'), [send])
      return status
    }
    const page = (mode: 'visible' | 'hidden'): ReactNode => (
      <Activity mode={mode}>
        <Content />
      </Activity>
    )
    const { rerender, unmount } = render(page('visible'))
    await stageAct()
    await stageAct(() => rerender(page('hidden')))
    expect([server.last.received, server.alive]).toEqual([['leave'], 0])
    await act(async () => unmount())
  })
})
