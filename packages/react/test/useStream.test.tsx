import { act, render } from '@testing-library/react'
import * as React from 'react'
import { type ReactNode, memo, useEffect, useState } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, test, vi } from 'vitest'
import { mountSessionStage } from '../../core/test/adapterContract/mountSessionStage.ts'
import { checkForLeaks, consoleErrors } from '../../core/test/adapterContract/mountStage.ts'
import { type SessionClient, useStream } from '../src/index.ts'
import { reactHarness } from './support/reactHarness.tsx'

const harness = reactHarness('')
/** Empty in React versions without `Activity`, which is new in 19.2. */
const activities = 'Activity' in React ? [React.Activity] : []

const Room = ({ client, stream = 'room' }: { client: SessionClient<unknown, unknown>; stream?: string }): ReactNode => {
  const { messages, members } = useStream(client, stream)
  return `${messages.map(({ message }) => message).join()} (${members.length})`
}

describe('useStream in React', () => {
  checkForLeaks()

  test.each(activities)(
    'a hidden Activity leaves the stream, and showing it again joins with an empty list',
    async (Activity) => {
      const { createSessionClient, welcome, sendFrames, messageFrame, subscriptionFrames } = mountSessionStage(harness)
      const client = createSessionClient()
      const page = (mode: 'visible' | 'hidden'): ReactNode => (
        <>
          <Room client={client} stream="hall" />
          <Activity mode={mode}>
            <Room client={client} />
          </Activity>
        </>
      )
      const { container, rerender, unmount } = render(page('visible'))
      await welcome()
      await sendFrames(messageFrame('room', 1), { t: 'pres', s: 'room', all: [{ id: 'ann' }] })
      expect(container.textContent).toBe(' (0)room 1 (1)')
      await act(async () => rerender(page('hidden')))
      expect(subscriptionFrames().at(-1)).toBe('unsub room')
      await act(async () => rerender(page('visible')))
      await sendFrames({ t: 'sub', s: 'room', at: ['e', 7, 'fresh'] }, messageFrame('room', 8))
      expect([subscriptionFrames().at(-1), container.textContent]).toEqual(['sub room', ' (0)room 8 (0)'])
      await act(async () => unmount())
    },
  )

  test('a field that is first read in a later render is updated from then on', async () => {
    const { createSessionClient, welcome, sendFrames, messageFrame } = mountSessionStage(harness)
    const client = createSessionClient()
    let show: (yes: boolean) => void = () => {}
    const rendered = vi.fn<() => void>()
    const Page = (): ReactNode => {
      const [all, setAll] = useState(false)
      const stream = useStream(client, 'room')
      useEffect(() => {
        show = setAll
      }, [])
      rendered()
      return all ? stream.messages.length : 'closed'
    }
    const { container, unmount } = render(<Page />)
    await welcome()
    rendered.mockClear()
    await sendFrames(messageFrame('room', 1), messageFrame('room', 2))
    expect([container.textContent, rendered.mock.calls]).toEqual(['closed', []])
    await act(async () => show(true))
    expect(container.textContent).toBe('2')
    await sendFrames(messageFrame('room', 3))
    expect(container.textContent).toBe('3')
    await act(async () => unmount())
  })

  test('a field that a memoised child reads is shown up to date', async () => {
    const { createSessionClient, welcome, sendFrames } = mountSessionStage(harness)
    const client = createSessionClient()
    const Count = memo(
      ({ stream }: { stream: ReturnType<typeof useStream<unknown, unknown>> }) => stream.members.length,
    )
    const Page = (): ReactNode => <Count stream={useStream(client, 'room')} />
    const { container, unmount } = render(<Page />)
    await welcome()
    await sendFrames({ t: 'pres', s: 'room', all: [{ id: 'ann' }, { id: 'bob' }] })
    expect(container.textContent).toBe('2')
    await act(async () => unmount())
  })

  test('a server render joins no stream, and hydration matches it even if others follow the stream', async () => {
    const {
      act: stageAct,
      createSessionClient,
      welcome,
      sendFrames,
      messageFrame,
      subscriptionFrames,
      server,
    } = mountSessionStage(harness)
    const client = createSessionClient()
    const html = renderToString(<Room client={client} />)
    await stageAct()
    expect([html, server.connections.length]).toEqual([' (0)', 0])
    const other = render(<Room client={client} />)
    await welcome()
    await sendFrames(messageFrame('room', 1), { t: 'pres', s: 'room', all: [{ id: 'ann' }] })
    const container = document.createElement('div')
    container.innerHTML = html
    const recovered: unknown[] = []
    const root = await act(async () =>
      hydrateRoot(container, <Room client={client} />, { onRecoverableError: (error) => recovered.push(error) }),
    )
    expect([recovered, consoleErrors, subscriptionFrames()]).toEqual([[], [], ['hello room']])
    expect([container.textContent, other.container.textContent]).toEqual([' (1)', 'room 1 (1)'])
    await act(async () => root.unmount())
    await act(async () => other.unmount())
  })

  test('a component that suspends before it is shown joins no stream', async () => {
    const { act: stageAct, createSessionClient, server } = mountSessionStage(harness)
    const client = createSessionClient()
    const never = new Promise<never>(() => {})
    const Page = (): ReactNode => {
      useStream(client, 'room')
      throw never
    }
    const { unmount } = render(
      <React.Suspense fallback="wait">
        <Page />
      </React.Suspense>,
    )
    await stageAct()
    expect(server.connections).toHaveLength(0)
    await act(async () => unmount())
  })
})
