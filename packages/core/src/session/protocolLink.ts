/** What the protocol needs from the connection that carries it. */

import type { TransportHeartbeat } from '../transport/transport.ts'
import type { SessionFrame } from './frames.ts'

export interface ProtocolLink {
  /** Whether it accepts frames now. */
  readonly canSendFrames: boolean
  sendFrame(text: string): void
  /** The session has begun or is resumed: the client may send. */
  welcomed(heartbeat: TransportHeartbeat): void
  message(frame: SessionFrame): void
  activity(isReply: boolean): void
  /** A message is missing: ends the connection, and the next one resumes. */
  endAfterGap(): void
}
