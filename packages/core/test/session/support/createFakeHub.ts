/** A fake server that accepts `holdfast.v1.json`. It receives and sends frames as objects, and follows no rules of its own. */

import { type FakeConnection } from '../../../src/testing/index.ts'
import { type SessionClient, type Snapshot, type UrlSource, type WebSocketOptions, json } from '../../../src/index.ts'
import { type SessionOptions, session } from '../../../src/session/index.ts'
import { type TestSetup, createTestClient } from '../../support/createTestClient.ts'
import { type Frame, PROTOCOL, welcomeFrame } from './welcomeFrame.ts'

export { PROTOCOL, welcomeFrame }

export interface FakeHub extends TestSetup {
  /** Creates a client with a session and a JSON codec. */
  connectSession(
    own?: SessionOptions,
    options?: WebSocketOptions<unknown, unknown>,
    ...url: [UrlSource?]
  ): SessionClient<unknown, unknown>
  /** As `connectSession`, with the handshake completed by `welcome`. */
  connectWelcomed(
    own?: SessionOptions,
    options?: WebSocketOptions<unknown, unknown>,
    welcome?: object,
  ): SessionClient<unknown, unknown>
  /** Accepts the newest connection and sends a `welcome` frame with these members. */
  welcome(members?: object): void
  /** Sends a frame on the newest connection, or a string as it is. */
  sendFrame(frame: object | string): void
  /** The frames received on a connection. @default the newest */
  receivedFrames(connection?: FakeConnection): Frame[]
  /** The received frames of one type. */
  framesOfType(type: string, connection?: FakeConnection): Frame[]
  /** Moves the clock on to the next attempt, then accepts it with a `welcome` that resumes the session. */
  reconnectWelcomed(client: { get(): Snapshot<unknown> }, welcome?: object): void
}

export const createFakeHub = (): FakeHub => {
  const hub = createTestClient()
  const { server } = hub
  const receivedFrames = (connection: FakeConnection = server.last): Frame[] =>
    connection.received.map((text) => JSON.parse(text as string) as Frame)
  const connectSession: FakeHub['connectSession'] = (own, options, ...url) =>
    hub.connect<unknown, unknown>({ codec: json(), ...options, session: session(own) }, ...url) as SessionClient<
      unknown,
      unknown
    >
  const sendFrame: FakeHub['sendFrame'] = (frame) =>
    server.last.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  const welcome: FakeHub['welcome'] = (members) => {
    server.last.accept(PROTOCOL)
    sendFrame(welcomeFrame(members))
  }
  return {
    ...hub,
    connectSession,
    connectWelcomed: (own, options, members) => {
      const client = connectSession(own, options)
      welcome(members)
      return client
    },
    welcome,
    sendFrame,
    receivedFrames,
    framesOfType: (type, connection) => receivedFrames(connection).filter(({ t }) => t === type),
    reconnectWelcomed: (client, members) => {
      hub.advanceToRetry(client as never)
      welcome({ resumed: true, ...members })
    },
  }
}
