/**
 * A real WebSocket server for tests: it echoes text as text and binary as binary, and fails in the way that the path of the
 * URL selects. An HTTP GET of any path returns the number of open connections and of all connections so far.
 */

import { type IncomingMessage, type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

export interface EchoServer {
  /** `ws://127.0.0.1:<port>`, without a path, which echoes. */
  readonly url: string
  /** Connections that are open now. */
  open(): number
  /** Connections accepted since the start. */
  accepted(): number
  /** Cuts all connections and stops; the port is free afterwards. */
  close(): Promise<void>
}

type Fault = (socket: WebSocket, query: URLSearchParams, stream: Duplex) => void

/** The behaviour of each path after the handshake. All other paths echo. */
const faults: Record<string, Fault> = {
  /**
   * `/close?code=4001&reason=bye&after=3`: closes at once, or after the given number of echoed messages. `code=none` sends a close frame
   * without a code.
   */
  '/close': (socket, query) => {
    const code = query.get('code') ?? 1000
    afterMessages(socket, query, () =>
      code === 'none' ? socket.close() : socket.close(Number(code), query.get('reason') ?? ''),
    )
  },
  /** `/invalid?after=3`: sends a frame with reserved bits, which violates the protocol. */
  '/invalid': (socket, query, stream) => afterMessages(socket, query, () => void stream.write(Uint8Array.of(0xf1, 0))),
  /** `/cut?after=3`: ends the TCP connection without a close frame. */
  '/cut': (socket, query) => afterMessages(socket, query, () => socket.terminate()),
  /** `/mute`: reads and never answers. */
  '/mute': () => {},
  /**
   * `/ticks?every=100&silence=3000`: sends a text every so many ms and answers `ping` with `pong`. Closes with 4008 when it has received
   * nothing for `silence` ms.
   */
  '/ticks': (socket, query) => {
    const ticks = setInterval(() => socket.send('tick'), Number(query.get('every') ?? 100))
    const silence = setTimeout(() => socket.close(4008, 'silence'), Number(query.get('silence') ?? 3000))
    socket.on('message', (data) => {
      silence.refresh()
      if (String(data) === 'ping') socket.send('pong')
    })
    socket.on('close', () => {
      clearInterval(ticks)
      clearTimeout(silence)
    })
  },
  /** `/burst?n=20000&size=100&binary=1`: sends that many frames at once, each beginning with its number; then echoes. */
  '/burst': (socket, query) => {
    const size = Number(query.get('size') ?? 0)
    for (let i = 0; i < Number(query.get('n') ?? 1); i++) {
      const text = String(i).padEnd(size, '.')
      socket.send(query.has('binary') ? Buffer.from(text) : text)
    }
    echo(socket)
  },
}

/** Starts an echo server on the loopback address. @param port @default a free one */
export async function startEchoServer(port = 0): Promise<EchoServer> {
  const sockets = new WebSocketServer({ noServer: true })
  const streams = new Set<Duplex>()
  let accepted = 0
  const http = createServer((_request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ open: sockets.clients.size, accepted }))
  })
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'ws://localhost')
    streams.add(stream)
    stream.on('error', () => {}).on('close', () => streams.delete(stream))
    if (pathname === '/hang') return // `/hang`: never answers the handshake
    if (pathname === '/refuse') {
      stream.end(
        `HTTP/1.1 ${searchParams.get('status') ?? 503} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
      )
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      accepted++
      socket.on('error', () => {})
      const act = faults[pathname] ?? echo
      act(socket, searchParams, stream)
    })
  })
  const url = await listen(http, port)
  return {
    url,
    open: () => sockets.clients.size,
    accepted: () => accepted,
    close: () =>
      new Promise((resolve) => {
        for (const stream of streams) stream.destroy()
        sockets.close()
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}

function listen(http: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, '127.0.0.1', () => resolve(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`))
  })
}

function echo(socket: WebSocket): void {
  socket.on('message', (data, binary) => socket.send(data, { binary }))
}

/** Echoes, and acts after `?after=n` messages, or at once without it. */
function afterMessages(socket: WebSocket, query: URLSearchParams, act: () => void): void {
  let left = Number(query.get('after') ?? 0)
  if (left === 0) return act()
  echo(socket)
  socket.on('message', () => {
    if (--left === 0) act()
  })
}
