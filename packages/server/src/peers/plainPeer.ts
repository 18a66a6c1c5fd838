/** A client that uses plain WebSocket. Its messages are emitted as `message`, and it receives data without frames. */

import { callAt } from '../clock.ts'
import type { Message } from '../connection/inbox.ts'
import { createLink } from '../connection/link.ts'
import type { CloseDetails, User } from '../context/hubEvents.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import { BadFrameError, parseJson } from '../protocol/json.ts'
import { type ClientSink, createClientHandle } from './clientHandle.ts'
import { emitMessage } from './emitMessage.ts'
import type { Peer, PeerOptions } from './peer.ts'

/** The form of a message for a raw client: text as it is, other values as JSON. */
const rawText = (data: string): string => {
  const value: unknown = data.startsWith('"') ? JSON.parse(data) : data
  return value as string
}

/** These codes end a connection regularly, so they are not reported as `drop`. */
const REGULAR_CODES: ReadonlySet<number> = new Set([1000, CLOSE_CODES.serviceRestart, CLOSE_CODES.goingAway])

/** @param user the user that was authenticated before the upgrade */
export const createPlainPeer = (options: PeerOptions, user: User): Peer => {
  const { context, socket, request, stream, linkNumber, onDone } = options
  const { clock, events, limits, stats, timers } = context
  const isRaw = context.options.codec === 'raw'

  const link = createLink({
    context,
    socket,
    request,
    stream,
    number: linkNumber,
    onArrival: (message) => answerHeartbeat(message),
    onMessage: (message) => receive(message),
    onStalled: () => undefined,
    onClosing: (code, reason) => {
      handle.end(true)
      if (!REGULAR_CODES.has(code)) events.emit('drop', handle.connection, { code, reason })
    },
    onClosed: (details) => finish(details),
  })
  const sink: ClientSink = {
    message: (_, data) => {
      stats.sent++
      sink.emit(data)
    },
    emit: (data) => link.send(isRaw ? rawText(data) : data),
    // A plain client has no frames for these.
    reset: () => undefined,
    joined: () => undefined,
    presence: () => undefined,
  }
  const handle = createClientHandle({ peer: options, link, user, sessionId: undefined, sink })
  const { expiresAt = Infinity } = user
  const expire = (): void => link.close(CLOSE_CODES.tokenExpired, 'token expired')
  const cancelExpiry = expiresAt === Infinity ? undefined : callAt(clock, timers, expiresAt, expire)

  const closeBadFrame = (reason: string): void => {
    stats.badFrames++
    link.close(CLOSE_CODES.badFrame, reason)
    void link.halt()
  }
  /** Answers the heartbeat of many clients, including ours. With the raw codec, `ping` could also be a message. */
  const answerHeartbeat = (message: Message): boolean => {
    if (isRaw || message !== 'ping') return false
    link.send('pong')
    return true
  }
  const receive = async (message: Message): Promise<void> => {
    try {
      if (!isRaw && typeof message !== 'string') throw new BadFrameError('binary')
      const value = isRaw ? message : parseJson(message as string, limits)
      await emitMessage(context, handle.connection, value, undefined)
    } catch (error) {
      // `emitMessage` does not reject, so the message could not be parsed.
      closeBadFrame((error as Error).message)
    }
  }
  const finish = (details: CloseDetails): void => {
    cancelExpiry?.()
    handle.end(details.code !== 1000 && details.code !== 1001)
    events.emit('close', handle.connection, details)
    void link.idle().finally(onDone)
  }

  stats.accepted++
  link.startHeartbeat(() => undefined)
  return {
    link,
    announce: () => events.emit('connection', handle.connection),
    broadcast: ({ data, json }) => {
      stats.sent++
      link.send(isRaw ? rawText(data) : json)
    },
    detach: async () => undefined,
    settled: () => link.idle(),
    load: () => link.load(),
  }
}
