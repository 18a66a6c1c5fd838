/** A real WebSocket server on this machine that fails on command. It stores what it receives and answers the text `ping` with `pong`. */

import { once } from 'node:events'
import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

export interface FaultyServer {
  readonly url: string
  /** The messages of all connections, without pings. */
  readonly received: readonly string[]
  /** The addresses that were dialled, refused ones included. */
  readonly dialled: readonly string[]
  /** How many connections are open. */
  readonly open: number
  /** Sends each text to all connections as one message. */
  send(...texts: string[]): void
  /** Closes all connections with a close frame. */
  close(code: number, reason?: string): void
  /** Ends all connections as a broken network does, without a close frame. */
  reset(): void
  /** Stops reading from all open connections, which stay open: they are half open from now on. */
  freeze(): void
  /** `accept` is the normal operation, `refuse` fails each handshake, `hang` does not answer it, `acceptAndClose` closes with 1011 after it. */
  mode: 'accept' | 'refuse' | 'hang' | 'acceptAndClose'
  stop(): Promise<void>
}

export const startFaultyServer = async (): Promise<FaultyServer> => {
  const [received, dialled]: [string[], string[]] = [[], []]
  const streams = new Map<WebSocket, Socket>()
  const hanging = new Set<Duplex>()
  const http = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    dialled.push(request.url ?? '')
    if (server.mode === 'refuse') return void stream.destroy()
    if (server.mode === 'hang') return void hanging.add(stream.on('error', () => undefined))
    sockets.handleUpgrade(request, stream, head, (socket) => {
      streams.set(socket, request.socket)
      socket.on('error', () => undefined).on('close', () => streams.delete(socket))
      socket.on('message', (data) => {
        if (String(data) === 'ping') socket.send('pong')
        else received.push(String(data))
      })
      if (server.mode === 'acceptAndClose') socket.close(1011)
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const server: FaultyServer = {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    received,
    dialled,
    get open() {
      return streams.size
    },
    send: (...texts) => {
      for (const text of texts) for (const socket of streams.keys()) socket.send(text)
    },
    close: (code, reason) => {
      for (const socket of streams.keys()) socket.close(code, reason)
    },
    reset: () => {
      for (const stream of streams.values()) stream.resetAndDestroy()
    },
    freeze: () => {
      for (const socket of streams.keys()) socket.pause()
    },
    mode: 'accept',
    stop: async () => {
      for (const stream of [...streams.values(), ...hanging]) stream.destroy()
      http.close()
      await once(http, 'close')
    },
  }
  return server
}
