/**
 * What is behind a client: messages pass through `send` and `receive`, the life of the connection through the runner. What is not
 * always needed is made when it is.
 */

import { type Clock, systemClock } from '../base/clock.ts'
import { ending } from '../transport/closeCodes.ts'
import { type Codec, type RawOutgoing, byteLength, raw } from '../messaging/codec.ts'
import type { UrlSource } from '../transport/dial.ts'
import { DecodeError, EncodeError, check } from '../base/errors.ts'
import { type Beating, Heartbeat } from '../messaging/heartbeat.ts'
import { createIteration } from '../messaging/iterate.ts'
import type { LinkEvent } from '../transport/link.ts'
import { until } from '../base/listeners.ts'
import type { Settings, WebSocketOptions } from './options.ts'
import { type DropReason, type Outbox, type SendResult, createOutbox } from '../messaging/outbox.ts'
import { type Retained, Retention } from '../state/refCount.ts'
import { Runner } from '../engine/runner.ts'
import type { Facts, Snapshot } from '../state/snapshot.ts'
import { type Environment, browserEnvironment } from '../base/environment.ts'

/** Of what type messages are, only users know. Functions of theirs are described in `WebSocketClient`. */
export class Connection extends Runner implements Beating, Retained {
  readonly source: UrlSource
  readonly options: WebSocketOptions<unknown, unknown>
  readonly settings: Settings
  readonly clock: Clock
  readonly environment: Environment | undefined
  /** Functions that users have asked for, by the client's own numbers. */
  readonly bound: unknown[] = Array(14)
  readonly #codec: Codec<unknown, unknown>
  readonly #immediate: boolean
  readonly #retention: Retention | undefined
  /** Made with the first message to send, and with each connection. */
  #outbox: Outbox<unknown> | undefined
  #heartbeat: Heartbeat | undefined
  #latency: number | undefined
  /** No command is taken any more. */
  #disposed = false
  /** What a client at rest that is about to be dialled looks like, and the snapshot that it was made of. */
  #closed: Snapshot<unknown> | undefined
  #planned: Snapshot<unknown> | undefined

  constructor(source: UrlSource, options: WebSocketOptions<unknown, unknown>, settings: Settings) {
    super()
    const { clock = systemClock, codec = raw(), immediate = true, environment = browserEnvironment() } = options
    this.source = source
    this.options = options
    this.settings = settings
    this.clock = clock
    this.environment = environment || undefined
    this.#codec = codec as Codec<unknown, unknown>
    this.#immediate = immediate
    if (options.lazy) this.#retention = new Retention(this)
  }

  // The two ways of data.

  send(message: unknown, how?: { queue?: boolean | undefined }): SendResult {
    const frame = this.encode(message)
    if (this.#disposed) return 'dropped'
    this.#outbox ??= createOutbox(
      this.settings,
      this.clock,
      () => this.line(),
      (lost, reason) => this.#drop(lost, reason),
      () => this.snapshots.changed(),
    )
    const result = this.#outbox.send(message, frame, how?.queue !== false)
    if (!this.#disposed) return result
    this.#outbox.clear() // a listener of `drop` may have disposed of us meanwhile
    return 'dropped'
  }

  receive({ data }: MessageEvent): void {
    this.heard()
    let message: unknown
    let failure
    try {
      message = this.#codec.decode(data)
    } catch (cause) {
      failure = new DecodeError(`${cause}`, { cause })
    }
    if (this.#heartbeat?.takes(data, message, !failure)) return
    if (failure) return this.report(failure)
    this.snapshots.note(message)
    this.pass(message)
    if (!this.#disposed) this.snapshots.messageTold()
  }

  encode(message: unknown): RawOutgoing {
    try {
      const frame = this.#codec.encode(message)
      if (frame === undefined) throw new TypeError('the codec gave no frame')
      return frame
    } catch (cause) {
      throw new EncodeError(`${cause}`, { cause })
    }
  }

  #drop(message: unknown, reason: DropReason): void {
    this.emit('drop', { message, reason })
  }

  // Commands.

  open(): void {
    this.#want('open')
  }

  close(code = 1000, reason = ''): void {
    check('code', code, /^(1000|[34]\d{3})$/.test(`${code}`), '1000 or 3000-4999')
    check('reason', reason, byteLength(reason) <= 123, 'at most 123 bytes')
    this.#end({ type: 'close', close: ending('user', code, reason) })
  }

  reconnect(): void {
    this.#want('reconnect')
  }

  retain(): () => void {
    return this.#retention?.retain() ?? (() => {})
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    this.rest()
    this.#retention?.stop()
    this.fallSilent()
  }

  rest(): void {
    this.#end({ type: 'rest' })
  }

  wanted(): void {
    if (this.#immediate) this.open()
  }

  #want(type: 'open' | 'reconnect'): void {
    if (this.source && !this.#disposed) this.post({ type })
  }

  #end(event: LinkEvent): void {
    this.post(event)
    this.#outbox?.clear()
  }

  // What is seen and read.

  get(): Snapshot<unknown> {
    return this.snapshots.get()
  }

  view(): Snapshot<unknown> {
    const now = this.snapshots.view()
    const retention = this.#retention
    if (!retention || !this.#immediate || !this.source || retention.held || now.status !== 'closed') return now
    if (this.#closed !== now) this.#planned = { ...(this.#closed = now), status: 'connecting' }
    return this.#planned!
  }

  subscribe(listener: () => void, messages?: boolean): () => void {
    return this.snapshots.subscribe(listener, messages)
  }

  messages({
    signal,
    limit = 1000,
  }: { signal?: AbortSignal | undefined; limit?: number | undefined } = {}): AsyncIterableIterator<unknown> {
    let leave: (() => void) | undefined
    const { iterator, push, end } = createIteration(
      limit,
      (message) => this.#drop(message, 'slow'),
      () => leave?.(),
    )
    const remove = this.onAny((type, value) => {
      if (type === 'message') push(value)
      if (type === 'dispose' || (type === 'status' && value === 'closed')) end()
    })
    leave = until(signal, remove, end)
    if (this.#disposed) end()
    return iterator
  }

  facts(): Facts {
    return { ...this.life(), queued: this.#outbox?.size() ?? 0, latency: this.#latency, error: this.error }
  }

  // The heartbeat.

  flush(): void {
    this.error = undefined
    if (this.settings.beats) this.#heartbeat = new Heartbeat(this)
    this.#outbox?.flush()
  }

  ping(): void {
    this.#heartbeat!.ping()
  }

  beat(message: unknown): void {
    this.line()?.send((typeof message === 'string' ? message : this.encode(message)) as string)
  }

  timed(latency: number): void {
    this.#latency = latency
    this.snapshots.changed()
    this.emit('latency', latency)
  }
}
