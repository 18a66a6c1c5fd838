/** Runs the first applications of the documentation unchanged, against the first servers: a message, a stopped server, a restart. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as holdfast from '@holdfast/core'
import type { WebSocketClient } from '@holdfast/core'
import type { Hub } from '@holdfast/server'
import { act, cleanup, fireEvent, render } from '@testing-library/react'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import ReactApp from './App.tsx'
import VueApp from './App.vue'
import ReactSession from './session/App.tsx'
import VueSession from './session/App.vue'

interface Server {
  readonly port: number
  stop(): Promise<void>
}

/** `node server.mjs` */
const startServer = async (port = 0): Promise<Server> => {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, 'server.mjs')],
    {
      env: { ...process.env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exit = once(child, 'close')
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exit
  }
  onTestFinished(stop)
  const [line] = await once(createInterface({ input: child.stdout! }), 'line')
  return { port: Number(/port: (\d+)/.exec(line as string)![1]), stop }
}

const startHub = async (
  port = 0,
  load: () => Promise<{ hub: Hub }> = () => import('./hub.mjs'),
): Promise<Server> => {
  vi.stubEnv('PORT', String(port))
  vi.resetModules()
  const { hub } = await load()
  onTestFinished(() => hub.close())
  await hub.ready
  return { port: hub.port!, stop: () => hub.close() }
}

const startSessions = (port?: number): Promise<Server> =>
  startHub(port, () => import('../chatServer.ts'))

const read = (file: string): string =>
  readFileSync(join(import.meta.dirname, file), 'utf8')

const bodyOf = (html: string): string =>
  html.replaceAll(/<(script|title)[^]*?<\/\1>/g, '')

const apps = {
  'App.vue': async () => {
    const app = mount(VueApp, { attachTo: document.body })
    onTestFinished(() => app.unmount())
  },
  'App.tsx': async () => void render(<ReactApp />),
  'main.ts': async () => {
    document.body.innerHTML = bodyOf(read('index.html'))
    const { chat } = await import('./main.ts')
    onTestFinished(() => chat.dispose())
  },
  'page.html': async () => {
    const page = read('page.html')
    document.body.innerHTML = bodyOf(page)
    const [, script = ''] = /<script>([^]*)<\/script>/.exec(page)!
    const run = new Function('Holdfast', `${script}\nreturn chat`)
    const chat = run(holdfast) as WebSocketClient
    onTestFinished(() => chat.dispose())
  },
  'session/App.vue': async () => {
    const app = mount(VueSession, { attachTo: document.body })
    onTestFinished(() => app.unmount())
  },
  'session/App.tsx': async () => void render(<ReactSession />),
}

let port: number
beforeEach(() => {
  /** Dials the port that is free here, and not that of the example. */
  class Redirected extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url.replace('localhost:8080', `127.0.0.1:${port}`), protocols)
    }
  }
  vi.stubGlobal('WebSocket', Redirected)
})
afterEach(() => {
  cleanup()
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})

const shows = (text: string | RegExp): Promise<void> =>
  vi.waitFor(() => expect(document.body.textContent).toMatch(text), {
    timeout: 30_000,
  })

const submit = (text: string): Promise<void> =>
  act(async () => {
    fireEvent.input(document.querySelector('input')!, {
      target: { value: text },
    })
    fireEvent.submit(document.querySelector('form')!)
  })

test.each([
  { app: 'App.vue', server: 'server.mjs', start: startServer },
  { app: 'App.vue', server: 'hub.mjs', start: startHub },
  { app: 'App.tsx', server: 'server.mjs', start: startServer },
  { app: 'main.ts', server: 'server.mjs', start: startServer },
  { app: 'page.html', server: 'server.mjs', start: startServer },
] as const)(
  '$app and $server: the text arrives, also one that was sent while the server was stopped',
  async (example) => {
    const first = await example.start()
    port = first.port
    await apps[example.app]()
    await shows('open')
    await submit('hello')
    await shows(/user \d+: hello/)
    await first.stop()
    await shows('reconnecting')
    await submit('still there?')
    await shows('1 waiting to be sent')
    await example.start(port)
    fireEvent.click(document.querySelector('button')!)
    await shows(/user \d+: still there\?/)
    expect(document.body.textContent).toMatch(/^\s*open/)
    expect(document.body.textContent).not.toContain('waiting')
  },
)

test.each(['session/App.vue', 'session/App.tsx'] as const)(
  '%s and chatServer.ts: the text arrives once, also one that was sent while the server was stopped',
  async (app) => {
    const first = await startSessions()
    port = first.port
    await apps[app]()
    await shows('open')
    await submit('hello')
    await shows(/user \d+: hello/)
    await first.stop()
    await shows('reconnecting')
    await submit('still there?')
    await startSessions(port)
    fireEvent.click(document.querySelector('button')!)
    await shows(/user \d+: still there\?/)
    expect(document.body.textContent!.match(/still there/g)).toHaveLength(1)
  },
)

test.each([
  { server: 'server.mjs', start: startServer },
  { server: 'hub.mjs', start: () => startHub() },
])('$server answers the text ping with the text pong', async ({ start }) => {
  const socket = new WebSocket(`ws://127.0.0.1:${(await start()).port}`)
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  socket.send('ping')
  const [data, isBinary] = await once(socket, 'message')
  expect([String(data), isBinary]).toEqual(['pong', false])
})
