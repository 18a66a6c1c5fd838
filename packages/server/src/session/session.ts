/** A client that uses the protocol: handshake, then frames. S1, R8 and so on are rules of PROTOCOL.md. */

import type { Message } from '../connection/inbox.ts'
import { Link } from '../connection/link.ts'
import type { Accepted, LinkHost } from '../connection/linkHost.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { CloseDetails } from '../context/hubEvents.ts'
import { ClientHandle } from '../peers/clientHandle.ts'
import { emitMessage } from '../peers/emitMessage.ts'
import type { Broadcast, Peer, PeerHost } from '../peers/peer.ts'
import type { TimedSession } from '../peers/sessionTimers.ts'
import { CLOSE_CODES, isClientFault } from '../protocol/closeCodes.ts'
import type { ClientFrame, HelloFrame } from '../protocol/frames.ts'
import { BadFrameError } from '../protocol/json.ts'
import type { PendingJoin } from '../streams/subscriptions.ts'
import { authenticate, countRefusal, reauthenticate } from './authenticate.ts'
import { Deliveries } from './deliveries.ts'
import { type FrameHost, readNow, readText } from './frameReader.ts'
import { FrameWriter } from './frameWriter.ts'
import { type Handshake, openSession } from './handshake.ts'
import { OwnedSession } from './ownedSession.ts'
import { type Phase, endLateHandshake } from './phase.ts'
import { welcomeFrames } from './welcome.ts'

export class Session implements Peer, LinkHost, FrameHost, TimedSession {
  readonly link: Link
  private readonly _host: PeerHost
  private readonly _context: HubContext
  private readonly _writer: FrameWriter
  private _owned: OwnedSession | undefined
  private _handle: ClientHandle | undefined
  /** Created with the first `send` frame. */
  private _deliveries: Deliveries | undefined
  private _phase: Phase = 'new'
  private _requestedSession: string | undefined
  /** Whether a newer link takes the session, in any phase from `opening` on. This link then writes nothing more to it. */
  private _isDetached = false
  private _closeCode: number | undefined

  constructor(host: PeerHost, accepted: Accepted) {
    this._host = host
    this._context = host.context
    this.link = new Link(host.context, accepted, this)
    this._writer = new FrameWriter(host.context.stats, this.link)
    host.sessionTimers.hello.add(this)
  }

  broadcast({ frame }: Broadcast): void {
    if (this.isActive) this._writer.message(frame)
  }

  get isActive(): boolean {
    return this._phase === 'active'
  }

  async detach(): Promise<void> {
    this._isDetached = true
    this._owned?.onDetach()
    this.link.close(CLOSE_CODES.replaced, 'replaced by a newer link') // S2
    await this.link.halt() // S2
    await this._owned?.handOver()
  }

  async touch(): Promise<void> {
    if (!this._isDetached) await this._owned?.touch()
  }

  onArrival(message: Message): boolean {
    return readNow(this._context, this, message)
  }

  onMessage(message: Message): Promise<void> {
    return readText(this._context, this, message as string) // `onArrival` has refused the others
  }

  onStalled(): void {
    this._writer.write({ t: 'pong' })
  }

  onPing(): void {
    const top = this._handle?.subscriptions.tops() ?? {}
    this._writer.write({ t: 'ping', ...(Object.keys(top).length > 0 && { top }) }) // R8
  }

  onHelloTimeout(): void {
    endLateHandshake(this._context, this.link, this._phase, this._requestedSession)
  }

  onTouchDue(): void {
    this.touch().catch(this._context.report)
    if (this.link.open) this._host.sessionTimers.touch.add(this)
  }

  onClosing(code: number, reason: string): void {
    this._stop(code)
    if (!this.isActive) countRefusal(this._context, this.link, code)
    const connection = this.isActive ? this._handle?.connection : undefined
    if (isClientFault(code)) this._context.events.emit('drop', connection, { code, reason })
  }

  onClosed(details: CloseDetails): void {
    const { events, report, stats } = this._context
    this._stop(details.code)
    if (this.isActive && this._handle) {
      stats.sessions--
      events.emit('close', this._handle.connection, details)
    }
    this._closeCode = details.code
    const done = (): void => this._host.onDone(this)
    void this._release(details.code).catch(report).finally(done)
  }

  handleFrame(frame: ClientFrame): Promise<void> | undefined {
    if (frame.t === 'ping') return void this._writer.write({ t: 'pong', id: frame.id })
    if (frame.t === 'pong') return undefined
    if (frame.t === 'hello') return this._handleHello(frame)
    const [handle, owned] = [this._handle, this._owned]
    if (!this.isActive || !handle || !owned) throw new BadFrameError('hello comes first')
    switch (frame.t) {
      case 'send':
        return (this._deliveries ??= new Deliveries(this._context, this.link, handle.connection, owned)).deliver(frame)
      case 'emit':
        return emitMessage(this._context, handle.connection, frame.d, frame.ch)
      case 'auth':
        return this._handleAuth(handle, frame.token)
      // The handle has reported a failed join or leave, and closes the link.
      case 'sub':
        return handle.subscribe(frame.stream, frame.pos).catch(() => undefined)
      case 'unsub':
        return handle.leave(frame.stream, 'client').catch(() => undefined)
    }
  }

  private async _handleHello(frame: HelloFrame): Promise<void> {
    if (this._phase !== 'new') throw new BadFrameError('a second hello')
    this._phase = 'authenticating'
    this._requestedSession = frame.sid
    const { _context: context, _host: host, link } = this
    if (frame.v !== 1) return link.close(CLOSE_CODES.unsupportedVersion, 'version 1 is required')
    const { user, refusal, error } = await authenticate(context, link.request, frame.token, { sessionId: frame.sid }) // S1
    if (error) return link.fail(error)
    if (!link.open) return
    if (refusal) return link.close(refusal.code, refusal.reason) // S1
    this._phase = 'opening'
    const owner = { node: context.name, link: link.number }
    const handshake = await openSession(host, frame, user, owner)
    const { user: owningUser, session } = handshake
    const handle = (this._handle = new ClientHandle(host, link, this._writer, owningUser, session.sessionId))
    const owned = (this._owned = new OwnedSession(host, link, owner, session, handle))
    if (this._isDetached) owned.onDetach()
    if (this._closeCode !== undefined) return this._release(this._closeCode)
    if (!link.open) return
    this._phase = 'authorizing'
    const join = await handle.subscriptions.join(frame.streams, () => (this._phase = 'joining'))
    if (!link.open) return
    owned.isKnown = true
    this._activate(handle, handshake, join, frame.req)
  }

  private _activate(handle: ClientHandle, handshake: Handshake, join: PendingJoin, requests: readonly number[]): void {
    const { _context: context, link } = this
    const { hello, touch } = this._host.sessionTimers
    this._phase = 'active'
    hello.delete(this)
    touch.add(this)
    link.startHeartbeat()
    context.stats.accepted++
    context.stats.sessions++
    if (handshake.resumed) context.stats.resumes++
    for (const text of welcomeFrames(context, handshake, join, requests)) link.send(text)
    handle.announce(handshake.resumed)
    handle.start(join)
  }

  private async _handleAuth(handle: ClientHandle, token: string): Promise<void> {
    const { _context: context, link } = this
    if (!context.options.authenticate) return
    const { user, refusal, error } = await reauthenticate(context, link.request, token, handle.user)
    if (error) return link.fail(error)
    if (!link.open) return
    if (user) handle.renew(user)
    if (!refusal) return
    countRefusal(context, link, refusal.code)
    link.close(refusal.code, refusal.reason)
  }

  /** After 1000 and 1001 the client leaves presence at once. Only 1000 also ends the session. */
  private _stop(code: number): void {
    this._host.sessionTimers.hello.delete(this)
    this._host.sessionTimers.touch.delete(this)
    this._handle?.end(code !== 1000 && code !== 1001)
  }

  /** Waits for running tasks. Then the session waits to be resumed, or ends. */
  private async _release(code: number): Promise<void> {
    await this.link.idle()
    if (this._isDetached) return this._owned?.discard() // S2
    await this._owned?.release(code === 1000)
  }
}
