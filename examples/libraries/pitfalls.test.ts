/** What the class must be for: a library with the platform's class, and with the wrong one of ours. */

import { ReconnectingWebSocket } from '@holdfast/core/reconnecting-websocket'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { createClient } from 'graphql-ws'
import { retry } from 'rxjs'
import { webSocket } from 'rxjs/webSocket'
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Connection, type Library, libraries } from './support/libraries.ts'
import { type Link, createLink } from './support/link.ts'
import { usePlatform } from './support/platform.ts'
import type { Router } from './support/servers/trpc.ts'
import { QUICK_HEARTBEAT } from './support/testTimes.ts'
import { type Inbox, type TestServer, createInbox } from './support/testServer.ts'

usePlatform()
afterAll(() => vi.unstubAllGlobals())

const delay = QUICK_HEARTBEAT.retry

/** The examples with another class. */
const clients = {
  graphqlWs(url: string, onText: (text: string) => void, webSocketImpl: typeof WebSocket): Connection {
    const retryWait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay))
    const client = createClient({ url, webSocketImpl, retryAttempts: Infinity, shouldRetry: () => true, retryWait })
    client.subscribe<{ text: string }>(
      { query: 'subscription { text }' },
      { next: ({ data }) => onText(data!.text), error: () => undefined, complete: () => undefined },
    )
    return { close: () => Promise.resolve(client.dispose()).catch(() => undefined) }
  },
  trpc(url: string, onText: (text: string) => void, WebSocketClass: typeof WebSocket): Connection {
    const client = createWSClient({ url, WebSocket: WebSocketClass, retryDelayMs: () => delay })
    createTRPCClient<Router>({ links: [wsLink({ client })] }).text.subscribe(undefined, { onData: onText })
    return { close: () => client.close() }
  },
  rxjs(url: string, onText: (text: string) => void, WebSocketCtor: typeof WebSocket): Connection {
    const texts = webSocket<string>({ url, WebSocketCtor }).pipe(retry({ delay }))
    const subscription = texts.subscribe(onText)
    return { close: () => subscription.unsubscribe() }
  },
}
type Name = keyof typeof clients

const libraryOf = (name: Name): Library => libraries.find((library) => library.name === name)!

const startServer = async (name: Name): Promise<TestServer> => {
  const server = await libraryOf(name).startServer()
  onTestFinished(async () => void (await server.close()))
  return server
}

const connect = async (
  server: TestServer,
  dial: (url: string, onText: (text: string) => void) => Connection | Promise<Connection>,
): Promise<{ link: Link; received: Inbox }> => {
  const link = await createLink(server.port)
  onTestFinished(() => link.close())
  const received = createInbox()
  const connection = await dial(link.url, received.push)
  onTestFinished(async () => void (await connection.close()))
  await Promise.all([server.setText('first'), received.has('first')])
  return { link, received }
}

describe.each<Name>(['graphqlWs', 'rxjs'])('%s', (name) => {
  test('keeps a half-open connection with the class of the platform, while the example has left it', async () => {
    const server = await startServer(name)
    const plain = await connect(server, (url, onText) => clients[name](url, onText, WebSocket))
    const example = await connect(server, (url, onText) => libraryOf(name).connect(url, onText, QUICK_HEARTBEAT))
    for (const { link } of [plain, example]) link.stall()
    await Promise.all([server.setText('second'), example.received.has('second')])
    expect(example.link.connections).toBe(1)
    expect(plain.link).toMatchObject({ connections: 0, dials: 1 })
  })
})

describe.each<Name>(['graphqlWs', 'trpc', 'rxjs'])('%s', (name) => {
  test('has several connections with ReconnectingWebSocket, which prints a warning', async () => {
    const warning = new Promise<string>((resolve) => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(resolve)
      onTestFinished(() => warn.mockRestore())
    })
    const sockets: ReconnectingWebSocket[] = []
    const Bound = ReconnectingWebSocket.with({ minReconnectionDelay: delay })
    class Wrong extends Bound {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols)
        sockets.push(this)
      }
    }
    const server = await startServer(name)
    const { link } = await connect(server, (url, onText) => clients[name](url, onText, Wrong))
    onTestFinished(() => sockets.forEach((socket) => socket.close()))
    link.breakDown()
    expect(await warning).toContain('OneShotWebSocket')
    link.repair()
    await link.until(({ connections }) => connections > 1)
  })
})
