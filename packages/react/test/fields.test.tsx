import { act, render } from '@testing-library/react'
import { type ReactNode, useEffect } from 'react'
import { describe, expect, test } from 'vitest'
import { type Client, keepStagesClean, setStage } from '../../core/test/adapterContract/mountStage.ts'
import { useWebSocket } from '../src/index.ts'
import { reactHarness } from './support/reactHarness.tsx'

const harness = reactHarness('')

describe('a component renders for the fields that it reads', () => {
  keepStagesClean()

  test('a field read for the first time in a later render is current', async () => {
    const { mount, act: play, say, frame, share } = setStage(harness)
    const part = await mount({ source: share({ history: 9 }), reads: ['status'] })
    await play()
    await say('1', '2', '3')
    await frame()
    const before = part.renders
    await part.change({ reads: ['status', 'messages', 'received', 'lastMessage'] })
    expect(part.now).toMatchObject({ messages: ['1', '2', '3'], received: 3, lastMessage: '3' })
    // Current is current: it does not render again to become so.
    expect(part.renders - before).toBe(1)
    await frame()
    await say('4')
    expect(part.now.messages).toEqual(['1', '2', '3', '4'])
  })

  test('a field that is read no more renders no more', async () => {
    const { mount, act: play, say, share } = setStage(harness)
    const part = await mount({ source: share(), reads: ['status', 'lastMessage'] })
    await play()
    await part.change({ reads: ['status'] })
    const before = part.renders
    await say('1', '2')
    expect(part.renders - before).toBe(0)
  })

  test('a field read within an effect, of what the render got, counts as read', async () => {
    const { act: play, say, share } = setStage(harness)
    const seen: unknown[] = []
    const Late = ({ source }: { source: Client }): ReactNode => {
      const chat = useWebSocket(source)
      useEffect(() => {
        seen.push(chat.lastMessage)
      })
      return null
    }
    const { unmount } = render(<Late source={share({ pace: 'sync' })} />)
    await play()
    await say('1')
    await say('2')
    expect(seen).toEqual([undefined, '1', '2'])
    await act(async () => unmount())
  })

  test('a field read by a child that got everything counts as read', async () => {
    const { act: play, say, share } = setStage(harness)
    const Child = ({ chat }: { chat: ReturnType<typeof useWebSocket> }): ReactNode => <p>{String(chat.lastMessage)}</p>
    const Parent = ({ source }: { source: Client }): ReactNode => <Child chat={useWebSocket(source) as never} />
    const { container, unmount } = render(<Parent source={share({ pace: 'sync' })} />)
    await play()
    await say('hello')
    expect(container.textContent).toBe('hello')
    await act(async () => unmount())
  })

  test('all that was taken apart is there, and a copy of it too', async () => {
    const { act: play, share } = setStage(harness)
    const copies: object[] = []
    const Copier = ({ source }: { source: Client }): ReactNode => {
      const copy = { ...useWebSocket(source) }
      useEffect(() => void copies.push(copy))
      return null
    }
    const { unmount } = render(<Copier source={share()} />)
    await play()
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

  test('its functions are the same over renders, so that effects which name them do not run again', async () => {
    const { act: play, options } = setStage(harness)
    const runs: unknown[] = []
    const own = options()
    const Page = (): ReactNode => {
      const { send, open, close, reconnect, client, status } = useWebSocket('ws://a/', own)
      useEffect(() => void runs.push([send, open, close, reconnect, client]), [send, open, close, reconnect, client])
      return status
    }
    const { container, rerender, unmount } = render(<Page />)
    await play()
    await act(async () => rerender(<Page />))
    expect(container.textContent).toBe('open')
    expect(runs).toHaveLength(1)
    await act(async () => unmount())
  })
})
