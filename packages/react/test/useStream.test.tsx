import { act, render } from '@testing-library/react'
import * as React from 'react'
import { type ReactNode, memo, useEffect, useState } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, test, vi } from 'vitest'
import { setHub } from '../../core/test/adapterContract/mountSessionStage.ts'
import { complaints, keepStagesClean } from '../../core/test/adapterContract/mountStage.ts'
import { type SessionClient, useStream } from '../src/index.ts'
import { reactHarness } from './support/reactHarness.tsx'

const harness = reactHarness('')
/** New in React 19.2. */
const activities = 'Activity' in React ? [React.Activity] : []

const Room = ({ client, stream = 'room' }: { client: SessionClient<unknown, unknown>; stream?: string }): ReactNode => {
  const { messages, members } = useStream(client, stream)
  return `${messages.map(({ message }) => message).join()} (${members.length})`
}

describe('useStream in React', () => {
  keepStagesClean()

  test.each(activities)(
    'a hidden Activity leaves the stream, and shown again follows it with an empty list',
    async (Activity) => {
      const { shareSession, welcome, tell, msg, heard } = setHub(harness)
      const client = shareSession()
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
      await tell(msg('room', 1), { t: 'pres', s: 'room', all: [{ id: 'ann' }] })
      expect(container.textContent).toBe(' (0)room 1 (1)')
      await act(async () => rerender(page('hidden')))
      expect(heard().at(-1)).toBe('unsub room')
      await act(async () => rerender(page('visible')))
      await tell({ t: 'sub', s: 'room', at: ['e', 7, 'fresh'] }, msg('room', 8))
      expect([heard().at(-1), container.textContent]).toEqual(['sub room', ' (0)room 8 (0)'])
      await act(async () => unmount())
    },
  )

  test('a render that reads a field later is told of it from then on', async () => {
    const { shareSession, welcome, tell, msg } = setHub(harness)
    const client = shareSession()
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
    await tell(msg('room', 1), msg('room', 2))
    expect([container.textContent, rendered.mock.calls]).toEqual(['closed', []])
    await act(async () => show(true))
    expect(container.textContent).toBe('2')
    await tell(msg('room', 3))
    expect(container.textContent).toBe('3')
    await act(async () => unmount())
  })

  test('what a memoised child reads of it is shown as it is now', async () => {
    const { shareSession, welcome, tell } = setHub(harness)
    const client = shareSession()
    const Count = memo(
      ({ stream }: { stream: ReturnType<typeof useStream<unknown, unknown>> }) => stream.members.length,
    )
    const Page = (): ReactNode => <Count stream={useStream(client, 'room')} />
    const { container, unmount } = render(<Page />)
    await welcome()
    await tell({ t: 'pres', s: 'room', all: [{ id: 'ann' }, { id: 'bob' }] })
    expect(container.textContent).toBe('2')
    await act(async () => unmount())
  })

  test('a server render joins nothing, and the first render in the browser agrees with it though others follow the stream', async () => {
    const { act: play, shareSession, welcome, tell, msg, heard, server } = setHub(harness)
    const client = shareSession()
    const html = renderToString(<Room client={client} />)
    await play()
    expect([html, server.connections.length]).toEqual([' (0)', 0])
    const other = render(<Room client={client} />)
    await welcome()
    await tell(msg('room', 1), { t: 'pres', s: 'room', all: [{ id: 'ann' }] })
    const container = document.createElement('div')
    container.innerHTML = html
    const recovered: unknown[] = []
    const root = await act(async () =>
      hydrateRoot(container, <Room client={client} />, { onRecoverableError: (error) => recovered.push(error) }),
    )
    expect([recovered, complaints, heard()]).toEqual([[], [], ['hello room']])
    expect([container.textContent, other.container.textContent]).toEqual([' (1)', 'room 1 (1)'])
    await act(async () => root.unmount())
    await act(async () => other.unmount())
  })

  test('a component that suspends before it is shown joins nothing', async () => {
    const { act: play, shareSession, server } = setHub(harness)
    const client = shareSession()
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
    await play()
    expect(server.connections).toHaveLength(0)
    await act(async () => unmount())
  })
})
