/** When a heartbeat is due, and whether a missing reply proves that a connection is dead. Pure functions. All times are ms. */

export interface HeartbeatTimes {
  readonly interval: number
  readonly timeout: number
  /**
   * When a ping is due. `silence`: nothing was received for `interval`, or nothing was sent for it, because a frame proves
   * something only to the side that receives it. `interval`: always after `interval`. `receive`: nothing was received for `interval`.
   */
  readonly mode: 'silence' | 'interval' | 'receive'
}

/** What happened on an open connection, and when. */
export interface Traffic {
  receivedAt: number
  sentAt: number
  pingedAt: number
  /** Bytes that were in the send buffer before the ping and have not left it. */
  bytesAhead: number
  /** Bytes that were sent after the ping. */
  bytesBehind: number
}

/** How long until a ping is due; 0 or less: now. Each ping is at least `interval` after the previous one. */
export const untilPing = (
  { mode, interval }: HeartbeatTimes,
  { receivedAt, sentAt, pingedAt }: Traffic,
  now: number,
): number => {
  const quietSince = { silence: Math.min(receivedAt, sentAt), receive: receivedAt, interval: pingedAt }[mode]
  return Math.max(pingedAt, quietSince) + interval - now
}

/**
 * Bytes that are still in front of the ping in the send buffer. While they become fewer, a missing reply proves nothing: the ping waits
 * behind them.
 */
export const bytesStillAhead = ({ bytesBehind }: Traffic, bufferedAmount: number): number =>
  Math.max(0, bufferedAmount - bytesBehind)
