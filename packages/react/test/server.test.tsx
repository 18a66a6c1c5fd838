import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { type Root, hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import type { Options, Source } from '../../core/test/adapterContract/harness.ts'
import { checkForLeaks, consoleErrors, mountStage } from '../../core/test/adapterContract/mountStage.ts'
import { useWebSocket } from '../src/index.ts'
import { reactHarness } from './support/reactHarness.tsx'

const harness = reactHarness('')

const Status = ({ source, options }: { source: Source; options?: Options }): ReactNode => {
  const { status, received, messages, lastMessage } = useWebSocket(source, options)
  return <p>{`${status} ${received} ${messages.length} ${String(lastMessage)}`}</p>
}

const hydrate = async (
  html: string,
  page: ReactNode,
): Promise<{ container: HTMLElement; root: Root; recovered: unknown[] }> => {
  const container = document.createElement('div')
  container.innerHTML = html
  const recovered: unknown[] = []
  let root: Root | undefined
  await act(async () => {
    root = hydrateRoot(container, page, { onRecoverableError: (error) => recovered.push(error) })
  })
  return { container, root: root!, recovered }
}

describe('server rendering in React', () => {
  checkForLeaks()

  test.each<[string, Source, Options, string]>([
    ['a URL', 'ws://a/', {}, 'connecting'],
    ['a function', () => 'ws://a/', {}, 'connecting'],
    ['an async function', async () => 'ws://a/', {}, 'connecting'],
    ['no URL', null, {}, 'closed'],
    ['an empty URL', '', {}, 'closed'],
    ['immediate: false', 'ws://a/', { immediate: false }, 'closed'],
  ])('a server render of %s opens no connection, and hydration matches it', async (_, source, more, status) => {
    const { act: stageAct, options, server, clock, environment } = mountStage(harness)
    const own = options(more)
    const html = renderToString(<Status source={source} options={own} />)
    expect(html).toBe(`<p>${status} 0 0 undefined</p>`)
    await stageAct()
    expect([server.connections.length, clock.pending, environment.listeners]).toEqual([0, 0, 0])
    server.auto = false
    const { container, root, recovered } = await hydrate(html, <Status source={source} options={own} />)
    expect(container.innerHTML).toBe(html)
    await stageAct(() => server.connections.length && server.last.accept())
    if (status === 'connecting') expect(container.textContent).toBe('open 0 0 undefined')
    expect(recovered).toEqual([])
    expect(consoleErrors).toEqual([])
    await act(async () => root.unmount())
  })

  test('a server render does not call the URL function', () => {
    const { options } = mountStage(harness)
    let calls = 0
    const source = (): string => {
      calls++
      return 'ws://a/'
    }
    renderToString(<Status source={source} options={options()} />)
    expect(calls).toBe(0)
  })

  test('a server render of a shared client opens no connection and leaves no subscriber', async () => {
    const { act: stageAct, createSharedClient, server } = mountStage(harness)
    const shared = createSharedClient()
    for (let request = 0; request < 100; request++) renderToString(<Status source={shared} />)
    await stageAct()
    expect(server.connections).toHaveLength(0)
  })

  test('hydration matches even if the shared client is already open, then shows the current state', async () => {
    const { act: stageAct, sendFromServer, createSharedClient, server } = mountStage(harness)
    const shared = createSharedClient()
    const html = renderToString(<Status source={shared} />)
    const early = await hydrate(html, <Status source={shared} />)
    await stageAct()
    await sendFromServer('hello')
    const late = await hydrate(html, <Status source={shared} />)
    expect(late.recovered).toEqual([])
    expect(consoleErrors).toEqual([])
    await stageAct()
    expect(late.container.textContent).toBe('open 1 0 hello')
    expect(server.connections).toHaveLength(1)
    for (const { root } of [early, late]) await act(async () => root.unmount())
  })
})
