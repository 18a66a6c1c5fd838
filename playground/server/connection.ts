// One client of the playground's server: its socket, its name, and what the fault buttons do to it alone.
// It knows nothing of the room nor of the other connections.
import type { RawData, WebSocket } from 'ws'
import { createOutbox } from './outbox.ts'
import { createRateLimit } from './rateLimit.ts'

/** What the server hears of a connection. */
export interface ConnectionEvents {
  onFrame(frame: string): void
  onClose(): void
}

/** One client. */
export interface Connection {
  readonly id: string
  /** Undefined until it has said hello. */
  name: string | undefined
  send(frame: string): void
  slow(delay: number): void
  /** Stops reading and speaking, and keeps the TCP connection open. */
  freeze(): void
  thaw(): void
  close(code: number, reason: string): void
  /** Cuts the TCP connection without a close frame. */
  terminate(): void
  /** False when it speaks too fast and this frame is to be refused. */
  mayConverse(): boolean
}

/** A client that reads slower than this many bytes behind is cut off: memory stays bounded. */
const maxBacklog = 64 * 1024 * 1024

/** How long a client may take to answer a close frame, in ms. */
const closeTimeout = 1000

/** Wraps an accepted socket. */
export function createConnection(socket: WebSocket, id: string, events: ConnectionEvents): Connection {
  const outbox = createOutbox((frame) => {
    if (socket.bufferedAmount > maxBacklog) return socket.terminate()
    if (socket.readyState === socket.OPEN) socket.send(frame)
  })
  const mayConverse = createRateLimit({ burst: 1000, perSecond: 100 })
  const mayGoOn = createRateLimit({ burst: 5000, perSecond: 1000 })

  function thaw(): void {
    socket.resume()
    outbox.thaw()
  }

  function close(code: number, reason: string): void {
    thaw()
    socket.close(code, reason)
    setTimeout(() => socket.terminate(), closeTimeout).unref()
  }

  socket.on('message', (data: RawData) => {
    if (mayGoOn()) events.onFrame(String(data))
    else close(1008, 'flood')
  })
  // A protocol error, an oversized frame: `ws` closes with the right code by itself.
  socket.on('error', () => {})
  socket.on('close', () => {
    outbox.close()
    events.onClose()
  })

  return {
    id,
    name: undefined,
    send: outbox.push,
    slow: outbox.slow,
    freeze() {
      outbox.freeze()
      socket.pause()
    },
    thaw,
    close,
    terminate: () => socket.terminate(),
    mayConverse,
  }
}
