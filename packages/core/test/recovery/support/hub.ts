/** A server end in the test's hands that speaks `holdfast.v1.json`: frames out as objects, frames in as objects. It has no rules of its own. */

import { type FakeConnection } from '../../../src/testing/index.ts'
import { type SessionClient, type Snapshot, type UrlSource, type WebSocketOptions, json } from '../../../src/index.ts'
import { type SessionOptions, session } from '../../../src/session/index.ts'
import { type TestSetup, createTestClient } from '../../support/createTestClient.ts'
import { type Frame, PROTOCOL, welcomeFrame } from './welcomeFrame.ts'

export { PROTOCOL, welcomeFrame }

export interface Hub extends TestSetup {
  /** A client with a session and a JSON codec. */
  start(
    own?: SessionOptions,
    options?: WebSocketOptions<unknown, unknown>,
    ...url: [UrlSource?]
  ): SessionClient<unknown, unknown>
  /** As `start`, welcomed. */
  meet(
    own?: SessionOptions,
    options?: WebSocketOptions<unknown, unknown>,
    welcome?: object,
  ): SessionClient<unknown, unknown>
  /** Completes the handshake of the newest connection and answers `hello`. */
  greet(welcome?: object): void
  /** Says a frame on the newest connection, or text as it is. */
  say(frame: object | string): void
  /** What came on the newest connection, or on another. */
  heard(connection?: FakeConnection): Frame[]
  /** Of one kind. */
  of(kind: string, connection?: FakeConnection): Frame[]
  /** Moves time on to the next attempt and answers `hello` there. */
  back(client: { get(): Snapshot<unknown> }, welcome?: object): void
}

export const hub = (): Hub => {
  const made = createTestClient()
  const { server } = made
  const heard = (connection: FakeConnection = server.last): Frame[] =>
    connection.received.map((text) => JSON.parse(text as string) as Frame)
  const start: Hub['start'] = (own, options, ...url) =>
    made.connect<unknown, unknown>({ codec: json(), ...options, session: session(own) }, ...url) as SessionClient<
      unknown,
      unknown
    >
  const say: Hub['say'] = (frame) => server.last.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  const greet: Hub['greet'] = (more) => {
    server.last.accept(PROTOCOL)
    say(welcomeFrame(more))
  }
  return {
    ...made,
    start,
    meet: (own, options, more) => {
      const client = start(own, options)
      greet(more)
      return client
    },
    greet,
    say,
    heard,
    of: (kind, connection) => heard(connection).filter(({ t }) => t === kind),
    back: (client, more) => {
      made.advanceToRetry(client as never)
      greet({ resumed: true, ...more })
    },
  }
}
