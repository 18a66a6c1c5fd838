/** For tests that run in a browser: the servers of `startPageServer.ts`, and pages of their own beside the page of the test. */

import { expect, inject, onTestFinished } from 'vitest'
import { commands, server } from 'vitest/browser'
import type { EndpointRecord, PageServerCommand, ProxyCommand } from './startPageServer.ts'

export type Engine = 'chromium' | 'firefox' | 'webkit'

export const engine = server.browser as Engine
export const urls = inject('pageUrls')

/** An endpoint that no other test uses. */
export interface Endpoint {
  url: string
  /** The same endpoint through the proxies. */
  stalling: string
  slow: string
  command(command: DistributiveOmit<Exclude<PageServerCommand, ProxyCommand>, 'name'>): Promise<unknown>
  read(): Promise<EndpointRecord>
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never

const post = async (command: object): Promise<unknown> =>
  (await fetch(urls.http, { method: 'POST', body: JSON.stringify(command) })).json()

export const commandProxy = (command: ProxyCommand): Promise<unknown> => post(command)

export const createEndpoint = (): Endpoint => {
  const name = crypto.randomUUID()
  const command: Endpoint['command'] = (given) => post({ ...given, name })
  return {
    url: `${urls.ws}/${name}`,
    stalling: `${urls.stalling}/${name}`,
    slow: `${urls.slow}/${name}`,
    command,
    read: () => command({ do: 'read' }) as Promise<EndpointRecord>,
  }
}

export interface Page {
  /** Runs a function in the page. It must not use anything of its surroundings. */
  evaluate<Args extends unknown[], Result>(run: (...args: Args) => Result, ...args: Args): Promise<Awaited<Result>>
  /** Waits until the function returns this value in the page. Meanwhile the page may load another document. */
  until<Result>(run: () => Result, expected: Awaited<Result>): Promise<void>
  /** Creates the page's client on a URL, and waits until it is open. */
  connect(url: string): Promise<void>
  /** Leaves for an empty page. */
  leave(): Promise<void>
  /** Goes back, and waits until the page is shown again. */
  goBack(): Promise<void>
  hide(): Promise<void>
  show(): Promise<void>
  /** Emulates a lost or found network. Where the engine cannot, it dispatches the event and overrides `navigator.onLine`. */
  setOffline(offline: boolean): Promise<void>
}

/** Opens a page beside the page of the test. It is closed after the test. */
export const openPage = async (path = '/page'): Promise<Page> => {
  const id = await commands.openPage(urls.http + path)
  onTestFinished(() => commands.closePage(id))
  const evaluate: Page['evaluate'] = (run, ...args) =>
    commands.evaluateInPage(id, `(${String(run)})(...${JSON.stringify(args)})`) as never
  const until: Page['until'] = async (run, expected) => {
    await expect.poll(() => evaluate(run).catch((error: unknown) => `${error}`)).toEqual(expected)
  }
  return {
    evaluate,
    until,
    connect: async (url) => {
      await evaluate((address) => void (globalThis.client = holdfast.createWebSocket(address)), url)
      await until(() => client.get().status, 'open')
    },
    leave: async () => {
      await evaluate(() => void setTimeout(() => location.assign('/blank')))
      await until(() => `${location.pathname} ${document.readyState}`, '/blank complete')
    },
    goBack: async () => {
      await evaluate(() => void setTimeout(() => history.back()))
      await until(() => `${location.pathname} ${document.readyState}`, `${path} complete`)
    },
    hide: async () => {
      await commands.hidePage(id)
      await until(() => document.visibilityState, 'hidden')
    },
    show: async () => {
      await commands.showPage(id)
      await until(() => document.visibilityState, 'visible')
    },
    setOffline: async (offline) => {
      if (!(await commands.setPageOffline(id, offline))) {
        await evaluate((value) => {
          Object.defineProperty(navigator, 'onLine', { value: !value, configurable: true })
          dispatchEvent(new Event(value ? 'offline' : 'online'))
        }, offline)
      }
      await until(() => navigator.onLine, !offline)
    },
  }
}
