import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { type Root, hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import {
  type Options,
  type Source,
  complaints,
  keepStagesClean,
  setStage,
} from '../../core/test/adapterContract/mountStage.ts'
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

describe('a server render', () => {
  keepStagesClean()

  test.each<[string, Source, Options, string]>([
    ['a URL', 'ws://a/', {}, 'connecting'],
    ['a function', () => 'ws://a/', {}, 'connecting'],
    ['an async function', async () => 'ws://a/', {}, 'connecting'],
    ['no address', null, {}, 'closed'],
    ['an empty address', '', {}, 'closed'],
    ['immediate: false', 'ws://a/', { immediate: false }, 'closed'],
  ])('of %s opens nothing, and the first render in the browser agrees with it', async (_, source, more, status) => {
    const { act: play, options, server, clock, page } = setStage(harness)
    const own = options(more)
    const html = renderToString(<Status source={source} options={own} />)
    expect(html).toBe(`<p>${status} 0 0 undefined</p>`)
    await play()
    expect([server.connections.length, clock.pending, page.listeners]).toEqual([0, 0, 0])
    server.auto = false
    const { container, root, recovered } = await hydrate(html, <Status source={source} options={own} />)
    expect(container.innerHTML).toBe(html)
    await play(() => server.connections.length && server.last.accept())
    if (status === 'connecting') expect(container.textContent).toBe('open 0 0 undefined')
    expect(recovered).toEqual([])
    expect(complaints).toEqual([])
    await act(async () => root.unmount())
  })

  test('calls no provider', () => {
    const { options } = setStage(harness)
    let calls = 0
    const source = (): string => {
      calls++
      return 'ws://a/'
    }
    renderToString(<Status source={source} options={options()} />)
    expect(calls).toBe(0)
  })

  test('of a shared client opens nothing and leaves no subscriber', async () => {
    const { act: play, share, server } = setStage(harness)
    const shared = share()
    for (let request = 0; request < 100; request++) renderToString(<Status source={shared} />)
    await play()
    expect(server.connections).toHaveLength(0)
  })

  test('is agreed with even where the shared client has been open for long, and then corrected', async () => {
    const { act: play, say, share, server } = setStage(harness)
    const shared = share()
    const html = renderToString(<Status source={shared} />)
    const early = await hydrate(html, <Status source={shared} />)
    await play()
    await say('hello')
    const late = await hydrate(html, <Status source={shared} />)
    expect(late.recovered).toEqual([])
    expect(complaints).toEqual([])
    await play()
    expect(late.container.textContent).toBe('open 1 0 hello')
    expect(server.connections).toHaveLength(1)
    for (const { root } of [early, late]) await act(async () => root.unmount())
  })
})
