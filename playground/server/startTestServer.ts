// For the tests of this folder: the playground's server on a port of its own, and clients that remember what they hear.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ClientOptions, WebSocket } from 'ws'
import type { ClientMessage, ServerMessage } from './chatProtocol.ts'
import { type ServerStats, createPlaygroundServer } from './playgroundServer.ts'

/** A client over a real socket. */
export interface TestClient {
  socket: WebSocket
  say(message: ClientMessage | string): void
  /** The next message of a type that has not been returned yet, be it here already or still to come. */
  hear<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>>
  /** Every raw frame so far. */
  frames: string[]
  closed: Promise<{ code: number; reason: string }>
}

/** The server under test. */
export interface TestServer {
  url: string
  post(command: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  stats(): Promise<ServerStats>
  /** Opens a client, with the name said and confirmed if one is given. */
  join(name?: string): Promise<TestClient>
  /** Dials without waiting. */
  dial(options?: ClientOptions): WebSocket
  stop(): Promise<void>
}

/** Starts a server on a free port of loopback. */
export async function startTestServer(): Promise<TestServer> {
  const http = createServer((request, response) => {
    if (!server.handle(request, response)) response.writeHead(404).end()
  })
  const server = createPlaygroundServer(http)
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const dialled = new Set<WebSocket>()

  function dial(options: ClientOptions = {}): WebSocket {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, options)
    // Some are meant to fail; a test that minds listens itself.
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
    stats: async () => (await fetch(`${url}/control/stats`)).json() as Promise<ServerStats>,
    async join(name) {
      const client = listen(dial())
      await once(client.socket, 'open')
      if (name !== undefined) {
        client.say({ type: 'hello', name })
        await client.hear('join')
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
  const heard = new EventTarget()
  socket.on('message', (data) => {
    const frame = String(data)
    frames.push(frame)
    if (frame.startsWith('{')) unread.push(JSON.parse(frame) as ServerMessage)
    heard.dispatchEvent(new Event('frame'))
  })
  return {
    socket,
    frames,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async hear<T extends ServerMessage['type']>(type: T) {
      for (;;) {
        const index = unread.findIndex((message) => message.type === type)
        if (index !== -1) return unread.splice(index, 1)[0] as Extract<ServerMessage, { type: T }>
        await once(heard, 'frame')
      }
    },
    closed: once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) })),
  }
}
