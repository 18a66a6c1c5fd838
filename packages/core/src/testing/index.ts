/** Entry point of `@holdfast/core/testing`: a server and a transport without a network, a fake clock, and a page without a browser. */

export { createFakeClock } from './fakeClock.ts'
export type { FakeClock } from './fakeClock.ts'
export { createFakeEnvironment } from './fakeEnvironment.ts'
export type { FakeEnvironment } from './fakeEnvironment.ts'
export { createFakeServer } from './fakeServer.ts'
export type { FakeConnection, FakeServer, FakeServerOptions } from './fakeServer.ts'
export { scriptedTransport } from './scriptedTransport.ts'
export type { ScriptedDial, ScriptedTransport } from './scriptedTransport.ts'
