/** A client that uses the protocol: handshake, then frames. S1, R8 and so on are rules of PROTOCOL.md. */

import { createLink } from '../connection/link.ts'
import type { CloseDetails } from '../context/hubEvents.ts'
import { type ClientHandle, createClientHandle } from '../peers/clientHandle.ts'
import { emitMessage } from '../peers/emitMessage.ts'
import type { Peer, PeerOptions } from '../peers/peer.ts'
import { createTaskQueue } from '../peers/taskQueue.ts'
import { CLOSE_CODES, isClientFault } from '../protocol/closeCodes.ts'
import { type ClientFrame, type HelloFrame, readFrame } from '../protocol/frames.ts'
import { BadFrameError } from '../protocol/json.ts'
import type { Owner } from '../store/store.ts'
import type { PendingJoin } from '../streams/subscriptions.ts'
import { type Deliver, createDeliveries } from './deliveries.ts'
import { createFrameWriter } from './frameWriter.ts'
import { type Handshake, type Refusal, authenticate, openSession } from './handshake.ts'
import { createLease } from './lease.ts'
import { welcomeFrames } from './welcome.ts'

/** The state after a successful handshake. */
interface ActiveSession {
  handshake: Handshake
  handle: ClientHandle
  deliver: Deliver
}

export const createSession = (options: PeerOptions): Peer => {
  const { context, sessionEnds, socket, request, linkNumber, onDone } = options
  const { events, limits, stats, store, timers, report } = context
  const owner: Owner = { node: context.name, link: linkNumber }
  let helloReceived = false
  let active: ActiveSession | undefined
  let detached = false

  const link = createLink({
    context,
    socket,
    request,
    number: linkNumber,
    onMessage: (data, isBinary) => receive(data, isBinary),
    onClosing: (code, reason) => {
      stop(code)
      if (isClientFault(code)) events.emit('drop', active?.handle.connection, { code, reason })
    },
    onClosed: (details) => handleClosed(details),
  })
  const lease = createLease(context, owner, link)
  const sink = createFrameWriter(stats, (frame) => link.send(frame))
  const fail = (error: unknown): void => {
    report(error)
    link.close(CLOSE_CODES.internalError, 'the server has failed')
  }
  const queue = createTaskQueue({ tasks: limits.backlog, bytes: limits.backlogBytes }, fail)
  const cancelHelloTimeout = timers.after(limits.hello, () => link.close(CLOSE_CODES.helloTimeout, 'no hello in time'))

  const send = (frame: object): void => link.send(JSON.stringify(frame))
  const closeBadFrame = (reason: string): void => {
    stats.badFrames++
    link.close(CLOSE_CODES.badFrame, reason)
  }
  const refuse = ({ code, reason }: Refusal): void => {
    stats.refused++
    link.close(code, reason)
  }

  const receive = (data: string | Buffer, isBinary: boolean): void => {
    if (isBinary) return closeBadFrame('binary')
    try {
      const frame = readFrame(data.toString(), limits.depth)
      if (frame) handleFrame(frame, data.length)
    } catch (error) {
      if (error instanceof BadFrameError) closeBadFrame(error.message)
      else fail(error)
    }
  }
  const handleFrame = (frame: ClientFrame, bytes: number): void => {
    if (frame.t === 'ping') return send({ t: 'pong', id: frame.id })
    if (frame.t === 'pong') return undefined
    if (frame.t === 'hello') return handleHello(frame)
    if (!active) return closeBadFrame('hello comes first')
    const { handle, deliver } = active
    switch (frame.t) {
      case 'send':
        return enqueue(bytes, () => deliver(frame))
      case 'emit':
        return enqueue(bytes, () => handleEmit(handle, frame.d, frame.ch))
      case 'auth':
        return void handleAuth(handle, frame.token).catch(fail)
      // In the same queue as messages: a client that joins a stream and then sends to it receives its own message.
      // The handle has reported a failed join or leave, and closes the link.
      case 'sub':
        return enqueue(bytes, () => handle.join(frame.stream, frame.pos).catch(() => undefined))
      case 'unsub':
        return enqueue(bytes, () => handle.leave(frame.stream).catch(() => undefined))
    }
  }
  const enqueue = (bytes: number, task: () => Promise<void>): void => {
    if (queue.add(bytes, task)) return
    stats.floods++
    link.close(CLOSE_CODES.rateLimited, 'rate limited', [1000, 5000])
  }

  const handleHello = (frame: HelloFrame): void => {
    if (helloReceived) return closeBadFrame('a second hello')
    helloReceived = true
    if (frame.v !== 1) return refuse({ code: CLOSE_CODES.unsupportedVersion, reason: 'version 1 is required' })
    void openFrom(frame).catch(fail)
  }
  const openFrom = async (frame: HelloFrame): Promise<void> => {
    const { user, refusal } = await authenticate(context, request, frame.token, { sessionId: frame.sid }) // S1
    if (!link.open) return
    if (refusal) return refuse(refusal) // S1
    const handshake = await openSession(context, frame, user, owner)
    if (!link.open) return
    const { session } = handshake
    const handle = createClientHandle({ peer: options, link, user: handshake.user, sessionId: session.sessionId, sink })
    const join = await handle.subscriptions.join(frame.streams)
    if (!link.open) return void handle.subscriptions.end()
    const deliver = createDeliveries({ context, link, connection: handle.connection, session, owner })
    activate({ handshake, handle, deliver }, join, frame.req)
  }
  const activate = (opened: ActiveSession, join: PendingJoin, requests: readonly number[]): void => {
    const { handshake, handle } = opened
    active = opened
    cancelHelloTimeout()
    stats.accepted++
    stats.sessions++
    if (handshake.resumed) stats.resumes++
    for (const frame of welcomeFrames(context, handshake, join, requests)) link.send(frame)
    lease.start(handshake.session.sessionId, handshake.user)
    link.startHeartbeat(() => {
      const top = handle.subscriptions.tops()
      send({ t: 'ping', ...(Object.keys(top).length > 0 && { top }) }) // R8
    })
    events.emit('connection', handle.connection)
    if (handshake.resumed) events.emit('resume', handle.connection)
    handle.start(join)
  }

  const handleAuth = async (handle: ClientHandle, token: string): Promise<void> => {
    if (!context.options.authenticate) return
    const { user, refusal } = await authenticate(context, request, token)
    if (refusal) return refuse(refusal)
    if (user.id !== handle.connection.user.id) {
      return refuse({ code: CLOSE_CODES.unauthorised, reason: 'another user' })
    }
    handle.setUser(user)
    lease.renew(user)
  }
  const handleEmit = async (handle: ClientHandle, message: unknown, channel: string | undefined): Promise<void> => {
    if (!detached) await emitMessage(context, handle.connection, message, channel)
  }

  /** After 1000 and 1001 the client leaves presence at once. Only 1000 also ends the session. */
  const stop = (code: number): void => {
    cancelHelloTimeout()
    lease.stop()
    active?.handle.end(code !== 1000 && code !== 1001)
  }
  const handleClosed = (details: CloseDetails): void => {
    stop(details.code)
    if (active) {
      stats.sessions--
      events.emit('close', active.handle.connection, details)
    }
    void releaseSession(details.code).catch(report).finally(onDone)
  }
  /** Waits for running tasks. Then the session waits to be resumed, or ends. */
  const releaseSession = async (code: number): Promise<void> => {
    await queue.idle()
    if (!active || detached) return // S2
    const { sessionId } = active.handshake.session
    const { user } = active.handle.connection
    try {
      await (code === 1000 ? store.endSession(sessionId, owner) : store.touchSession(sessionId, owner))
    } finally {
      if (!detached) sessionEnds.release({ sessionId, user }, code === 1000)
    }
  }

  return {
    link,
    broadcast: ({ frame }) => {
      if (active) sink.message(frame, '') // a session gets frames; the data is for plain clients
    },
    detach: async () => {
      detached = true
      link.close(CLOSE_CODES.replaced, 'replaced by a newer link') // S2
      await queue.halt() // S2
    },
    settled: () => queue.idle(),
    load: queue.load,
  }
}
