/** The events of a client and what each carries. */

import type { LifecycleEvents } from '../engine/lifecycleEvents.ts'
import type { DropReason } from '../messaging/outbox.ts'
import type { OutgoingFor, RawMessage } from '../transport/frame.ts'

/** A message that will not be sent, or, with reason `slow`, was not read. */
export interface DropInfo<Message = unknown> {
  message: Message
  reason: DropReason
}

/** Events of a client, by name. */
export interface ClientEvents<In = RawMessage, Out = OutgoingFor<In>> extends LifecycleEvents {
  /** Every message, in order, without heartbeat replies. */
  message: In
  /** A dial, the heartbeat, the codec or a function of yours failed. `status` shows what it means for the connection. */
  error: Error
  drop: DropInfo<In | Out>
  /** Round trip of a heartbeat, in ms. */
  latency: number
  /** The client was disposed. No event follows. */
  dispose: undefined
}

/** The same events as options: `onOpen`, `onMessage` and so on. Called before listeners. */
export type Callbacks<In, Out> = {
  [Type in keyof ClientEvents<In, Out> as `on${Capitalize<Type>}`]?: (value: ClientEvents<In, Out>[Type]) => void
}

/** In the form that `checkWord` takes. */
export const EVENT_NAMES = 'open or message or close or error or status or retry or stop or drop or latency or dispose'
