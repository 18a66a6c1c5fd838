import { json } from '@holdfast/core'
import { cleanup, fireEvent, render } from '@testing-library/react'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { chatStream } from '../../server/chatProtocol.ts'
import { WebSocket } from 'ws'
import { type TestServer, startTestServer } from '../../server/startTestServer.ts'
import { type Settings, defaultSettings, toOptions } from '../settings.ts'
import { codeOf, files, importOfOptions, optionsCode } from './codeOf.ts'
import { StatusAndChat } from './StatusAndChat.tsx'
import StatusAndChatVue from './StatusAndChat.vue'

const address = vi.hoisted(() => ({ url: '' }))
// A function is called at each dial, when the port of the server is known.
vi.mock('./options.ts', async (original) => ({
  ...(await original<typeof import('./options.ts')>()),
  url: () => address.url,
}))

describe('the code of a panel', () => {
  it.each(['vue', 'react'] as const)('is the file of %s, with the settings in place of one import', (kind) => {
    const settings = defaultSettings()
    const [before, after, ...others] = files[kind].split(importOfOptions)
    expect(before).toContain('import { useMessages, useWebSocket }')
    expect(others).toEqual([])
    const code = codeOf(kind, settings)
    expect(code.startsWith(before ?? '-')).toBe(true)
    expect(code.endsWith(optionsCode(settings) + after)).toBe(true)
    expect(codeOf(kind, { ...settings, session: false })).not.toContain('session')
  })

  const settings: [string, Partial<Settings>][] = [
    ['the defaults', {}],
    ['a plain connection', { session: false, heartbeatInterval: 777, heartbeatTimeout: 50 }],
    ['everything off', { session: false, heartbeat: false, reconnect: false, queue: false }],
    ['limits', { maxAttempts: 3, queueLimit: 7, url: "wss://example.org/it's?a=\\$&" }],
  ]
  it.each(settings)('has the options of %s', (_, changes) => {
    const given = { ...defaultSettings(), ...changes }
    const code = optionsCode(given).replace('<Received, Sent>', '')
    const evaluate = new Function('json', 'session', `${code}; return { url, options }`)
    const { url, options } = evaluate(json, (sessionOptions: unknown) => sessionOptions)
    const { codec, session, ...others } = options
    const { codec: expectedCodec, session: _session, ...expected } = toOptions(given)
    expect(url).toBe(given.url)
    expect(others).toEqual(expected)
    expect(typeof codec).toBe(typeof expectedCodec)
    expect(session).toEqual(given.session ? { streams: [chatStream], pending: { limit: given.queueLimit } } : undefined)
  })
})

describe('the component', () => {
  let server: TestServer
  let unmount = (): void => {}
  beforeEach(async () => {
    // The one of jsdom does not connect to a server of the same process.
    vi.stubGlobal('WebSocket', WebSocket)
    server = await startTestServer()
    address.url = `${server.url.replace('http', 'ws')}/ws`
  })
  afterEach(async () => {
    // The server stops when all connections are closed.
    cleanup()
    unmount()
    await server.stop()
    vi.unstubAllGlobals()
  })
  async function shows(element: Element, text: string): Promise<void> {
    await expect.poll(() => element.textContent).toContain(text)
  }

  it('connects, sends and shows messages in Vue', async () => {
    const component = mount(StatusAndChatVue, { attachTo: document.body })
    unmount = () => component.unmount()
    await shows(document.body, 'open, 0 queued')
    await component.get('input').setValue('hello from Vue')
    await component.get('form').trigger('submit')
    await shows(document.body, 'hello from Vue')
  })

  it('connects, sends and shows messages in React', async () => {
    const { container } = render(<StatusAndChat />)
    await shows(container, 'open, 0 queued')
    fireEvent.change(container.querySelector('input')!, { target: { value: 'hello from React' } })
    fireEvent.submit(container.querySelector('form')!)
    await shows(container, 'hello from React')
  })
})
