/**
 * One WebSocket connection of a client, without knowledge of frames: an inbox with rate limits, a limit for the send buffer, a heartbeat,
 * and no input after the hub has started to close.
 */

import type { IncomingMessage } from 'node:http'
import type { HeartbeatTarget } from '../context/heartbeats.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { CloseDetails } from '../context/hubEvents.ts'
import { CLOSE_CODES, type ReconnectHint, closeReason, isFinal, violationCode } from '../protocol/closeCodes.ts'
import { Inbox, type InboxLoad, type Message } from './inbox.ts'
import { Outbox } from './outbox.ts'
import { type NodeSocket, type SocketStream, joinData } from './socket.ts'
import type { TextFrame } from './textFrame.ts'
import { TokenBucket } from './tokenBucket.ts'

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
  /** Sends a text message. Closes the link if its buffer is full. A message for many clients is passed as a frame, encoded once. */
  send(message: string | TextFrame): void
  /**
   * Lifts the limit of the send buffer during the callback and for the bytes that it sends. Used for replays, which have a limit of
   * their own.
   */
  sendUnlimited(send: () => void): void
  /** Starts the heartbeat. @param onPing is called with each ping, to send a `ping` frame as well */
  startHeartbeat(onPing: () => void): void
  /** Ignores all messages that are not handled yet. Resolves when the running handler has finished. */
  halt(): Promise<void>
  /** Resolves when no message is handled or waits. */
  idle(): Promise<void>
  /** Returns the messages that wait or are handled. */
  load(): InboxLoad
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
  stream: SocketStream | undefined
  number: number
  /** A message arrived. Returns true if it needs no handler, such as a `ping`, which is answered at once. */
  onArrival(message: Message): boolean
  /** Handles a message in its turn. Must not reject. */
  onMessage(message: Message): Promise<void> | undefined
  /** Many messages wait for a long time, so the client may not have got an answer to a `ping`. */
  onStalled(): void
  /** The hub closes the link. */
  onClosing(code: number, reason: string): void
  /** The socket has closed. */
  onClosed(details: CloseDetails): void
}

/** How long the client may take to answer a close frame, in ms. */
const CLOSE_TIMEOUT = 10_000

/** None of the callbacks is called before this function returns. */
export const createLink = (options: LinkOptions): Link => {
  const { context, socket, request, stream, number, onArrival, onMessage, onStalled, onClosing, onClosed } = options
  const { clock, heartbeats, limits, stats, timers } = context
  const plain = socket.protocol !== SUBPROTOCOL
  /** For pings and pongs of any kind. They do not wait in the inbox. */
  const controlBucket = new TokenBucket(clock, limits.rate, limits.burst)
  const outbox = new Outbox(context, socket, stream)
  const inbox = new Inbox({
    context,
    handle: onMessage,
    setReading: (reading) => (reading ? socket.resume?.() : socket.pause?.()),
    onStalled: () => {
      heartbeat.isActive = true
      if (link.open) onStalled()
    },
    onOverflow: () => {
      stats.floods++
      link.close(CLOSE_CODES.rateLimited, 'rate limited', [1000, 5000])
    },
  })
  const heartbeat: HeartbeatTarget = {
    isActive: false,
    bytesAtPing: undefined,
    bytesRead: () => stream?.bytesRead,
    sendPing: () => {
      socket.ping()
      sendPingFrame()
    },
    onHeartbeatTimeout: () => {
      stats.dead++
      link.terminate()
    },
  }
  let closed = false
  /** The code that the hub sent. */
  let sentCode: number | undefined
  let sendPingFrame = (): void => undefined
  let cancelCloseTimeout: (() => void) | undefined

  const stop = (): void => {
    link.open = false
    heartbeats.stop(heartbeat)
    // What was received is still handled. The socket must be read, or its end would not be noticed.
    inbox.release()
  }
  const countControl = (): void => {
    heartbeat.isActive = true
    if (!link.open || controlBucket.take(1)) return
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
    send: (message: string | TextFrame) => {
      if (!link.open || outbox.send(message)) return
      stats.slow++
      link.close(CLOSE_CODES.slowConsumer, 'too slow')
    },
    sendUnlimited: (send: () => void) => outbox.sendUnlimited(send),
    startHeartbeat: (onPing: () => void) => {
      if (!link.open) return
      sendPingFrame = onPing
      heartbeats.start(heartbeat)
    },
    halt: () => inbox.halt(),
    idle: () => inbox.idle(),
    load: () => inbox.load(),
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
    heartbeat.isActive = true
    if (!link.open) return
    const received = joinData(data)
    const length = Buffer.byteLength(received)
    stats.receivedBytes += length
    if (length > limits.frame) {
      stats.badFrames++
      link.close(CLOSE_CODES.messageTooBig, `above ${limits.frame} bytes`)
      return
    }
    const message = isBinary ? received : received.toString()
    if (onArrival(message)) countControl()
    else inbox.add(message)
  })
  socket.on('ping', countControl)
  socket.on('pong', countControl)
  // `close` follows each error. Without a listener, an `error` event would end the process.
  socket.on('error', (error) => {
    const code = violationCode(error)
    if (code === undefined || !link.open) return
    stats.badFrames++
    link.close(code, error.message)
  })
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
