/** Runs components with real sockets and a fake clock. Time passes only in `pass`, and after each step the network is at rest. */

import { cleanup } from '@testing-library/react'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { type FaultyServer, startFaultyServer } from './faultyServer.ts'
import { PageSocket } from './pageSocket.ts'

/** What the user sees and does. All components of the guides have these elements. */
export interface Page {
  /** The text of the paragraph. */
  readonly status: string
  /** The items of the list. */
  readonly lines: string[]
  /** Clicks on the button with this text. */
  click(button?: string): void
  unmount(): void
}

/** Shows a component in an element, and returns the function that removes it. */
export type Mount = (url: string, element: HTMLElement) => () => void

export interface Stage {
  /** Starts a server of its own for a component and mounts it. */
  open(mount: Mount): Promise<Page & { readonly server: FaultyServer }>
  /** Advances the clock, after the network is at rest. */
  pass(ms: number): Promise<void>
  /** Advances the clock until the condition holds. Returns how long that took, in ms. */
  until(condition: () => boolean): Promise<number>
  /** Waits for the network and for renderers, without advancing the clock. */
  settle(): Promise<void>
}

const FAKED = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] as const
const FRAMES = ['requestAnimationFrame', 'cancelAnimationFrame'] as const
/** Sockets answer after each step, so a step must be shorter than all timeouts of the examples. */
const STEP = 100
const LIMIT = 600_000

/** The pages of the current test. */
const opened: (Page & { readonly server: FaultyServer })[] = []

/** React renders, runs effects and renders again in tasks of their own. */
const tasks = async (count = 5): Promise<void> => {
  for (let task = 0; task < count; task++) await new Promise((resolve) => setImmediate(resolve))
}

/** The server will not answer the handshakes of these sockets. Resolves when it has received them. */
const isHanging = async ({ url, readyState, CONNECTING }: PageSocket): Promise<boolean> => {
  const server = opened.find((page) => page.server.url === url)?.server
  if (server?.mode !== 'hang' || readyState !== CONNECTING) return false
  const created = PageSocket.all.filter((socket) => socket.url === url).length
  while (server.dialled.length < created) await tasks(1)
  return true
}

const settle = async (): Promise<void> => {
  let before = -1
  while (before !== PageSocket.all.length) {
    before = PageSocket.all.length
    for (const socket of [...PageSocket.all]) if (!(await isHanging(socket))) await socket.settled()
    await tasks()
  }
}

const step = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms)
  await settle()
}

/** Call it once in a file. */
export const stage = (): Stage => {
  beforeEach(() => {
    vi.stubGlobal('WebSocket', PageSocket)
    vi.useFakeTimers({ toFake: [...FAKED, ...FRAMES.filter((name) => name in globalThis)] })
  })
  afterEach(async () => {
    for (const page of opened) page.unmount()
    cleanup()
    await settle()
    await Promise.all(opened.splice(0).map(({ server }) => server.stop()))
    for (const socket of PageSocket.all.splice(0)) socket.terminate()
    document.body.replaceChildren()
    vi.useRealTimers()
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })
  return {
    open: async (mount) => {
      const server = await startFaultyServer()
      const element = document.body.appendChild(document.createElement('div'))
      const unmount = mount(server.url, element)
      const page = Object.assign(pageIn(element, unmount), { server: withFrozenSockets(server) })
      opened.push(page)
      await step(STEP)
      return page
    },
    pass: async (ms) => {
      await settle()
      for (let passed = 0; passed < ms; passed += STEP) await step(Math.min(STEP, ms - passed))
    },
    until: async (condition) => {
      let passed = 0
      for (; !condition(); passed += STEP) {
        expect(passed, `${condition} within ${LIMIT} ms`).toBeLessThan(LIMIT)
        await step(STEP)
      }
      return passed
    },
    settle,
  }
}

/** Marks the sockets of the page when their server stops reading. */
const withFrozenSockets = (server: FaultyServer): FaultyServer => {
  const { freeze } = server
  server.freeze = () => {
    freeze()
    for (const socket of PageSocket.all) {
      if (socket.url.startsWith(server.url) && socket.readyState === socket.OPEN) socket.isFrozen = true
    }
  }
  return server
}

const pageIn = (element: HTMLElement, unmount: () => void): Page => {
  let isMounted = true
  return {
    get status() {
      return element.querySelector('p')?.textContent ?? ''
    },
    get lines() {
      return [...element.querySelectorAll('li')].map(({ textContent }) => textContent ?? '')
    },
    click: (text = 'Send') => {
      const button = [...element.querySelectorAll('button')].find(({ textContent }) => textContent === text)
      if (!button) throw new Error(`there is no button ${text}`)
      button.click()
    },
    unmount: () => {
      if (isMounted) unmount()
      isMounted = false
    },
  }
}
