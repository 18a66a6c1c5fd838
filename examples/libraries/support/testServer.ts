/** What the tests of the libraries need from a server, whatever its protocol. */

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ServerOptions, WebSocketServer } from 'ws'

export interface TestServer {
  readonly port: number
  /** Sets the text that all clients receive, including those that connect later. */
  setText(text: string): unknown
  /** The texts that clients have set. */
  readonly received?: Inbox
  close(): Promise<unknown>
}

export interface Inbox {
  push(text: string): void
  /** Resolves when the text has arrived, now or earlier. */
  has(text: string): Promise<void>
}

export const createInbox = (): Inbox => {
  const texts = new Set<string>()
  const waiting = new Set<() => void>()
  return {
    push(text) {
      texts.add(text)
      for (const check of waiting) check()
    },
    has: (text) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!texts.has(text)) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}

export interface Listener {
  readonly wss: WebSocketServer
  readonly port: number
  /** Ends all connections and stops listening. */
  close(): Promise<void>
}

export const listen = async (options: ServerOptions = {}): Promise<Listener> => {
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options })
  await once(wss, 'listening')
  return {
    wss,
    port: (wss.address() as AddressInfo).port,
    async close() {
      for (const socket of wss.clients) socket.terminate()
      wss.close()
      await once(wss, 'close')
    },
  }
}
