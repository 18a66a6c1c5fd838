/** One socket of a client: bounded both ways, watched by a heartbeat, and deaf once it is closing. What frames mean is not known here. */

import type { IncomingMessage } from 'node:http'
import type { CloseDetails } from '../context/hubEvents.ts'
import { CODES, type Hint, closeReason, isFinal } from '../protocol/closeCodes.ts'
import type { Corked } from '../context/writeBatcher.ts'
import { createHeartbeat } from './heartbeat.ts'
import { createRate } from './tokenBucket.ts'
import type { Setting } from '../context/hubContext.ts'
import { type NodeSocket, joined } from './socket.ts'

/** The subprotocol of sessions. */
export const PROTOCOL = 'holdfast.v1.json'

export interface Link {
  /** Of this node, the n-th. */
  readonly number: number
  readonly request: IncomingMessage
  readonly plain: boolean
  /** False from the moment it is being closed, by either end. */
  readonly open: boolean
  /** Sends text, or ends a link whose buffer is full. What goes to many is put into bytes once, by whoever sends it. */
  send(text: string | Buffer): void
  /** What is sent meanwhile is sent at once, however long, and counts no more until it has left. For replays, which have a bound of their own. */
  unbounded(send: () => void): void
  /** Begins the heartbeat. @param beat says what the application level says with each ping */
  watch(beat: () => void): void
  /** Says why, closes, and hears nothing from then on. */
  close(code: number, why: string, hint?: Hint): void
  /** Ends the socket without waiting for the other end. */
  terminate(): void
}

export interface LinkOptions {
  setting: Setting
  socket: NodeSocket
  request: IncomingMessage
  number: number
  /** A frame came, within the bounds. */
  heard(data: string | Buffer, isBinary: boolean): void
  /** The hub closes it. */
  closing(code: number, why: string): void
  /** It is closed. */
  ended(details: CloseDetails): void
}

/** How long a peer may take to answer a close. */
const CLOSE_TIMEOUT = 10_000

/** What is in the bytes. */
const TEXT = { binary: false } as const

export const createLink = ({ setting, socket, request, number, heard, closing, ended }: LinkOptions): Link => {
  const { clock, corks, limits, stats, timers } = setting
  /** What `ws` writes to; a scripted one has none. */
  const wire: Corked | undefined = request.socket
  const plain = socket.protocol !== PROTOCOL
  const messages = createRate(clock, limits.rate, limits.burst)
  const bytes = createRate(clock, limits.byteRate, limits.byteBurst)
  const heartbeat = createHeartbeat(setting, () => {
    stats.dead++
    link.terminate()
  })
  let closed = false
  let ceiling = limits.sendBuffer
  let stopWaiting: (() => void) | undefined

  const finish = (): void => {
    link.open = false
    heartbeat.stop()
  }
  const flood = (): void => {
    stats.floods++
    const refill = Math.ceil((1000 * limits.burst) / limits.rate)
    link.close(CODES.flood, 'rate limited', [refill, 2 * refill])
  }
  const link = {
    number,
    request,
    plain,
    // No getter: with one of its own, each object has a shape of its own, which is large and slow.
    open: true,
    send: (text: string | Buffer) => {
      if (!link.open) return
      const waiting = socket.bufferedAmount
      if (waiting > ceiling) {
        stats.slow++
        link.close(CODES.slow, 'too slow')
        return
      }
      if (waiting <= limits.sendBuffer && ceiling < Infinity) ceiling = limits.sendBuffer
      if (wire) corks.hold(wire)
      if (typeof text === 'string') socket.send(text)
      else socket.send(text, TEXT)
    },
    unbounded: (send: () => void) => {
      ceiling = Infinity
      send()
      ceiling = socket.bufferedAmount + limits.sendBuffer
    },
    watch: (beat: () => void) => {
      if (link.open)
        heartbeat.start(() => {
          socket.ping()
          beat()
        })
    },
    close: (code: number, why: string, hint?: Hint) => {
      if (!link.open) return
      // A full buffer takes no more words.
      if (!plain && code !== CODES.slow && code >= 1000) {
        socket.send(
          JSON.stringify({ t: 'bye', code, why, ...(hint && { in: hint }), ...(isFinal(code) && { final: true }) }),
        )
      }
      finish()
      stopWaiting = timers.after(CLOSE_TIMEOUT, () => socket.terminate())
      closing(code, why)
      socket.close(code, closeReason(why, hint))
    },
    terminate: () => {
      finish()
      socket.terminate()
    },
  }
  socket.on('message', (data, isBinary) => {
    heartbeat.alive()
    if (!link.open) return
    const message = joined(data)
    const length = Buffer.byteLength(message)
    if (length > limits.frame) {
      stats.badFrames++
      link.close(CODES.tooBig, `above ${limits.frame} bytes`)
    } else if (messages.take(1) && bytes.take(length)) heard(message, isBinary)
    else flood()
  })
  socket.on('ping', () => {
    heartbeat.alive()
    if (link.open && !messages.take(1)) flood()
  })
  socket.on('pong', heartbeat.alive)
  // What it says is said again by `close`; without a listener it would end the process.
  socket.on('error', () => undefined)
  socket.on('close', (code, reason) => {
    if (closed) return
    closed = true
    finish()
    stopWaiting?.()
    ended({ code, reason: reason.toString() })
  })
  return link
}
