/** The node's view of a connected client, either a session or a plain client. */

import type { Link } from '../connection/link.ts'
import type { TextFrame } from '../connection/textFrame.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { Presence } from '../streams/presence.ts'
import type { StreamRegistry } from '../streams/streamRegistry.ts'
import type { SessionEnds } from './sessionEnds.ts'
import type { SessionTimers } from './sessionTimers.ts'

/** A broadcast, encoded once for all clients. */
export interface Broadcast {
  readonly data: string
  /** The data, for plain clients. */
  readonly json: TextFrame
  /** The `emit` frame. */
  readonly frame: TextFrame
}

export interface Peer {
  readonly link: Link
  /**
   * Emits `connection` for a plain client. The node calls it after it has registered the peer, so that a broadcast in the listener
   * reaches the new client. A session emits the event itself, after `welcome`.
   */
  announce?(): void
  broadcast(message: Broadcast): void
  /** A newer link has taken over the session. Resolves when the running listeners have finished and their results are recorded. */
  detach(): Promise<void>
  /** Stores the session of the client again if the store has lost it. Rejects when the store fails. */
  touch?(): Promise<void>
}

/** What all peers of a node share. */
export interface PeerHost {
  readonly context: HubContext
  readonly streams: StreamRegistry
  readonly presence: Presence
  readonly sessionEnds: SessionEnds
  readonly sessionTimers: SessionTimers
  /** The link of a peer has closed, and all tasks of the peer have finished. */
  onDone(peer: Peer): void
}
