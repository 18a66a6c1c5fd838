/** What a link needs: the accepted connection, and the client behind it. */

import type { IncomingMessage } from 'node:http'
import type { CloseDetails } from '../context/hubEvents.ts'
import type { Message } from './inbox.ts'
import type { NodeSocket, SocketStream } from './socket.ts'

/** A connection that the hub has accepted. */
export interface Accepted {
  socket: NodeSocket
  request: IncomingMessage
  /** The stream under the WebSocket. Without it, frames are sent by the WebSocket. */
  stream: SocketStream | undefined
  /** Numbers the links of a node: 1, 2, 3… */
  number: number
}

/** The client behind a link. No method is called before the link is created. */
export interface LinkHost {
  /** A message arrived. Returns true if it needs no handler, such as a `ping`, which is answered at once. */
  onArrival(message: Message): boolean
  /** Handles a message in its turn. Must not reject. */
  onMessage(message: Message): Promise<void> | undefined
  /** Many messages wait for a long time, so the client may not have got an answer to a `ping`. */
  onStalled(): void
  /** The heartbeat sends a ping. A session needs a `ping` frame as well, because browsers do not show pings. */
  onPing(): void
  /** The hub closes the link. */
  onClosing(code: number, reason: string): void
  /** The socket has closed. */
  onClosed(details: CloseDetails): void
}
