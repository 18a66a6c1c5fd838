/** What renderers see: the state of a client as one object, kept the same until something in it changes, and told at their pace. */

import type { Clock } from './clock.ts'
import type { CloseInfo } from './closeCodes.ts'
import type { RawMessage } from './codec.ts'
import type { Guard } from './guard.ts'
import { createListeners } from './listeners.ts'
import type { Status } from './machine.ts'
import { type Pace, createPacer } from './pace.ts'

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
  subscribe(listener: () => void): () => void
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
  const renderers = createListeners(guard)
  /** Changed in place; each snapshot takes a copy, which serves until the next message. */
  const recent: In[] = []
  let messages: readonly In[] | undefined
  let lastMessage: In | undefined
  let received = 0
  let snapshot: Snapshot<In> | undefined
  let told: Snapshot<In> | undefined

  const get = (): Snapshot<In> => (snapshot ??= { lastMessage, received, messages: (messages ??= [...recent]), ...facts() })
  const pacer = createPacer(pace, clock, () => {
    told = get()
    renderers.call()
  })
  return {
    get,
    view: () => (pacer.pending() ? told! : get()),
    subscribe: renderers.add,
    note: (message) => {
      received++
      lastMessage = message
      snapshot = undefined
      if (!history) return
      if (recent.push(message) > history) recent.shift()
      messages = undefined
    },
    messageTold: () => {
      if (renderers.size()) pacer.soon()
    },
    changed: () => {
      const before = snapshot
      snapshot = undefined
      const now = get()
      // Not all that happens shows.
      if (Object.keys(now).every((name) => now[name as keyof typeof now] === before?.[name as keyof typeof now])) snapshot = before
      else if (renderers.size()) pacer.now()
    },
    hidden: pacer.flush,
    stop: pacer.stop,
  }
}
