// For the tests of this folder: the playground's server on a free port, and clients that record the messages they receive.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ClientOptions, WebSocket } from 'ws'
import type { ClientMessage, ServerMessage } from './chatProtocol.ts'
import { type PlaygroundServerOptions, type ServerStats, createPlaygroundServer } from './playgroundServer.ts'

/** A client over a real socket. */
export interface TestClient {
  socket: WebSocket
  send(message: ClientMessage | string): void
  /** Resolves with the next message of a type that has not been returned yet, whether received already or not. */
  next<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>>
  /** Every raw frame received so far. */
  frames: string[]
  closed: Promise<{ code: number; reason: string }>
}

/** The server under test. */
export interface TestServer {
  url: string
  post(command: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  /** @param query such as `?client=a` */
  stats(query?: string): Promise<ServerStats>
  /** Opens a client. If a name is given, sends it and waits for the confirmation. */
  join(name?: string, query?: string): Promise<TestClient>
  /** Starts a connection without waiting for it. */
  dial(options?: ClientOptions, query?: string): WebSocket
  stop(): Promise<void>
}

/** Starts a server on a free port of loopback. */
export async function startTestServer(options: PlaygroundServerOptions = {}): Promise<TestServer> {
  const http = createServer((request, response) => {
    if (!server.handle(request, response)) response.writeHead(404).end()
  })
  const server = createPlaygroundServer(http, options)
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const dialled = new Set<WebSocket>()

  function dial(clientOptions: ClientOptions = {}, query = ''): WebSocket {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws${query}`, clientOptions)
    // Some connections fail on purpose; a test adds its own listener where an error matters.
    socket.on('error', () => {})
    dialled.add(socket)
    return socket
  }

  return {
    url,
    dial,
    post: (command, body = {}, headers = {}) =>
      fetch(`${url}/control/${command}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    stats: async (query = '') => (await fetch(`${url}/control/stats${query}`)).json() as Promise<ServerStats>,
    async join(name, query) {
      const client = listen(dial({}, query))
      await once(client.socket, 'open')
      if (name !== undefined) {
        client.send({ type: 'hello', name })
        await client.next('join')
      }
      return client
    },
    async stop() {
      for (const socket of dialled) socket.terminate()
      http.close()
      http.closeAllConnections()
      await once(http, 'close')
    },
  }
}

function listen(socket: WebSocket): TestClient {
  const frames: string[] = []
  const unread: ServerMessage[] = []
  const received = new EventTarget()
  socket.on('message', (data) => {
    const frame = String(data)
    frames.push(frame)
    if (frame.startsWith('{')) unread.push(JSON.parse(frame) as ServerMessage)
    received.dispatchEvent(new Event('frame'))
  })
  return {
    socket,
    frames,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async next<T extends ServerMessage['type']>(type: T) {
      for (;;) {
        const index = unread.findIndex((message) => message.type === type)
        if (index !== -1) return unread.splice(index, 1)[0] as Extract<ServerMessage, { type: T }>
        await once(received, 'frame')
      }
    },
    closed: once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) })),
  }
}
