/** What a lane is: one library in one configuration, connected as an application would do it. */

import type { LaneStatus } from './protocol.ts'

export interface LaneContext {
  /** With a token that is valid at the start. */
  url: string
  /** Without a token. */
  address: string
  /** The URL with a token that is valid now. Rejects if the token service fails. */
  getUrl: () => Promise<string>
  /** A token that is valid now. Rejects if the token service fails. */
  getToken: () => Promise<string>
  heartbeat: { interval: number; timeout: number }
}

/** Where a lane reports what its library reports to the application. */
export interface Sink {
  status(status: LaneStatus): void
  /** A message: JSON, or what JSON contained. Answers to a heartbeat are ignored. */
  message(message: unknown): void
  /** The library has reported that messages were missed. */
  announce(): void
  /** The library has reported that an own message is lost, or may be: by an event or a promise. An exception counts without this. */
  reportUnsent(message: unknown): void
}

export interface LaneClient {
  /** Sends one of the application's own messages in the ordinary way of the library. */
  send(message: object): void
  /** Asks the library to connect, although it may be connected. */
  connect?(): void
  /** Ends the client, as an unmounting component would. */
  stop(): void
}

export interface LaneModule {
  start(context: LaneContext, sink: Sink): LaneClient
}
