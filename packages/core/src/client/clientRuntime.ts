/**
 * The inside of a client. It creates the parts and connects them. Messages of `send()` pass through `send`, all received ones through
 * `receive`; deliveries of a session use only `encode`. Parts that many clients never need are created on first use.
 */

import { type Clock, systemClock } from '../base/clock.ts'
import { type Environment, browserEnvironment } from '../base/environment.ts'
import { DecodeError, check } from '../base/errors.ts'
import { Engine } from '../engine/engine.ts'
import type { EngineHost } from '../engine/engineHost.ts'
import { type Codec, decodeMessage, encodeMessage, raw } from '../messaging/codec.ts'
import { Heartbeat, type HeartbeatHost } from '../messaging/heartbeat.ts'
import { type DropReason, Outbox, type OutboxHost, type SendResult } from '../messaging/outbox.ts'
import { Emitter, type EmitterHost } from '../state/emitter.ts'
import { RefCount, type RefCountHost } from '../state/refCount.ts'
import { type ConnectionState, type Snapshot, type SnapshotHost, Snapshots } from '../state/snapshot.ts'
import { closeInfo } from '../transport/closeCodes.ts'
import type { UrlSource } from '../transport/dial.ts'
import { type RawOutgoing, byteLength } from '../transport/frame.ts'
import type { Transport, TransportHeartbeat, TransportLink } from '../transport/transport.ts'
import { webSocketTransport } from '../transport/webSocketTransport.ts'
import { EVENT_NAMES } from './events.ts'
import type { WebSocketOptions } from './options.ts'
import { type MessagesOptions, iterateMessages } from './messages.ts'
import { type ConnectPhase, createConnectPhase } from './onConnect.ts'
import { PlannedSnapshot } from './plannedSnapshot.ts'
import type { AttachedSession, SessionHost } from './session.ts'
import { type Settings, canDial, checkOptions } from './settings.ts'

export class ClientRuntime
  implements EmitterHost, EngineHost, HeartbeatHost, OutboxHost, RefCountHost, SnapshotHost, SessionHost
{
  readonly source: UrlSource
  readonly options: WebSocketOptions<unknown, unknown>
  readonly settings: Settings
  readonly clock: Clock
  readonly environment: Environment | undefined
  readonly transport: Transport<unknown>
  readonly session: AttachedSession | undefined
  readonly engine: Engine
  readonly emitter: Emitter
  readonly snapshots: Snapshots<unknown>
  heartbeat: Heartbeat | undefined
  opening: Set<() => void> | undefined
  private readonly _codec: Codec<unknown, unknown>
  private readonly _dialsAtFirst: boolean
  private readonly _refCount: RefCount | undefined
  private _outbox: Outbox | undefined
  private _connectPhase: ConnectPhase | undefined
  private _latency: number | undefined
  isDisposed = false
  private _planned: PlannedSnapshot | undefined

  constructor(source: UrlSource, options: WebSocketOptions<unknown, unknown>) {
    const { clock = systemClock, codec = raw() as never, environment = browserEnvironment(), immediate, lazy } = options
    this.settings = checkOptions(source, options)
    this.source = source
    this.options = options
    this.clock = clock
    this.environment = environment || undefined
    const transport = options.transport ?? webSocketTransport(options)
    const session = (this.session = options.session?.attach(this, transport, codec))
    this.transport = session?.transport ?? transport
    this._codec = session?.codec ?? codec
    this._dialsAtFirst = immediate ?? true
    this.snapshots = new Snapshots(this)
    this.emitter = new Emitter(this, EVENT_NAMES + (session?.eventNames ?? ''))
    if (session) this.emitter.onAny(session.onEvent)
    this.engine = new Engine(this)
    if (lazy) this._refCount = new RefCount(this)
    else this.used()
  }

  // Messages.

  send(message: unknown, options?: { queue?: boolean | undefined }): SendResult {
    const frame = this.encode(message)
    if (this.isDisposed) return 'dropped'
    this._outbox ??= new Outbox(this)
    const result = this._outbox.send(message, frame, options?.queue !== false)
    if (!this.isDisposed) return result
    this._outbox.clear() // a `drop` listener disposed the client
    return 'dropped'
  }

  receive(frame: unknown): void {
    const message = decodeMessage(this._codec, frame)
    const isError = message instanceof DecodeError
    if (this.heartbeat?.handles(frame, message, !isError)) return
    if (isError) return this.report(message)
    if (this._connectPhase?.takes(message)) return
    this.session?.beforeMessage(frame, message)
    this.snapshots.recordMessage(message)
    this.emitter.emitMessage(message)
    if (!this.isDisposed) this.snapshots.notifyMessage()
  }

  encode(message: unknown): RawOutgoing {
    return encodeMessage(this._codec, message)
  }

  sendNow(message: unknown): void {
    this.engine.sendNow(typeof message === 'string' ? message : this.encode(message))
  }

  messages(options?: MessagesOptions): AsyncIterableIterator<unknown> {
    return iterateMessages(this.emitter, options, (message) => this.dropped(message, 'slow'), this.isDisposed)
  }

  // Commands.

  open(): void {
    this._connect('open')
  }

  close(code = 1000, reason = ''): void {
    check('code', code, /^(1000|[34]\d{3})$/.test(`${code}`), '1000 or 3000-4999')
    check('reason', reason, byteLength(reason) <= 123, 'at most 123 bytes')
    this.engine.post({ type: 'close', close: closeInfo('user', { code, reason }) })
    this._outbox?.clear()
    this.session?.end(false)
    for (const settle of this.opening ?? []) settle()
  }

  reconnect(): void {
    this.session?.reconnecting()
    this._connect('reconnect')
  }

  retain(): () => void {
    return this._refCount!.retain()
  }

  dispose(): void {
    if (this.isDisposed) return
    this.isDisposed = true
    this.unused()
    this._refCount?.stop()
    this.snapshots.stop()
    this.session?.end(true)
    this.emitter.stop()
  }

  used(): void {
    if (this._dialsAtFirst) this.open()
  }

  unused(): void {
    this.engine.post({ type: 'release' })
    this._outbox?.clear()
  }

  private _connect(type: 'open' | 'reconnect'): void {
    if (!this.isDisposed && canDial(this.source, this.options)) this.engine.post({ type })
  }

  // State.

  /** The snapshot for renderers: the one that subscribers were last notified of, and `connecting` where the first `retain()` is going to dial. */
  getRendered(): Snapshot<unknown> {
    const rendered = this.snapshots.getRendered()
    const willDial = this._dialsAtFirst && this.source && this._refCount?.isHeld === false
    return willDial ? (this._planned ??= new PlannedSnapshot()).of(rendered) : rendered
  }

  connectionState(): ConnectionState {
    const queued = this._outbox?.size ?? 0
    return { ...this.engine.snapshot, queued, latency: this._latency, error: this.emitter.error }
  }

  emit(type: string, value: unknown): void {
    this.emitter.emit(type, value)
  }

  dropped(message: unknown, reason: DropReason): void {
    this.emitter.emit('drop', { message, reason })
  }

  report(thrown: unknown, isNetwork?: boolean): void {
    this.emitter.report(thrown, isNetwork)
  }

  connect(link: TransportLink, signal: AbortSignal, onConnect: unknown): Promise<void> {
    this.heartbeat = undefined // that of the previous connection must not take replies of this one
    return (this._connectPhase = createConnectPhase(link, signal, this)).run(onConnect as never)
  }

  connected(transportHeartbeat: TransportHeartbeat | undefined): void {
    this.emitter.error = undefined
    const hasHeartbeat = this.settings.hasHeartbeat || transportHeartbeat
    this.heartbeat = hasHeartbeat ? new Heartbeat(this, transportHeartbeat) : undefined
    this._outbox?.flush()
  }

  latencyMeasured(latency: number): void {
    this._latency = latency
    this.snapshots.refresh()
    this.emit('latency', latency)
  }
}
