/** What a client tells, by name, and what each event carries. */

import type { CloseInfo } from '../transport/closeCodes.ts'
import type { RawMessage, RawOutgoing } from '../messaging/codec.ts'
import type { Status } from '../engine/machine.ts'
import type { DropReason } from '../messaging/outbox.ts'

/** A connection has opened; what was queued is already on its way. */
export interface OpenInfo {
  /** This client had been open before: subscribe again, fetch what was missed. */
  reconnected: boolean
  /** Reconnect attempts that it took; 0 for a first dial. */
  attempt: number
  /** The subprotocol that the server chose, or ''. */
  protocol: string
}

/** Another attempt is coming. */
export interface RetryInfo {
  /** Which, from 1. */
  attempt: number
  /** ms from now. */
  delay: number
  /** Epoch ms. */
  retryAt: number
}

/** What the life of a connection tells. */
export interface LifeEvents {
  status: Status
  open: OpenInfo
  /** A connection or a dial ended. */
  close: CloseInfo
  retry: RetryInfo
  /** No further attempt follows by itself: the code was final or the attempts are spent. */
  stop: CloseInfo
}

/** A message that will not be sent, or, with reason `slow`, was not read. */
export interface DropInfo<Message = unknown> {
  message: Message
  reason: DropReason
}

/** What a client raises, by name. */
export interface ClientEvents<In = RawMessage, Out = RawOutgoing> extends LifeEvents {
  /** Every message, in order, heartbeat replies excepted. */
  message: In
  /** A dial, the heartbeat, the codec or a function of yours failed. What it means for the connection, `status` says. */
  error: Error
  drop: DropInfo<In | Out>
  /** Round trip of a heartbeat, in ms. */
  latency: number
  /** The client was disposed; nothing follows. */
  dispose: undefined
}

/** The same events as options: `onOpen`, `onMessage` and so on. Called before listeners. */
export type Callbacks<In, Out> = {
  [Type in keyof ClientEvents<In, Out> as `on${Capitalize<Type>}`]?: (value: ClientEvents<In, Out>[Type]) => void
}
