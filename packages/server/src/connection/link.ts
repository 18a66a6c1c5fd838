/**
 * One WebSocket connection of a client, without knowledge of frames: rate limits for input, a limit for the send buffer, a heartbeat,
 * and no input after the hub has started to close.
 */

import type { IncomingMessage } from 'node:http'
import type { HubContext } from '../context/hubContext.ts'
import type { CloseDetails } from '../context/hubEvents.ts'
import type { CorkableSocket } from '../context/writeBatcher.ts'
import { CLOSE_CODES, type ReconnectHint, closeReason, isFinal } from '../protocol/closeCodes.ts'
import { createHeartbeat } from './heartbeat.ts'
import { type NodeSocket, joinData } from './socket.ts'
import { createTokenBucket } from './tokenBucket.ts'

/** The subprotocol of sessions. */
export const SUBPROTOCOL = 'holdfast.v1.json'

export interface Link {
  /** Numbers the links of a node: 1, 2, 3… */
  readonly number: number
  readonly request: IncomingMessage
  readonly socket: NodeSocket
  readonly plain: boolean
  /** False as soon as either side closes. */
  readonly open: boolean
  /** Sends a text frame. Closes the link if its buffer is full. A message for many clients is passed as bytes, encoded once. */
  send(text: string | Buffer): void
  /**
   * Lifts the limit of the send buffer during the callback and for the bytes that it sends. Used for replays, which have a limit of
   * their own.
   */
  sendUnlimited(send: () => void): void
  /** Starts the heartbeat. @param onPing is called with each ping, to send a `ping` frame as well */
  startHeartbeat(onPing: () => void): void
  /** Sends `bye` to a session, closes the socket, and ignores all later input. */
  close(code: number, reason: string, hint?: ReconnectHint): void
  /** Ends the socket without a closing handshake. */
  terminate(): void
}

export interface LinkOptions {
  context: HubContext
  socket: NodeSocket
  request: IncomingMessage
  number: number
  /** A message arrived and is within the limits. */
  onMessage(data: string | Buffer, isBinary: boolean): void
  /** The hub closes the link. */
  onClosing(code: number, reason: string): void
  /** The socket has closed. */
  onClosed(details: CloseDetails): void
}

/** How long the client may take to answer a close frame, in ms. */
const CLOSE_TIMEOUT = 10_000

/** Makes `ws` send the bytes as text. */
const TEXT = { binary: false } as const

/** None of the callbacks is called before this function returns. */
export const createLink = (options: LinkOptions): Link => {
  const { context, socket, request, number, onMessage, onClosing, onClosed } = options
  const { clock, limits, stats, timers, writeBatcher } = context
  /** The TCP socket under the WebSocket. A scripted socket has none. */
  const tcpSocket: CorkableSocket | undefined = request.socket
  const plain = socket.protocol !== SUBPROTOCOL
  const frameBucket = createTokenBucket(clock, limits.rate, limits.burst)
  const byteBucket = createTokenBucket(clock, limits.byteRate, limits.byteBurst)
  const heartbeat = createHeartbeat(context, () => {
    stats.dead++
    link.terminate()
  })
  let closed = false
  /** The code that the hub sent. */
  let sentCode: number | undefined
  let bufferLimit = limits.sendBuffer
  let cancelCloseTimeout: (() => void) | undefined

  const stop = (): void => {
    link.open = false
    heartbeat.stop()
  }
  const closeForRate = (): void => {
    stats.floods++
    const refill = Math.ceil((1000 * limits.burst) / limits.rate)
    link.close(CLOSE_CODES.rateLimited, 'rate limited', [refill, 2 * refill])
  }
  const link = {
    number,
    request,
    socket,
    plain,
    // A data property: V8 gives each object with a getter of its own a separate, slow shape.
    open: true,
    send: (text: string | Buffer) => {
      if (!link.open) return
      const waiting = socket.bufferedAmount
      if (waiting > bufferLimit) {
        stats.slow++
        link.close(CLOSE_CODES.slowConsumer, 'too slow')
        return
      }
      if (waiting <= limits.sendBuffer && bufferLimit < Infinity) bufferLimit = limits.sendBuffer
      if (tcpSocket) writeBatcher.hold(tcpSocket)
      stats.sentBytes += typeof text === 'string' ? Buffer.byteLength(text) : text.length
      if (typeof text === 'string') socket.send(text)
      else socket.send(text, TEXT)
    },
    sendUnlimited: (send: () => void) => {
      bufferLimit = Infinity
      send()
      bufferLimit = socket.bufferedAmount + limits.sendBuffer
    },
    startHeartbeat: (onPing: () => void) => {
      if (!link.open) return
      heartbeat.start(() => {
        socket.ping()
        onPing()
      })
    },
    close: (code: number, reason: string, hint?: ReconnectHint) => {
      if (!link.open) return
      // A slow consumer gets no `bye`, because its buffer is full.
      if (!plain && code !== CLOSE_CODES.slowConsumer && code >= 1000) {
        const bye = { t: 'bye', code, why: reason, ...(hint && { in: hint }), ...(isFinal(code) && { final: true }) }
        socket.send(JSON.stringify(bye))
      }
      stop()
      sentCode = code
      cancelCloseTimeout = timers.after(CLOSE_TIMEOUT, () => socket.terminate())
      onClosing(code, reason)
      socket.close(code, closeReason(reason, hint))
    },
    terminate: () => {
      stop()
      socket.terminate()
    },
  }
  socket.on('message', (data, isBinary) => {
    heartbeat.recordActivity()
    if (!link.open) return
    const message = joinData(data)
    const length = Buffer.byteLength(message)
    stats.receivedBytes += length
    if (length > limits.frame) {
      stats.badFrames++
      link.close(CLOSE_CODES.messageTooBig, `above ${limits.frame} bytes`)
    } else if (frameBucket.take(1) && byteBucket.take(length)) onMessage(message, isBinary)
    else closeForRate()
  })
  socket.on('ping', () => {
    heartbeat.recordActivity()
    if (link.open && !frameBucket.take(1)) closeForRate()
  })
  socket.on('pong', heartbeat.recordActivity)
  // `close` follows each error. Without a listener, an `error` event would end the process.
  socket.on('error', () => undefined)
  socket.on('close', (code, reason) => {
    if (closed) return
    closed = true
    stop()
    cancelCloseTimeout?.()
    // A client may choose any code from 3000 on. Each code is a time series in Prometheus, so their number must be bounded.
    const label = sentCode ?? (code < 3000 ? code : 'other')
    stats.closes[label] = (stats.closes[label] ?? 0) + 1
    onClosed({ code, reason: reason.toString() })
  })
  return link
}
