/** What the application sees of a client. */

import type { IncomingMessage } from 'node:http'
import type { Link } from '../connection/link.ts'
import type { Connection, User } from '../context/hubEvents.ts'
import { check } from '../errors.ts'
import { isSendable } from '../protocol/closeCodes.ts'
import { NAME, isName } from '../protocol/frames.ts'
import { toJson } from '../protocol/json.ts'

/** What has called: a frame of the client, or the application. */
export type Caller = 'client' | 'application'

/** The client of a connection. */
export interface ConnectionHost {
  readonly id: string
  readonly user: User
  readonly sessionId: string | undefined
  readonly link: Link
  readonly sink: { emit(data: string): void }
  readonly subscriptions: { names(): string[] }
  join(stream: string): Promise<void>
  leave(stream: string): Promise<void>
}

export class ClientConnection implements Connection {
  private readonly _host: ConnectionHost

  constructor(host: ConnectionHost) {
    this._host = host
  }

  get id(): string {
    return this._host.id
  }

  get user(): User {
    return this._host.user
  }

  get request(): IncomingMessage {
    return this._host.link.request
  }

  get sessionId(): string | undefined {
    return this._host.sessionId
  }

  get plain(): boolean {
    return this._host.link.plain
  }

  get streams(): readonly string[] {
    return this._host.subscriptions.names()
  }

  send(message: unknown): void {
    this._host.sink.emit(toJson(message))
  }

  join(stream: string): Promise<void> {
    check('stream', stream, isName(stream), NAME)
    return this._host.join(stream)
  }

  leave(stream: string): Promise<void> {
    return this._host.leave(stream)
  }

  close(code = 1000, reason = ''): void {
    check('code', code, isSendable(code), '1000 to 1003, 1007 to 1014, or 3000 to 4999')
    this._host.link.close(code, reason)
  }
}
