/** Emits events to the callbacks in the options and to listeners, and reports errors of user code. */

import { HoldfastError, checkWord } from '../base/errors.ts'
import { type Reporter, asError, guard } from '../base/guard.ts'
import { Listeners, untilAborted } from '../base/listeners.ts'

/** By name: `onOpen` for the event `open`. */
type Callbacks = Record<string, ((value: unknown) => unknown) | undefined>

export interface EmitterHost {
  /** Read at each event, so that the latest callbacks are called. */
  readonly options: object
  /** `error` is a part of the state. */
  readonly snapshots: { refresh(): void }
}

export class Emitter implements Reporter {
  /** The last error since the connection was last opened. */
  error: Error | undefined
  private readonly _host: EmitterHost
  private readonly _names: string
  /** Created with the first listener: many clients have none. */
  private _listeners: Listeners<string, unknown> | undefined
  private _isReporting = false
  /** The kinds of errors that were printed: each is printed once. */
  private _printed: string[] | undefined
  private _isStopped = false

  /** @param names of all events, separated by ` or ` */
  constructor(host: EmitterHost, names: string) {
    this._host = host
    this._names = names
  }

  /** @throws OptionError for an unknown event */
  on(
    type: string,
    listener: (value: unknown) => void,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): () => void {
    checkWord('event', type, this._names)
    return untilAborted(signal, this._all().add(listener, type))
  }

  onAny(listener: (type: string, value: unknown) => void): () => void {
    return this._all().add(listener)
  }

  /** Returns a truthy value if a callback or a listener of this type was called. */
  emit(type: string, value: unknown): unknown {
    return this._emit(type, `on${type[0]!.toUpperCase()}${type.slice(1)}`, value)
  }

  /** The same as `emit('message', message)`. Making up the callback's name would cost more than the rest of a message's way. */
  emitMessage(message: unknown): void {
    this._emit('message', 'onMessage', message)
  }

  /** Reports an error without interrupting what runs. If it has no listener, and is not the network's, it is printed. */
  report(thrown: unknown, isNetwork?: boolean): void {
    // An error that an `error` listener throws would otherwise return to it forever.
    if (this._isReporting) return this._print(thrown)
    this._isReporting = true
    this.error = asError(thrown)
    this._host.snapshots.refresh()
    if (!this.emit('error', this.error) && !isNetwork) this._print(thrown)
    this._isReporting = false
  }

  /** Emits `dispose`, then nothing more. */
  stop(): void {
    this.emit('dispose', undefined)
    this._isStopped = true
    this._listeners?.clear()
  }

  private _emit(type: string, callbackName: string, value: unknown): unknown {
    if (this._isStopped) return false
    const callback = (this._host.options as Callbacks)[callbackName]
    if (callback) guard(this, callback, value)
    return this._listeners?.call(type, value) || callback
  }

  /** Of our own errors only the text, because their cause may contain a secret, such as the URL. */
  private _print(thrown: unknown): void {
    const { code, name } = Object(thrown) as { code?: string; name?: string }
    const kind = code ?? name ?? typeof thrown
    if (this._printed?.includes(kind)) return
    ;(this._printed ??= []).push(kind)
    console.warn(thrown instanceof HoldfastError ? `${thrown}` : thrown)
  }

  private _all(): Listeners<string, unknown> {
    return (this._listeners ??= new Listeners(this))
  }
}
