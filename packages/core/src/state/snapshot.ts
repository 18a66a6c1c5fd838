/** The state of a client as one object that stays the same until one of its values changes. Subscribers are notified at their pace. */

import type { Status } from '../engine/machine.ts'
import type { CloseInfo } from '../transport/closeCodes.ts'
import type { RawMessage } from '../transport/frame.ts'
import { Pacer, type PacerHost } from './pace.ts'

/** The state of a client at one moment. Immutable. */
export interface Snapshot<In = RawMessage> {
  readonly status: Status
  readonly lastMessage: In | undefined
  /** Messages received since creation. */
  readonly received: number
  /** The newest messages, oldest first, as many as `history` keeps. */
  readonly messages: readonly In[]
  /** The reconnect attempt that is waited for or dialled, from 1; otherwise 0. */
  readonly attempt: number
  /** When the next attempt starts, in epoch ms, while the client waits for it. */
  readonly retryAt: number | undefined
  /** Messages waiting to be sent. */
  readonly queued: number
  /** Round trip of the last answered heartbeat, in ms. */
  readonly latency: number | undefined
  readonly lastClose: CloseInfo | undefined
  /** The last error since the connection was last opened. */
  readonly error: Error | undefined
}

/** The values of other parts. They are read for each new snapshot. */
export type ConnectionState = Omit<Snapshot, 'lastMessage' | 'received' | 'messages'>

export interface SnapshotHost extends PacerHost {
  readonly settings: PacerHost['settings'] & { readonly history: number }
  connectionState(): ConnectionState
}

export class Snapshots<In> {
  private readonly _host: SnapshotHost
  /** Created with the first subscriber: many clients have none. */
  private _pacer: Pacer | undefined
  /** The newest messages, up to twice as many as `history`. Only appended to, because snapshots read their own part of it later. */
  private _log: In[] | undefined
  /** Returns the messages of the current snapshot, and of later ones until the next message. */
  private _getMessages: (() => readonly In[]) | undefined
  private _lastMessage: In | undefined
  private _received = 0
  private _snapshot: Snapshot<In> | undefined
  /** The snapshot of the last notification. */
  private _rendered: Snapshot<In> | undefined

  constructor(host: SnapshotHost) {
    this._host = host
  }

  get(): Snapshot<In> {
    return (this._snapshot ??= this._create())
  }

  /** The snapshot of the last notification, while a newer one waits for its notification. */
  getRendered(): Snapshot<In> {
    return this._pacer?.pending ? this._rendered! : this.get()
  }

  /** @param messages false: skip notifications that are caused only by messages */
  subscribe(listener: () => void, messages = true): () => void {
    this._pacer ??= new Pacer(this._host, () => {
      this._rendered = this.get()
    })
    return this._pacer.add(listener, messages)
  }

  /** Stores a message. `notifyMessage` follows after its listeners have run. */
  recordMessage(message: In): void {
    this._received++
    this._lastMessage = message
    this._snapshot = undefined
    const { history } = this._host.settings
    if (history < 1) return
    const { _log: log = [] } = this
    // Trimmed only at twice the length, so that the average cost of a message does not depend on it. Snapshots may show an empty log.
    if (!log.length || log.length >= 2 * history) this._log = log.slice(-history)
    this._log!.push(message)
    this._getMessages = undefined
  }

  notifyMessage(): void {
    this._pacer?.schedule()
  }

  /** Another value may have changed. Notifies at once if one has. */
  refresh(): void {
    const before = this._snapshot as Record<string, unknown> | undefined
    if (before && Object.entries(this._host.connectionState()).every(([name, value]) => value === before[name])) return
    this._snapshot = undefined
    this._pacer?.flush()
  }

  /** The page is hidden, so no animation frame will come. */
  pageHidden(): void {
    this._pacer?.restart()
  }

  stop(): void {
    this._pacer?.stop()
  }

  private _create(): Snapshot<In> {
    const log = (this._log ??= [])
    const end = log.length
    const snapshot = {
      lastMessage: this._lastMessage,
      received: this._received,
      messages: log,
      ...this._host.connectionState(),
    }
    if (end) {
      let messages: readonly In[] | undefined
      // A getter, because a copy of a long history costs more than the rest of a message's way, and few snapshots are asked for theirs.
      this._getMessages ??= () => (messages ??= log.slice(Math.max(0, end - this._host.settings.history), end))
      Object.defineProperty(snapshot, 'messages', { get: this._getMessages })
    }
    return snapshot
  }
}
