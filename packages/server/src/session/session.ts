/** A client that uses the protocol: handshake, then frames. S1, R8 and so on are rules of PROTOCOL.md. */

import { createLink } from '../connection/link.ts'
import type { CloseDetails } from '../context/hubEvents.ts'
import { type ClientHandle, createClientHandle } from '../peers/clientHandle.ts'
import { emitMessage } from '../peers/emitMessage.ts'
import type { Peer, PeerOptions } from '../peers/peer.ts'
import { CLOSE_CODES, isClientFault, refusalReason } from '../protocol/closeCodes.ts'
import type { ClientFrame, HelloFrame } from '../protocol/frames.ts'
import { BadFrameError } from '../protocol/json.ts'
import type { Owner } from '../store/store.ts'
import type { PendingJoin } from '../streams/subscriptions.ts'
import { type Deliver, createDeliveries } from './deliveries.ts'
import { createFrameReader } from './frameReader.ts'
import { createFrameWriter } from './frameWriter.ts'
import { FAILED, NO_HELLO, type Refusal, authenticate } from './authenticate.ts'
import { type Handshake, openSession } from './handshake.ts'
import { createLease } from './lease.ts'
import { type OwnedSession, createOwnedSession } from './ownedSession.ts'
import { welcomeFrames } from './welcome.ts'

/** The state after a successful handshake. */
interface ActiveSession {
  handshake: Handshake
  handle: ClientHandle
  session: OwnedSession
  deliver: Deliver
}

export const createSession = (options: PeerOptions): Peer => {
  const { context, sessionEnds, socket, request, stream, linkNumber, onDone } = options
  const { events, limits, stats, timers } = context
  const owner: Owner = { node: context.name, link: linkNumber }
  let helloReceived = false
  let owned: OwnedSession | undefined
  let joining: ClientHandle | undefined
  let active: ActiveSession | undefined
  let detached = false
  let closeDetails: CloseDetails | undefined

  const link = createLink({
    context,
    socket,
    request,
    stream,
    number: linkNumber,
    onArrival: (message) => reader.readNow(message),
    onMessage: (message) => reader.read(message as string), // `readNow` has refused the others
    onStalled: () => send({ t: 'pong' }),
    onClosing: (code, reason) => {
      stop(code)
      if (!active) countRefusal(code)
      if (isClientFault(code)) events.emit('drop', active?.handle.connection, { code, reason })
    },
    onClosed: (details) => handleClosed(details),
  })
  const lease = createLease(context, link)
  const sink = createFrameWriter(stats, (frame) => link.send(frame))
  const fail = (error: unknown): void => {
    context.report(error)
    refuse(FAILED)
  }
  const reader = createFrameReader({
    context,
    link,
    isActive: () => active !== undefined,
    handle: (frame) => handleFrame(frame),
    fail,
  })
  const cancelHelloTimeout = timers.after(limits.hello, () => refuse(helloReceived ? FAILED : NO_HELLO))

  const send = (frame: object): void => link.send(JSON.stringify(frame))
  const countRefusal = (code: number): void => {
    const reason = refusalReason(code)
    if (reason) context.refuse(reason, { code }, request)
  }
  const refuse = ({ code, reason }: Refusal): void => link.close(code, reason)
  const handleFrame = (frame: ClientFrame): Promise<void> | undefined => {
    if (frame.t === 'ping') return void send({ t: 'pong', id: frame.id })
    if (frame.t === 'pong') return undefined
    if (frame.t === 'hello') return handleHello(frame)
    if (!active) throw new BadFrameError('hello comes first')
    const { handle, deliver } = active
    switch (frame.t) {
      case 'send':
        return deliver(frame)
      case 'emit':
        return handleEmit(handle, frame.d, frame.ch)
      case 'auth':
        return handleAuth(handle, frame.token)
      // The handle has reported a failed join or leave, and closes the link.
      case 'sub':
        return handle.join(frame.stream, frame.pos).catch(() => undefined)
      case 'unsub':
        return handle.leave(frame.stream).catch(() => undefined)
    }
  }

  const handleHello = async (frame: HelloFrame): Promise<void> => {
    if (helloReceived) throw new BadFrameError('a second hello')
    helloReceived = true
    if (frame.v !== 1) return refuse({ code: CLOSE_CODES.unsupportedVersion, reason: 'version 1 is required' })
    const { user, refusal } = await authenticate(context, request, frame.token, { sessionId: frame.sid }) // S1
    if (!link.open) return
    if (refusal) return refuse(refusal) // S1
    const handshake = await openSession(context, frame, user, owner)
    const session = (owned = createOwnedSession(context, link, owner, handshake.session))
    if (closeDetails) return releaseSession(closeDetails.code)
    if (!link.open) return
    const { sessionId } = session
    const handle = (joining = createClientHandle({ peer: options, link, user: handshake.user, sessionId, sink }))
    const join = await handle.subscriptions.join(frame.streams)
    if (!link.open) return
    const deliver = createDeliveries({ context, link, connection: handle.connection, session })
    activate({ handshake, handle, session, deliver }, join, frame.req)
  }
  const activate = (opened: ActiveSession, join: PendingJoin, requests: readonly number[]): void => {
    const { handshake, handle, session } = opened
    active = opened
    cancelHelloTimeout()
    stats.accepted++
    stats.sessions++
    if (handshake.resumed) stats.resumes++
    for (const frame of welcomeFrames(context, handshake, join, requests)) link.send(frame)
    lease.start(session, handshake.user)
    link.startHeartbeat(() => {
      const top = handle.subscriptions.tops()
      send({ t: 'ping', ...(Object.keys(top).length > 0 && { top }) }) // R8
    })
    events.emit('connection', handle.connection)
    if (handshake.resumed) events.emit('resume', handle.connection)
    handle.start(join)
  }

  const refuseToken = (refusal: Refusal): void => {
    countRefusal(refusal.code)
    refuse(refusal)
  }
  const handleAuth = async (handle: ClientHandle, token: string): Promise<void> => {
    if (!context.options.authenticate) return
    const { user, refusal } = await authenticate(context, request, token)
    if (!link.open) return
    if (refusal) return refuseToken(refusal)
    if (user.id !== handle.connection.user.id) {
      return refuseToken({ code: CLOSE_CODES.unauthorised, reason: 'another user' })
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
    if (active) active.handle.end(code !== 1000 && code !== 1001)
    else joining?.subscriptions.end()
  }
  const handleClosed = (details: CloseDetails): void => {
    stop(details.code)
    if (active) {
      stats.sessions--
      events.emit('close', active.handle.connection, details)
    }
    closeDetails = details
    void releaseSession(details.code).catch(context.report).finally(onDone)
  }
  /** Waits for running tasks. Then the session waits to be resumed, or ends. */
  const releaseSession = async (code: number): Promise<void> => {
    await link.idle()
    if (detached) return owned?.discard() // S2
    try {
      await owned?.release(code === 1000)
    } finally {
      if (active && !detached) {
        const { handle, session } = active
        sessionEnds.release({ sessionId: session.sessionId, user: handle.connection.user }, code === 1000)
      }
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
      await link.halt() // S2
      await owned?.handOver()
    },
    settled: () => link.idle(),
    load: () => link.load(),
    touch: async () => (detached ? undefined : owned?.touch()),
  }
}
