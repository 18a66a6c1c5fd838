/** The node's view of a connected client, either a session or a plain client. */

import type { IncomingMessage } from 'node:http'
import type { Link } from '../connection/link.ts'
import type { NodeSocket } from '../connection/socket.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { Presence } from '../streams/presence.ts'
import type { StreamRegistry } from '../streams/streamRegistry.ts'
import type { SessionEnds } from './sessionEnds.ts'
import type { QueueLoad } from './taskQueue.ts'

/** A broadcast, encoded once for all clients. */
export interface Broadcast {
  readonly data: string
  /** The data, for plain clients. */
  readonly json: Buffer
  /** The `emit` frame. */
  readonly frame: Buffer
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
  /** Resolves when no task of the client runs or waits. */
  settled(): Promise<void>
  /** The messages that wait for listeners or are handled. */
  load(): QueueLoad
}

export interface PeerOptions {
  context: HubContext
  streams: StreamRegistry
  presence: Presence
  sessionEnds: SessionEnds
  socket: NodeSocket
  request: IncomingMessage
  /** The number of the link on this node. */
  linkNumber: number
  /** Called when the link has closed and all tasks have finished. */
  onDone(): void
}
