/** The public interface of a hub without HTTP. */

import type { IncomingMessage } from 'node:http'
import type { NodeSocket, SocketStream } from './connection/socket.ts'
import type { Latencies } from './metrics/histogram.ts'
import type { HubEvents, User } from './context/hubEvents.ts'
import type { Stats } from './metrics/stats.ts'
import type { Authentication } from './session/authenticate.ts'
import type { Position } from './store/store.ts'
import type { PresenceMember } from './streams/streamPresence.ts'

export interface HubNode {
  /** The random name of this node, as an owner of sessions. */
  readonly name: string
  /** False from the first `drain` or `close` on. */
  readonly accepting: boolean
  /** Whether the store can be reached. */
  readonly storeUp: boolean
  /** Adds a listener. Returns a function that removes it. */
  on<Name extends keyof HubEvents>(name: Name, listener: (...args: HubEvents[Name]) => unknown): () => void
  /** Authenticates a plain client before the upgrade. Never rejects. @param timeLeft in ms, @default limits.hello */
  identify(request: IncomingMessage, timeLeft?: () => number): Promise<Authentication>
  /**
   * Adds a client with an open socket.
   *
   * @param user of a plain client, as `identify` returned it. A session ignores it
   * @param stream the stream under the WebSocket, on which messages are written without compression. Default: the WebSocket sends them
   */
  accept(socket: NodeSocket, request: IncomingMessage, user?: User, stream?: SocketStream): void
  /**
   * Appends a message to a stream. Rejects when the store fails. With an idempotency key it is safe to publish again.
   *
   * @throws OptionError, TypeError for a message that JSON cannot represent, HubError `closed` after `close`
   */
  publish(stream: string, message: unknown, options?: { idempotencyKey?: string | undefined }): Promise<Position>
  /** Sends a message to all clients of all nodes, at most once. Rejects as `publish` does. */
  broadcast(message: unknown): Promise<void>
  /** Lists the members of a stream, on all nodes. */
  presence(stream: string): Promise<PresenceMember[]>
  /**
   * Closes all clients evenly over the window, with a hint when to reconnect. New clients are refused from now on. Resolves when
   * their messages are handled, or at the deadline: an `error` then names the listeners that have not returned.
   *
   * @param options.window in ms, @default 10_000
   * @param options.timeout the deadline, in ms from the call. A longer window is shortened to it. @default window + 10_000
   */
  drain(options?: { window?: number; timeout?: number }): Promise<void>
  /** Closes all clients within a few seconds, whatever listeners and the store do. No timer or listener remains. Never rejects. */
  close(): Promise<void>
  /** Returns a copy of the counts. */
  stats(): Stats
  /** How long listeners and calls of the store take. */
  readonly latencies: Latencies
  /** Counts an error and emits `error`, or writes to the console without a listener. */
  report(error: unknown): void
}
