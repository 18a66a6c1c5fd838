// A TCP connection that misbehaves on command. It stands between an upgraded socket and the hub, and the hub does not notice it. It
// can hold back or delay what the hub sends, replace it by a close frame of its own, and leave unread what the client sends.
import { Duplex } from 'node:stream'

/** One connection. */
export interface FaultySocket {
  /** The stream that the hub gets instead of the socket. */
  readonly hubSide: Duplex
  /** Delays everything that the hub sends from now on by this many ms. */
  slow(delay: number): void
  /** Stops reading and writing. The TCP connection stays open, even when the hub gives it up. */
  freeze(): void
  unfreeze(): void
  /** Sends a close frame in place of the hub, with any code. Cuts a client that does not answer in time. */
  close(code: number, reason: string): void
  /** Cuts the TCP connection without a close frame. */
  cut(): void
  /** Why the server has cut the connection, unless a fault did it. */
  readonly cutReason: CutReason | undefined
}

/** The client did not answer a ping of the hub, or received so slowly that its buffer was full. In both cases it sees code 1006. */
export type CutReason = 'heartbeat' | 'backlog'

/** A client that is this many bytes behind is cut off, so that memory stays bounded. */
const maxBufferedBytes = 64 * 1024 * 1024

/** How long a client may take to answer a close frame, in ms. */
const closeTimeout = 1000

/** Bytes to write, or the end of the stream with the callback of `final`. */
type Chunk = Buffer | (() => void)

/** Wraps a socket. */
export function createFaultySocket(socket: Duplex, onClose: () => void): FaultySocket {
  let waiting: { chunk: Chunk; due: number }[] = []
  /** Bytes that the network has not taken yet. */
  let bufferedBytes = 0
  let delay = 0
  let frozen = false
  /** After a close frame nothing may follow. */
  let closed = false
  /** The hub has destroyed its side while the connection was frozen. */
  let abandoned = false
  /** The client has ended the connection, so a delayed end has no receiver. */
  let clientEnded = false
  let cutReason: CutReason | undefined
  let timer: NodeJS.Timeout | undefined

  function write(chunk: Chunk): void {
    if (typeof chunk === 'function') socket.end(chunk)
    else
      socket.write(chunk, () => {
        bufferedBytes -= chunk.length
      })
  }

  function enqueue(chunk: Chunk): void {
    if (typeof chunk !== 'function') bufferedBytes += chunk.length
    if (bufferedBytes > maxBufferedBytes) {
      cutReason = 'backlog'
      return cut()
    }
    if (!frozen && delay === 0 && waiting.length === 0) return write(chunk)
    // Never due before its predecessor: a shorter delay must not let it overtake.
    waiting.push({ chunk, due: Math.max(performance.now() + delay, waiting.at(-1)?.due ?? 0) })
    if (!timer) drain()
  }

  function drain(): void {
    clearTimeout(timer)
    timer = undefined
    if (frozen) return
    const now = performance.now()
    const firstToWait = waiting.findIndex(({ due }) => due > now)
    const ready = waiting.splice(0, firstToWait === -1 ? waiting.length : firstToWait)
    for (const { chunk } of ready) write(chunk)
    const next = waiting[0]
    if (next) timer = setTimeout(drain, next.due - now)
  }

  function cut(): void {
    frozen = false
    socket.destroy()
    hubSide.destroy()
  }

  function unfreeze(): void {
    frozen = false
    if (abandoned) return cut()
    socket.resume()
    drain()
  }

  const hubSide = new Duplex({
    read() {
      if (!frozen) socket.resume()
    },
    // `done` is called at once: the hub must not see a slow connection as a slow reader.
    write(chunk: Buffer, _, done) {
      if (!closed) enqueue(chunk)
      done()
    },
    // The header and the body of a frame become one packet.
    writev(chunks, done) {
      if (!closed) enqueue(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)))
      done()
    },
    final(done) {
      if (clientEnded) socket.end(done)
      else enqueue(done)
    },
    destroy(error, done) {
      abandoned = frozen
      // The hub destroys a connection that has not ended if a ping was not answered. A frozen one cannot answer.
      if (!frozen && !closed && !clientEnded && !hubSide.writableEnded && !socket.destroyed) cutReason = 'heartbeat'
      if (!frozen) socket.destroy()
      done(error)
    },
  })

  socket.on('data', (chunk: Buffer) => {
    if (!hubSide.push(chunk)) socket.pause()
  })
  socket.on('end', () => {
    clientEnded = true
    hubSide.push(null)
  })
  socket.on('close', () => {
    clearTimeout(timer)
    waiting = []
    frozen = false
    hubSide.destroy()
    onClose()
  })

  return {
    hubSide,
    get cutReason() {
      return cutReason
    },
    cut,
    unfreeze,
    slow(ms) {
      delay = ms
    },
    freeze() {
      frozen = true
      clearTimeout(timer)
      timer = undefined
      socket.pause()
    },
    close(code, reason) {
      unfreeze()
      if (hubSide.writable) hubSide.write(closeFrame(code, reason))
      closed = true
      setTimeout(cut, closeTimeout).unref()
    },
  }
}

/** RFC 6455, 5.5.1. */
function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason)
  return Buffer.concat([Buffer.from([0x88, 2 + text.length, code >> 8, code & 0xff]), text])
}
