import { act, render } from '@testing-library/react'
import { type ReactNode, useEffect } from 'react'
import { describe, expect, test } from 'vitest'
import type { Client } from '../../core/test/adapterContract/harness.ts'
import { checkForLeaks, mountStage } from '../../core/test/adapterContract/mountStage.ts'
import { useWebSocket } from '../src/index.ts'
import { reactHarness } from './support/reactHarness.tsx'

const harness = reactHarness('')

describe('the fields of useWebSocket in React', () => {
  checkForLeaks()

  test('a field that is first read in a later render is current', async () => {
    const { mount, act: stageAct, sendFromServer, drawFrame, createSharedClient } = mountStage(harness)
    const component = await mount({ source: createSharedClient({ history: 9 }), reads: ['status'] })
    await stageAct()
    await sendFromServer('1', '2', '3')
    await drawFrame()
    const before = component.renders
    await component.change({ reads: ['status', 'messages', 'received', 'lastMessage'] })
    expect(component.result).toMatchObject({ messages: ['1', '2', '3'], received: 3, lastMessage: '3' })
    // The first read already returns the current value, without another render.
    expect(component.renders - before).toBe(1)
    await drawFrame()
    await sendFromServer('4')
    expect(component.result.messages).toEqual(['1', '2', '3', '4'])
  })

  test('a field that is no longer read causes no render', async () => {
    const { mount, act: stageAct, sendFromServer, createSharedClient } = mountStage(harness)
    const component = await mount({ source: createSharedClient(), reads: ['status', 'lastMessage'] })
    await stageAct()
    await component.change({ reads: ['status'] })
    const before = component.renders
    await sendFromServer('1', '2')
    expect(component.renders - before).toBe(0)
  })

  test('a field that an effect reads from the result counts as read', async () => {
    const { act: stageAct, sendFromServer, createSharedClient } = mountStage(harness)
    const seen: unknown[] = []
    const Late = ({ source }: { source: Client }): ReactNode => {
      const chat = useWebSocket(source)
      useEffect(() => {
        seen.push(chat.lastMessage)
      })
      return null
    }
    const { unmount } = render(<Late source={createSharedClient({ pace: 'sync' })} />)
    await stageAct()
    await sendFromServer('1')
    await sendFromServer('2')
    expect(seen).toEqual([undefined, '1', '2'])
    await act(async () => unmount())
  })

  test('a field that a child component reads from the result counts as read', async () => {
    const { act: stageAct, sendFromServer, createSharedClient } = mountStage(harness)
    const Child = ({ chat }: { chat: ReturnType<typeof useWebSocket> }): ReactNode => <p>{String(chat.lastMessage)}</p>
    const Parent = ({ source }: { source: Client }): ReactNode => <Child chat={useWebSocket(source) as never} />
    const { container, unmount } = render(<Parent source={createSharedClient({ pace: 'sync' })} />)
    await stageAct()
    await sendFromServer('hello')
    expect(container.textContent).toBe('hello')
    await act(async () => unmount())
  })

  test('spreading the result copies every field and function', async () => {
    const { act: stageAct, createSharedClient } = mountStage(harness)
    const copies: object[] = []
    const Copier = ({ source }: { source: Client }): ReactNode => {
      const copy = { ...useWebSocket(source) }
      useEffect(() => void copies.push(copy))
      return null
    }
    const { unmount } = render(<Copier source={createSharedClient()} />)
    await stageAct()
    const state = [
      'attempt',
      'error',
      'lastClose',
      'lastMessage',
      'latency',
      'messages',
      'queued',
      'received',
      'retryAt',
      'status',
    ]
    expect(Object.keys(copies[0]!).sort()).toEqual([...state, 'client', 'close', 'open', 'reconnect', 'send'].sort())
    expect(copies.at(-1)).toMatchObject({ status: 'open' })
    await act(async () => unmount())
  })

  test('functions and client keep their identity, so that effects that depend on them run once', async () => {
    const { act: stageAct, options } = mountStage(harness)
    const runs: unknown[] = []
    const own = options()
    const Page = (): ReactNode => {
      const { send, open, close, reconnect, client, status } = useWebSocket('ws://a/', own)
      useEffect(() => void runs.push([send, open, close, reconnect, client]), [send, open, close, reconnect, client])
      return status
    }
    const { container, rerender, unmount } = render(<Page />)
    await stageAct()
    await act(async () => rerender(<Page />))
    expect(container.textContent).toBe('open')
    expect(runs).toHaveLength(1)
    await act(async () => unmount())
  })
})
