/** One dial and the connection that it opens. Its events count only while it is the current attempt of the engine. */

import { asError, guard } from '../base/guard.ts'
import { type CloseInfo, closeInfo } from '../transport/closeCodes.ts'
import { type Dial, resolveDial, resolveUrl } from '../transport/dial.ts'
import type { TransportClose, TransportInfo, TransportLink, TransportSink } from '../transport/transport.ts'
import type { EngineEvent, EngineHost } from './engineHost.ts'

/** What an attempt needs of the engine. */
export interface AttemptOwner {
  /** The URL of the last dial. */
  url: string | undefined
  isCurrent(attempt: Attempt): boolean
  post(event: EngineEvent): void
  noteActivity(isReply?: boolean): void
}

export class Attempt implements TransportSink<unknown> {
  link: TransportLink | undefined
  /** Of the open connection. */
  info: TransportInfo | undefined
  private readonly _engine: AttemptOwner
  private readonly _host: EngineHost
  /** The `socket` of its events: the number that the machine gave to this dial. */
  private readonly _generation: number
  /** Aborts the dial, and later `onConnect`. */
  private _abort: AbortController | undefined = new AbortController()
  /** The option at the dial. */
  private _onConnect: unknown
  /** What the platform reported about the dial. */
  private _error: Error | undefined

  constructor(engine: AttemptOwner, host: EngineHost, generation: number) {
    this._engine = engine
    this._host = host
    this._generation = generation
  }

  dial({ attempt, lastClose }: Omit<Dial, 'signal'>): void {
    const { source, options, transport } = this._host
    const { signal } = this._abort!
    this._onConnect = options.onConnect
    const dial = { attempt, lastClose, signal }
    resolveDial(
      source,
      options.protocols,
      dial,
      ([url, protocols]) => {
        if (signal.aborted) return
        if (!url) return this._end(closeInfo('provider', { final: true }), { decision: false })
        this._engine.url = resolveUrl(url)
        const link = transport.dial({ ...dial, url: this._engine.url, protocols, client: this._host }, this)
        if (this._engine.isCurrent(this)) this.link = link
        else link.abandon() // the constructor of a socket may call `close()`
      },
      (error) => this.closed({ cause: 'provider', error }),
    )
  }

  /** The latest one, or that of the dial: a component that is being unmounted has no options any more, but may still have a queue. */
  get onConnect(): unknown {
    return this._host.options.onConnect ?? this._onConnect
  }

  /** Runs `onConnect` on the connection. */
  connect(): void {
    this._abort = new AbortController()
    this._host.connect(this.link!, this._abort.signal, this.onConnect).then(
      () => this._engine.post({ type: 'connected', socket: this._generation }),
      (thrown) => this.closed({ cause: 'provider', error: asError(thrown) }),
    )
  }

  /** Aborts the dial and closes the connection in the background. */
  abandon(code: number | undefined): void {
    this._abort?.abort()
    guard(this._host, () => this.link?.abandon(code))
  }

  opened(link: TransportLink, info: TransportInfo): void {
    this._abort = undefined
    this.link = link
    this.info = info
    this._engine.post({ type: 'opened', socket: this._generation })
  }

  message(frame: unknown): void {
    if (!this._engine.isCurrent(this)) return
    this._engine.noteActivity()
    this._host.receive(frame)
  }

  activity(isReply?: boolean): void {
    if (this._engine.isCurrent(this)) this._engine.noteActivity(isReply)
  }

  error(error: Error): void {
    // After the dial, the reason of an error is in the close that follows.
    if (!this.info) this._error ??= error
  }

  closed(close: TransportClose): void {
    const cause = close.code && close.code !== 1006 ? 'server' : 'network'
    this._end(closeInfo(cause, { error: this._error, ...close }))
  }

  private _end(close: CloseInfo, known?: { decision: false }): void {
    this._engine.post({ type: 'lost', socket: this._generation, close, ...known })
  }
}
