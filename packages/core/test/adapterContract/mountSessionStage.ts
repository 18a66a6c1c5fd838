/** Where components with sessions are tested: a stage whose server end speaks `holdfast.v1.json`, frame by frame, as the test says. */

import type { SessionClient } from '../../src/index.ts'
import { type SessionOptions, session } from '../../src/session/index.ts'
import { type FakeConnection } from '../../src/testing/index.ts'
import { json } from '../../src/index.ts'
import { type Frame, PROTOCOL, welcomeFrame } from '../session/support/welcomeFrame.ts'
import { type Harness, type Options, type Stage, setStage } from './mountStage.ts'

export interface HubStage extends Stage {
  /** Options of a client with a session and a JSON codec. */
  speaking(own?: SessionOptions, more?: Options): Options
  /** A client with a session that components can share. */
  shareSession(own?: SessionOptions, more?: Options): SessionClient<unknown, unknown>
  /** Accepts the newest dial and welcomes. Streams of the hello are fresh at 0 unless said otherwise. */
  welcome(more?: { streams?: object; [name: string]: unknown }): Promise<void>
  /** Says frames on the newest connection. */
  tell(...frames: object[]): Promise<void>
  /** A message of a stream. */
  msg(stream: string, off: number, d?: unknown, more?: object): object
  /** What came of these kinds on the newest connection, or on another, in short: `sub room`. */
  heard(connection?: FakeConnection): string[]
  /** Cuts the link, moves time to the next attempt and welcomes again. */
  back(more?: { streams?: object; [name: string]: unknown }): Promise<void>
}

export const setHub = (harness: Harness): HubStage => {
  const stage = setStage(harness)
  const { server, act, pass, share, options } = stage
  server.auto = false
  const frames = (connection = server.last): Frame[] =>
    connection.received.map((text) => JSON.parse(text as string) as Frame)
  const speaking: HubStage['speaking'] = (own, more) =>
    options({ codec: json(), pace: 'sync', session: session(own), ...more })
  const welcome: HubStage['welcome'] = (more) =>
    act(() => {
      server.last.accept(PROTOCOL)
      const { sub = [], pos = {} } = frames()[0] as { sub?: string[]; pos?: Record<string, [string, number]> }
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
    speaking,
    welcome,
    shareSession: (own, more) => share(speaking(own, more)) as SessionClient<unknown, unknown>,
    tell: (...said) => act(() => said.forEach((frame) => server.last.send(JSON.stringify(frame)))),
    msg: (s, off, d = `${s} ${off}`, more = {}) => ({ t: 'msg', s, off, d, ...more }),
    heard: (connection) =>
      frames(connection).flatMap(({ t, stream, sub = [], pos = {} }) =>
        t === 'hello'
          ? [`hello ${[...(sub as string[]), ...Object.keys(pos as object)].join()}`]
          : t === 'sub' || t === 'unsub'
            ? [`${t} ${String(stream)}`]
            : [],
      ),
    back: async (more) => {
      await act(() => server.last.drop())
      await pass(2000)
      await welcome({ resumed: true, ...more })
    },
  }
}
