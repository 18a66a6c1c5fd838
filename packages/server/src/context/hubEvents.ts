/** What an application holds of a client, and what comes with a message. */

import type { IncomingMessage } from 'node:http'

/** Who a client is. */
export interface User {
  id: string
  /** Epoch ms at which the token ends; then 4006. */
  expiresAt?: number
  /** Shown to others by presence: JSON. */
  info?: unknown
}

/** One link of a client. After a reconnect there is another, of the same session where it was resumed. */
export interface Connection {
  /** Of this link. */
  readonly id: string
  readonly user: User
  /** The request that was upgraded. */
  readonly request: IncomingMessage
  /** Of the session; undefined for a plain client. */
  readonly sid: string | undefined
  /** Whether it speaks plain WebSocket. */
  readonly plain: boolean
  /** The streams it has joined. */
  readonly streams: readonly string[]
  /** Sends a message of no stream, at most once. */
  send(message: unknown): void
  /** Joins a stream for the client, from its top on. Rejects when the store fails. */
  join(stream: string): Promise<void>
  leave(stream: string): Promise<void>
  close(code?: number, reason?: string): void
}

/** What comes with a message. */
export interface MessageContext {
  readonly connection: Connection
  readonly user: User
  /** `sid:seq`, the same whenever the client sends it again: to be stored with an effect. Undefined for `emit` and plain clients. */
  readonly id: string | undefined
  readonly idempotencyKey: string | undefined
  /** The label that the client gave. */
  readonly channel: string | undefined
}

/** How a link has ended. */
export interface CloseDetails {
  code: number
  reason: string
}

/** Why the hub has ended a link. */
export interface DropDetails {
  code: number
  why: string
}

/** What `hub.on` tells. */
export interface HubEvents {
  /** A client was let in. */
  connection: [connection: Connection]
  /** Its session goes on; told after `connection`. */
  resume: [connection: Connection]
  /** A message that was sent to be delivered, or said once. Acknowledged when all listeners are done. */
  message: [message: unknown, context: MessageContext]
  /** The first answer that is not undefined is the reply. */
  request: [message: unknown, context: MessageContext]
  close: [connection: Connection, details: CloseDetails]
  join: [connection: Connection, stream: string]
  leave: [connection: Connection, stream: string]
  /** The hub ends a link: too slow, too loud, a bad frame, expired. */
  drop: [connection: Connection | undefined, details: DropDetails]
  /** The store has failed, or a listener has thrown. Written to the console where nobody listens. */
  error: [error: Error]
}
