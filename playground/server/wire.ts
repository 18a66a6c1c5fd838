// A TCP connection that goes bad on command. It stands between an upgraded socket and the hub, which knows nothing of it: what the
// hub says can be held back, delayed, or cut short by a close frame of our own, and what the client says left unread.
import { Duplex } from 'node:stream'

/** One connection. */
export interface Wire {
  /** What the hub is given in place of the socket. */
  readonly near: Duplex
  /** Lets everything that is said from now on wait this many ms. */
  slow(delay: number): void
  /** Stops reading and speaking, and keeps the TCP connection open, whatever the hub thinks of it. */
  freeze(): void
  thaw(): void
  /** Closes in the hub's place, with any code; cuts a client that does not answer in time. */
  close(code: number, reason: string): void
  /** Cuts the TCP connection without a close frame. */
  cut(): void
}

/** A client that is this many bytes behind is cut off: memory stays bounded. */
const maxWaiting = 64 * 1024 * 1024

/** How long a client may take to answer a close frame, in ms. */
const closeTimeout = 1000

/** A frame's bytes, or the end of what the hub says, with what is to be called then. */
type Word = Buffer | (() => void)

/** Wraps a socket. */
export function createWire(socket: Duplex, onClose: () => void): Wire {
  let waiting: { word: Word; due: number }[] = []
  /** Bytes that the network has not taken yet. */
  let length = 0
  let delay = 0
  let frozen = false
  /** After a close frame nothing may follow. */
  let closed = false
  /** The hub has given the connection up while it was frozen. */
  let abandoned = false
  /** The client is gone: nobody waits for what was to be late. */
  let hungUp = false
  let timer: NodeJS.Timeout | undefined

  function pass(word: Word): void {
    if (typeof word === 'function') socket.end(word)
    else
      socket.write(word, () => {
        length -= word.length
      })
  }

  function say(word: Word): void {
    if (typeof word !== 'function') length += word.length
    if (length > maxWaiting) return cut()
    if (!frozen && delay === 0 && waiting.length === 0) return pass(word)
    // Never due before its predecessor: a shorter delay must not let it overtake.
    waiting.push({ word, due: Math.max(performance.now() + delay, waiting.at(-1)?.due ?? 0) })
    if (!timer) drain()
  }

  function drain(): void {
    clearTimeout(timer)
    timer = undefined
    if (frozen) return
    const now = performance.now()
    const firstToWait = waiting.findIndex(({ due }) => due > now)
    const ready = waiting.splice(0, firstToWait === -1 ? waiting.length : firstToWait)
    for (const { word } of ready) pass(word)
    const next = waiting[0]
    if (next) timer = setTimeout(drain, next.due - now)
  }

  function cut(): void {
    frozen = false
    near.destroy()
    socket.destroy()
  }

  function thaw(): void {
    frozen = false
    if (abandoned) return cut()
    socket.resume()
    drain()
  }

  const near = new Duplex({
    read() {
      if (!frozen) socket.resume()
    },
    // The hub is not made to wait, so that a slow wire is no slow reader to it.
    write(chunk: Buffer, _, done) {
      if (!closed) say(chunk)
      done()
    },
    // Head and body of a frame, as one packet.
    writev(chunks, done) {
      if (!closed) say(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)))
      done()
    },
    final(done) {
      if (hungUp) socket.end(done)
      else say(done)
    },
    destroy(error, done) {
      abandoned = frozen
      if (!frozen) socket.destroy()
      done(error)
    },
  })

  socket.on('data', (chunk: Buffer) => {
    if (!near.push(chunk)) socket.pause()
  })
  socket.on('end', () => {
    hungUp = true
    near.push(null)
  })
  socket.on('close', () => {
    clearTimeout(timer)
    waiting = []
    frozen = false
    near.destroy()
    onClose()
  })

  return {
    near,
    cut,
    thaw,
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
      thaw()
      if (near.writable) near.write(closeFrame(code, reason))
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
