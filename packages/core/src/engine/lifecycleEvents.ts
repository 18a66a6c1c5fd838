/** Notifications about the life of a connection, by name. */

import type { CloseInfo } from '../transport/closeCodes.ts'
import type { Status } from './machine.ts'

/** A connection has opened. Queued messages have already been sent. */
export interface OpenInfo {
  /** This client was open before: subscribe again, fetch what was missed. */
  reconnected: boolean
  /** Reconnect attempts that were needed; 0 for a first dial. */
  attempt: number
  /** The subprotocol that the server chose, or ''. */
  protocol: string
}

/** Another attempt follows. */
export interface RetryInfo {
  /** Its number, from 1. */
  attempt: number
  /** In ms from now. */
  delay: number
  /** In epoch ms. */
  retryAt: number
}

export interface LifecycleEvents {
  status: Status
  open: OpenInfo
  /** A connection or a dial ended, but not a dial that was abandoned, except by `close()`. */
  close: CloseInfo
  retry: RetryInfo
  /** No further attempt follows: the close code was final or the attempts are used up. */
  stop: CloseInfo
}
