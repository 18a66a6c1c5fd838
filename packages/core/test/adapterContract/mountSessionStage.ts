/** A stage whose server accepts `holdfast.v1.json` and sends exactly the frames that the test gives. */

import type { SessionClient } from '../../src/index.ts'
import { type SessionOptions, session } from '../../src/session/index.ts'
import { type FakeConnection } from '../../src/testing/index.ts'
import { json } from '../../src/index.ts'
import { type Frame, PROTOCOL, welcomeFrame } from '../session/support/welcomeFrame.ts'
import type { Harness, Options } from './harness.ts'
import { mountStage, type Stage } from './mountStage.ts'

export interface SessionStage extends Stage {
  /** Options of a client with a session and a JSON codec. */
  sessionOptions(own?: SessionOptions, more?: Options): Options
  /** Creates a client with a session that components can share. */
  createSessionClient(own?: SessionOptions, more?: Options): SessionClient<unknown, unknown>
  /** Accepts the newest connection and sends `welcome`. By default its streams are fresh at offset 0, or resumed where `hello` has a position. */
  welcome(more?: { streams?: object; [name: string]: unknown }): Promise<void>
  /** Sends frames on the newest connection. */
  sendFrames(...frames: object[]): Promise<void>
  /** Builds the frame of a stream message. */
  messageFrame(stream: string, off: number, d?: unknown, more?: object): object
  /** The `hello`, `sub` and `unsub` frames received on a connection (default: the newest), in short: `sub room`. */
  subscriptionFrames(connection?: FakeConnection): string[]
  /** Cuts the connection, moves the clock on to the next attempt and sends `welcome` again. */
  dropAndReconnect(more?: { streams?: object; [name: string]: unknown }): Promise<void>
}

export const mountSessionStage = (harness: Harness): SessionStage => {
  const stage = mountStage(harness)
  const { server, act, advance, createSharedClient, options } = stage
  server.auto = false
  const receivedFrames = (connection = server.last): Frame[] =>
    connection.received.map((text) => JSON.parse(text as string) as Frame)
  const sessionOptions: SessionStage['sessionOptions'] = (own, more) =>
    options({ codec: json(), pace: 'sync', session: session(own), ...more })
  const welcome: SessionStage['welcome'] = (more) =>
    act(() => {
      server.last.accept(PROTOCOL)
      const { sub = [], pos = {} } = receivedFrames()[0] as { sub?: string[]; pos?: Record<string, [string, number]> }
      const fresh = sub.map((name) => [name, ['e', 0, 'fresh']])
      const resumed = Object.entries(pos).map(([name, at]) => [name, [...at, 'resumed']])
      server.last.send(
        JSON.stringify(
          welcomeFrame({ ...more, streams: { ...Object.fromEntries([...fresh, ...resumed]), ...more?.streams } }),
        ),
      )
    })
  return {
    ...stage,
    sessionOptions,
    welcome,
    createSessionClient: (own, more) =>
      createSharedClient(sessionOptions(own, more)) as SessionClient<unknown, unknown>,
    sendFrames: (...frames) => act(() => frames.forEach((frame) => server.last.send(JSON.stringify(frame)))),
    messageFrame: (s, off, d = `${s} ${off}`, more = {}) => ({ t: 'msg', s, off, d, ...more }),
    subscriptionFrames: (connection) =>
      receivedFrames(connection).flatMap(({ t, stream, sub = [], pos = {} }) =>
        t === 'hello'
          ? [`hello ${[...(sub as string[]), ...Object.keys(pos as object)].join()}`]
          : t === 'sub' || t === 'unsub'
            ? [`${t} ${String(stream)}`]
            : [],
      ),
    dropAndReconnect: async (more) => {
      await act(() => server.last.drop())
      await advance(2000)
      await welcome({ resumed: true, ...more })
    },
  }
}
