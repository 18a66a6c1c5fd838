/**
 * One WebSocket connection of a client, without knowledge of frames: rate limits for input, a limit for the send buffer, a heartbeat,
 * and no input after the hub has started to close.
 */

import type { IncomingMessage } from 'node:http'
import type { Writable } from 'node:stream'
import type { HubContext } from '../context/hubContext.ts'
import type { CloseDetails } from '../context/hubEvents.ts'
import { CLOSE_CODES, type ReconnectHint, closeReason, isFinal } from '../protocol/closeCodes.ts'
import { type NodeSocket, joinData } from './socket.ts'
import { TextFrame } from './textFrame.ts'
import { createTokenBucket } from './tokenBucket.ts'

/** The subprotocol of sessions. */
export const SUBPROTOCOL = 'holdfast.v1.json'

export interface Link {
  /** Numbers the links of a node: 1, 2, 3… */
  readonly number: number
  readonly request: IncomingMessage
  readonly plain: boolean
  /** False as soon as either side closes. */
  readonly open: boolean
  /** Sends a text message. Closes the link if its buffer is full. A message for many clients is passed as a frame, encoded once. */
  send(message: string | TextFrame): void
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
  /** The stream under the WebSocket. Without it, frames are sent by the WebSocket. */
  stream: Writable | undefined
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

/** The `readyState` in which `ws` sends messages. */
const OPEN = 1

/** Makes `ws` send the bytes as text. */
const TEXT = { binary: false } as const

/** None of the callbacks is called before this function returns. */
export const createLink = (options: LinkOptions): Link => {
  const { context, socket, request, stream, number, onMessage, onClosing, onClosed } = options
  const { clock, heartbeats, limits, stats, timers, writeBatcher } = context
  const plain = socket.protocol !== SUBPROTOCOL
  const frameBucket = createTokenBucket(clock, limits.rate, limits.burst)
  const byteBucket = createTokenBucket(clock, limits.byteRate, limits.byteBurst)
  let closed = false
  let bufferLimit = limits.sendBuffer
  let sendPingFrame = (): void => undefined
  let cancelCloseTimeout: (() => void) | undefined

  const stop = (): void => {
    link.open = false
    heartbeats.stop(heartbeat)
  }
  const heartbeat = {
    isActive: false,
    sendPing: () => {
      socket.ping()
      sendPingFrame()
    },
    onHeartbeatTimeout: () => {
      stats.dead++
      link.terminate()
    },
  }
  const recordActivity = (): void => {
    heartbeat.isActive = true
  }
  const closeForRate = (): void => {
    stats.floods++
    const refill = Math.ceil((1000 * limits.burst) / limits.rate)
    link.close(CLOSE_CODES.rateLimited, 'rate limited', [refill, 2 * refill])
  }
  const link = {
    number,
    request,
    plain,
    // A data property: V8 gives each object with a getter of its own a separate, slow shape.
    open: true,
    send: (message: string | TextFrame) => {
      if (!link.open) return
      const waiting = socket.bufferedAmount
      if (waiting > bufferLimit) {
        stats.slow++
        link.close(CLOSE_CODES.slowConsumer, 'too slow')
        return
      }
      if (waiting <= limits.sendBuffer && bufferLimit < Infinity) bufferLimit = limits.sendBuffer
      if (!stream) {
        if (typeof message === 'string') socket.send(message)
        else socket.send(message.payload, TEXT)
      } else if (socket.readyState === OPEN) {
        writeBatcher.hold(stream)
        stream.write((typeof message === 'string' ? new TextFrame(message) : message).bytes)
      }
    },
    sendUnlimited: (send: () => void) => {
      bufferLimit = Infinity
      send()
      bufferLimit = socket.bufferedAmount + limits.sendBuffer
    },
    startHeartbeat: (onPing: () => void) => {
      if (!link.open) return
      sendPingFrame = onPing
      heartbeats.start(heartbeat)
    },
    close: (code: number, reason: string, hint?: ReconnectHint) => {
      if (!link.open) return
      // A slow consumer gets no `bye`, because its buffer is full.
      if (!plain && code !== CLOSE_CODES.slowConsumer && code >= 1000) {
        const bye = { t: 'bye', code, why: reason, ...(hint && { in: hint }), ...(isFinal(code) && { final: true }) }
        socket.send(JSON.stringify(bye))
      }
      stop()
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
    recordActivity()
    if (!link.open) return
    const message = joinData(data)
    const length = Buffer.byteLength(message)
    if (length > limits.frame) {
      stats.badFrames++
      link.close(CLOSE_CODES.messageTooBig, `above ${limits.frame} bytes`)
    } else if (frameBucket.take(1) && byteBucket.take(length)) onMessage(message, isBinary)
    else closeForRate()
  })
  socket.on('ping', () => {
    recordActivity()
    if (link.open && !frameBucket.take(1)) closeForRate()
  })
  socket.on('pong', recordActivity)
  // `close` follows each error. Without a listener, an `error` event would end the process.
  socket.on('error', () => undefined)
  socket.on('close', (code, reason) => {
    if (closed) return
    closed = true
    stop()
    cancelCloseTimeout?.()
    onClosed({ code, reason: reason.toString() })
  })
  return link
}
