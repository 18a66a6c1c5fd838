/** A client that uses plain WebSocket. Its messages are emitted as `message`, and it receives data without frames. */

import { createLink } from '../connection/link.ts'
import type { CloseDetails, User } from '../context/hubEvents.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import { parseJson } from '../protocol/json.ts'
import { type ClientSink, createClientHandle } from './clientHandle.ts'
import { emitMessage } from './emitMessage.ts'
import type { Peer, PeerOptions } from './peer.ts'
import { createTaskQueue } from './taskQueue.ts'

/** The form of a message for a raw client: text as it is, other values as JSON. */
const rawText = (data: string): string => {
  const value: unknown = data.startsWith('"') ? JSON.parse(data) : data
  return value as string
}

/** These codes end a connection regularly, so they are not reported as `drop`. */
const REGULAR_CODES: ReadonlySet<number> = new Set([1000, CLOSE_CODES.serviceRestart, CLOSE_CODES.goingAway])

/** @param user the user that was authenticated before the upgrade */
export const createPlainPeer = (options: PeerOptions, user: User): Peer => {
  const { context, socket, request, linkNumber, onDone } = options
  const { events, limits, stats, timers, report } = context
  const isRaw = context.options.codec === 'raw'

  const link = createLink({
    context,
    socket,
    request,
    number: linkNumber,
    onMessage: (data, isBinary) => receive(data, isBinary),
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
  const queue = createTaskQueue({ tasks: limits.backlog, bytes: limits.backlogBytes }, report)
  const { expiresAt = Infinity } = user
  const cancelExpiry =
    expiresAt === Infinity
      ? undefined
      : timers.after(expiresAt - context.clock.now(), () => link.close(CLOSE_CODES.tokenExpired, 'token expired'))

  const closeBadFrame = (reason: string): void => {
    stats.badFrames++
    link.close(CLOSE_CODES.badFrame, reason)
  }
  const decode = (data: string | Buffer, isBinary: boolean): unknown => {
    if (isRaw) return isBinary ? data : data.toString()
    return parseJson(data.toString(), limits.depth)
  }
  const receive = (data: string | Buffer, isBinary: boolean): void => {
    if (isBinary && !isRaw) return closeBadFrame('binary')
    // The heartbeat of many clients, including ours. With the raw codec, it could also be a message.
    if (!isRaw && data.toString() === 'ping') return link.send('pong')
    let message: unknown
    try {
      message = decode(data, isBinary)
    } catch (error) {
      return closeBadFrame((error as Error).message)
    }
    const added = queue.add(data.length, () => emitMessage(context, handle.connection, message, undefined))
    if (added) return undefined
    stats.floods++
    return link.close(CLOSE_CODES.rateLimited, 'rate limited', [1000, 5000])
  }
  const finish = (details: CloseDetails): void => {
    cancelExpiry?.()
    handle.end(details.code !== 1000 && details.code !== 1001)
    events.emit('close', handle.connection, details)
    void queue.idle().finally(onDone)
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
    settled: () => queue.idle(),
    load: queue.load,
  }
}
