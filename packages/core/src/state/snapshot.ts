/** What renderers see: the state of a client as one object, kept the same until something in it changes, and told at their pace. */

import type { CloseInfo } from '../transport/closeCodes.ts'
import type { RawMessage } from '../messaging/codec.ts'
import type { Status } from '../engine/machine.ts'
import { Pacer, type Shown } from './pace.ts'

/** The state of a client at one moment. Never changed, only replaced. */
export interface Snapshot<In = RawMessage> {
  readonly status: Status
  readonly lastMessage: In | undefined
  /** Messages received since creation. */
  readonly received: number
  /** The newest messages, oldest first, as many as `history` keeps. */
  readonly messages: readonly In[]
  /** The reconnect attempt being waited for or dialled, from 1; 0 otherwise. */
  readonly attempt: number
  /** When the next attempt begins, in epoch ms, while it is waited for. */
  readonly retryAt: number | undefined
  /** Messages waiting to be sent. */
  readonly queued: number
  /** Round trip of the last answered heartbeat, in ms. */
  readonly latency: number | undefined
  readonly lastClose: CloseInfo | undefined
  /** The last error since the connection was last opened. */
  readonly error: Error | undefined
}

/** The part that others know: asked anew for each snapshot. */
export type Facts = Omit<Snapshot, 'lastMessage' | 'received' | 'messages'>

/** Of what a snapshot is taken. */
export interface Subject extends Shown {
  /** `history`: how many messages a snapshot holds. */
  readonly settings: Shown['settings'] & { readonly history: number }
  facts(): Facts
}

export class Snapshots<In> {
  readonly #subject: Subject
  /** Made with the first renderer: many a client never has one. */
  #pacer: Pacer | undefined
  /** Changed in place; each snapshot takes a copy, which serves until the next message. */
  #recent: In[] | undefined
  #messages: readonly In[] | undefined
  #lastMessage: In | undefined
  #received = 0
  #snapshot: Snapshot<In> | undefined
  #told: Snapshot<In> | undefined

  constructor(subject: Subject) {
    this.#subject = subject
  }

  get(): Snapshot<In> {
    const lastMessage = this.#lastMessage
    const received = this.#received
    return (this.#snapshot ??= {
      lastMessage,
      received,
      messages: (this.#messages ??= [...(this.#recent ?? [])]),
      ...this.#subject.facts(),
    })
  }

  /** As subscribers were last told. */
  view(): Snapshot<In> {
    return this.#pacer?.pending ? this.#told! : this.get()
  }

  subscribe(listener: () => void, messages = true): () => void {
    this.#pacer ??= new Pacer(this.#subject, () => {
      this.#told = this.get()
    })
    return this.#pacer.add(listener, messages)
  }

  /** A message came; subscribers hear of it by `messageTold`, after its listeners. */
  note(message: In): void {
    this.#received++
    this.#lastMessage = message
    this.#snapshot = undefined
    const { history } = this.#subject.settings
    if (!history) return
    this.#recent ??= []
    if (this.#recent.push(message) > history) this.#recent.shift()
    this.#messages = undefined
  }

  messageTold(): void {
    this.#pacer?.soon()
  }

  /** Something else may have changed. */
  changed(): void {
    const before = this.#snapshot as Record<string, unknown> | undefined
    this.#snapshot = undefined
    // Not all that happens shows.
    if (before && Object.entries(this.get()).every(([name, value]) => value === before[name]))
      this.#snapshot = before as never
    else this.#pacer?.now()
  }

  hidden(): void {
    this.#pacer?.flush()
  }

  stop(): void {
    this.#pacer?.stop()
  }
}
