/** The phase between an open socket and an open connection, in which the option `onConnect` authenticates or subscribes. */

import { reasonOf } from '../base/listeners.ts'
import type { RawOutgoing } from '../transport/frame.ts'
import type { TransportLink } from '../transport/transport.ts'

/** A connection before the queue is sent and `open` is emitted. */
export interface NewConnection<In = unknown, Out = unknown> {
  /** Sends now, before all queued messages. @throws EncodeError, or the reason of `signal` if the connection has ended */
  send(message: Out): void
  /** Resolves with the next message, which is then not emitted. Rejects when the connection or `onConnect` ends. */
  receive(): Promise<In>
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal
}

interface Encoder {
  /** @throws EncodeError */
  encode(message: unknown): RawOutgoing
}

export class ConnectPhase {
  private readonly _link: TransportLink
  private readonly _signal: AbortSignal
  private readonly _codec: Encoder
  private _readers: { resolve(message: unknown): void; reject(reason: unknown): void }[] | undefined = []
  /** Why `receive()` rejects. */
  private _reason: unknown

  constructor(link: TransportLink, signal: AbortSignal, codec: Encoder) {
    this._link = link
    this._signal = signal
    this._codec = codec
    signal.addEventListener('abort', () => this._end(reasonOf(signal)))
  }

  /** Calls `onConnect`. @throws (rejects) what it throws */
  async run(onConnect: (connection: NewConnection) => unknown): Promise<void> {
    try {
      await onConnect({ send: (message) => this._send(message), receive: () => this._receive(), signal: this._signal })
    } finally {
      this._end(new Error('onConnect has finished'))
    }
  }

  /** Returns true if `receive()` waits for a message. It gets this one. */
  takes(message: unknown): boolean {
    const reader = this._readers?.shift()
    reader?.resolve(message)
    return !!reader
  }

  private _send(message: unknown): void {
    if (this._signal.aborted) throw reasonOf(this._signal)
    this._link.send(this._codec.encode(message))
  }

  private _receive(): Promise<unknown> {
    const message = new Promise((resolve, reject) => {
      if (this._readers) this._readers.push({ resolve, reject })
      else reject(this._reason)
    })
    message.catch(() => {}) // of two that wait, `onConnect` awaits one: an unhandled rejection ends a Node process
    return message
  }

  private _end(reason: unknown): void {
    for (const { reject } of this._readers ?? []) reject(reason)
    if (this._readers) this._reason = reason
    this._readers = undefined
  }
}
