/**
 * The interface below the client. A transport opens one connection per dial and reports what happens. Each kind of connection is one
 * transport: a WebSocket, a session over another transport, a script in a test.
 */

import type { CloseInfo } from './closeCodes.ts'
import type { Dial } from './dial.ts'
import type { RawMessage, RawOutgoing } from './frame.ts'

/** One dial, with its URL and subprotocols resolved. */
export interface DialRequest extends Dial {
  /** Absolute, `ws:` or `wss:`. */
  readonly url: string
  readonly protocols: string | string[] | undefined
  /** The same object at each dial of one client: a key for what a transport keeps over its reconnects. */
  readonly client: object
}

/** Opens connections. @typeParam Frame what a connection receives */
export interface Transport<Frame = RawMessage> {
  /** It cannot send: the client drops each message with the reason `refused`, and queues none. @default false */
  readonly readOnly?: boolean
  /** Starts one dial. It does not throw: a failure is reported to the sink. */
  dial(request: DialRequest, sink: TransportSink<Frame>): TransportLink
}

/** Receives the events of one dial. Events may be reported during `dial()`. */
export interface TransportSink<Frame = RawMessage> {
  /** The connection is open. @param link the value that `dial()` returns */
  opened(link: TransportLink, info: TransportInfo): void
  message(frame: Frame): void
  /** Something that is not a message was received, which proves that the connection is alive. @param isReply it answers `heartbeat.ping()` */
  activity(isReply?: boolean): void
  /** The dial has a problem; `closed` follows. */
  error(error: Error): void
  /** The dial failed or the connection ended. Reported once; nothing follows. */
  closed(close: TransportClose): void
}

/** What is known about an open connection. */
export interface TransportInfo {
  /** The subprotocol that the server chose, or ''. */
  readonly protocol: string
  /** Replaces the client's own heartbeat on this connection. */
  readonly heartbeat?: TransportHeartbeat | undefined
}

export interface TransportHeartbeat {
  /** In ms, a number from 1. @default the client's options */
  readonly interval?: number
  readonly timeout?: number
  /** Sends a ping. The reply is reported by `activity(true)`. */
  ping(): void
}

/** How a dial or connection ended. What is missing is filled in: code 1006, and `final` by the close code policy. */
export type TransportClose = Partial<CloseInfo> & { readonly error?: Error }

/** One dial and the connection that it opens. */
export interface TransportLink {
  /** Whether `send` can hand a frame to the network now. */
  readonly ready: boolean
  /** Bytes passed to `send` and not yet transmitted. */
  readonly bufferedAmount: number
  /** The platform socket, if there is one. */
  readonly socket?: WebSocket | undefined
  /** @throws if the frame cannot be sent */
  send(frame: RawOutgoing): void
  /** Starts the closing handshake. No more messages are reported; `closed` follows. */
  close(code: number, reason: string): void
  /**
   * Closes in the background. Nothing more is reported. It is also called after `closed`, and may be called before `opened`.
   *
   * @param code for the close frame: 1000 if the client has ended, the client's own code (3000-4999) if it has one, else undefined,
   * because it will dial again
   */
  abandon(code?: number): void
}
