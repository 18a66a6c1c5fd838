/** What renderers see: the state of a client as one object, kept the same until something in it changes, and told at their pace. */

import type { Clock } from './clock.ts'
import type { CloseInfo } from './closeCodes.ts'
import type { RawMessage } from './codec.ts'
import type { Guard } from './guard.ts'
import type { Status } from './machine.ts'
import { type Pace, type Pacer, createPacer } from './pace.ts'

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

export interface Snapshots<In> {
  get(): Snapshot<In>
  /** As subscribers were last told. */
  view(): Snapshot<In>
  subscribe(listener: () => void, messages?: boolean): () => void
  /** A message came; subscribers hear of it by `messageTold`, after its listeners. */
  note(message: In): void
  messageTold(): void
  /** Something else may have changed. */
  changed(): void
  hidden(): void
  stop(): void
}

/** @param history how many messages a snapshot holds */
export const createSnapshots = <In>(history: number, pace: Pace, clock: Clock, guard: Guard, facts: () => Facts): Snapshots<In> => {
  /** Made with the first renderer: many a client never has one. */
  let pacer: Pacer | undefined
  /** Changed in place; each snapshot takes a copy, which serves until the next message. */
  const recent: In[] = []
  let messages: readonly In[] | undefined
  let lastMessage: In | undefined
  let received = 0
  let snapshot: Snapshot<In> | undefined
  let told: Snapshot<In> | undefined

  const get = (): Snapshot<In> => (snapshot ??= { lastMessage, received, messages: (messages ??= [...recent]), ...facts() })
  return {
    get,
    view: () => (pacer?.pending() ? told! : get()),
    subscribe: (listener, messages = true) => {
      pacer ??= createPacer(pace, clock, guard, () => {
        told = get()
      })
      return pacer.add(listener, messages)
    },
    note: (message) => {
      received++
      lastMessage = message
      snapshot = undefined
      if (!history) return
      if (recent.push(message) > history) recent.shift()
      messages = undefined
    },
    messageTold: () => pacer?.soon(),
    changed: () => {
      const before = snapshot as Record<string, unknown> | undefined
      snapshot = undefined
      // Not all that happens shows.
      if (before && Object.entries(get()).every(([name, value]) => value === before[name])) snapshot = before as never
      else pacer?.now()
    },
    hidden: () => pacer?.flush(),
    stop: () => pacer?.stop(),
  }
}
