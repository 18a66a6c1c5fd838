/** A client that uses plain WebSocket. Its messages are emitted as `message`, and it receives data without frames. */

import type { Message } from '../connection/inbox.ts'
import { Link } from '../connection/link.ts'
import type { Accepted, LinkHost } from '../connection/linkHost.ts'
import type { TextFrame } from '../connection/textFrame.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { CloseDetails, User } from '../context/hubEvents.ts'
import { CLOSE_CODES, isClientFault } from '../protocol/closeCodes.ts'
import { BadFrameError, parseJson } from '../protocol/json.ts'
import { ClientHandle, type ClientSink } from './clientHandle.ts'
import { emitMessage } from './emitMessage.ts'
import type { Broadcast, Peer, PeerHost } from './peer.ts'

/** The form of a message for a raw client: text as it is, other values as JSON. */
const rawText = (data: string): string => {
  const value: unknown = data.startsWith('"') ? JSON.parse(data) : data
  return value as string
}

export class PlainPeer implements Peer, LinkHost, ClientSink {
  readonly link: Link
  private readonly _host: PeerHost
  private readonly _handle: ClientHandle

  /** @param user the user that was authenticated before the upgrade */
  constructor(host: PeerHost, accepted: Accepted, user: User) {
    const { context } = host
    this._host = host
    this.link = new Link(context, accepted, this)
    this._handle = new ClientHandle(host, this.link, this, user)
    context.stats.accepted++
    this.link.startHeartbeat()
  }

  announce(): void {
    this._handle.announce(false)
  }

  broadcast({ data, json }: Broadcast): void {
    this._context.stats.sent++
    this.link.send(this._isRaw ? rawText(data) : json)
  }

  async detach(): Promise<void> {
    // Only sessions are taken over.
  }

  message(_frame: TextFrame, data: string): void {
    this._context.stats.sent++
    this.emit(data)
  }

  emit(data: string): void {
    this.link.send(this._isRaw ? rawText(data) : data)
  }

  /** A plain client has no positions in streams. */
  replay(): void {}

  /** It has no frames for these. */
  reset(): void {}
  joined(): void {}
  presence(): void {}

  /** Answers the heartbeat of many clients, including ours. With the raw codec, `ping` could also be a message. */
  onArrival(message: Message): boolean {
    if (this._isRaw || message !== 'ping') return false
    this.link.send('pong')
    return true
  }

  async onMessage(message: Message): Promise<void> {
    const context = this._context
    try {
      if (!this._isRaw && typeof message !== 'string') throw new BadFrameError('binary')
      const value = this._isRaw ? message : parseJson(message as string, context.limits)
      await emitMessage(context, this._handle.connection, value, undefined)
    } catch (error) {
      // `emitMessage` does not reject, so the message could not be parsed.
      this.link.closeFaulty('badFrames', CLOSE_CODES.badFrame, (error as Error).message)
      void this.link.halt()
    }
  }

  /** A plain client is sent no answers that a long queue could delay. */
  onStalled(): void {}

  /** The ping of the WebSocket suffices. */
  onPing(): void {}

  onClosing(code: number, reason: string): void {
    this._handle.end(code !== 1000 && code !== 1001)
    if (isClientFault(code)) this._context.events.emit('drop', this._handle.connection, { code, reason })
  }

  onClosed(details: CloseDetails): void {
    this._handle.end(details.code !== 1000 && details.code !== 1001)
    this._context.events.emit('close', this._handle.connection, details)
    void this.link.idle().finally(() => this._host.onDone(this))
  }

  private get _context(): HubContext {
    return this._host.context
  }

  private get _isRaw(): boolean {
    return this._context.options.codec === 'raw'
  }
}
