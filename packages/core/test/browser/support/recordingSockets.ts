/** WebSocket endpoints that echo text, and record what they receive under the path of the connection. */

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { EndpointRecord, PageServerCommand, ProxyCommand } from './startPageServer.ts'

interface Endpoint {
  record: EndpointRecord
  answer: 'accept' | 'refuse' | 'hang'
  sockets: Set<WebSocket>
}

export interface RecordingSockets {
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void
  execute(command: Exclude<PageServerCommand, ProxyCommand>): EndpointRecord | undefined
  close(): void
}

export function recordingSockets(): RecordingSockets {
  const server = new WebSocketServer({ noServer: true })
  const endpoints = new Map<string, Endpoint>()
  const streams = new Set<Duplex>()
  const endpoint = (name: string): Endpoint => {
    const known = endpoints.get(name)
    if (known) return known
    const record = { dials: 0, open: 0, messages: [], closes: [] }
    const created: Endpoint = { record, answer: 'accept', sockets: new Set() }
    endpoints.set(name, created)
    return created
  }
  return {
    upgrade(request, stream, head) {
      const { record, answer, sockets } = endpoint(new URL(request.url ?? '/', 'ws://localhost').pathname.slice(1))
      record.dials++
      streams.add(stream)
      stream.on('error', () => {}).on('close', () => streams.delete(stream))
      if (answer === 'hang') return
      if (answer === 'refuse') return void stream.end('HTTP/1.1 503 Refused\r\nconnection: close\r\n\r\n')
      server.handleUpgrade(request, stream, head, (socket) => {
        sockets.add(socket)
        record.open++
        socket.on('error', () => {})
        socket.on('message', (data, isBinary) => {
          record.messages.push(isBinary ? (data as Buffer).length : String(data))
          if (!isBinary) socket.send(String(data))
        })
        socket.on('close', (code) => {
          sockets.delete(socket)
          record.open--
          record.closes.push(code)
        })
      })
    },
    execute(command) {
      const { record, sockets } = endpoint(command.name)
      if (command.do === 'read') return record
      if (command.do === 'handshakes') endpoint(command.name).answer = command.answer
      for (const socket of sockets) {
        if (command.do === 'cut') socket.terminate()
        if (command.do === 'close') socket.close(command.code)
        if (command.do === 'pause') socket.pause()
        if (command.do === 'resume') socket.resume()
        if (command.do === 'send') socket.send(command.text)
      }
      return undefined
    },
    close() {
      for (const stream of streams) stream.destroy()
      server.close()
    },
  }
}
