/** For tests, ours and yours: a server without a network, a clock that moves when told, and a page without a browser. */

export { createFakeClock } from './fakeClock.ts'
export type { FakeClock } from './fakeClock.ts'
export { createFakeServer } from './fakeServer.ts'
export type { FakeConnection, FakeServer, FakeServerOptions } from './fakeServer.ts'
export { createFakeEnvironment } from './fakeEnvironment.ts'
export type { FakeEnvironment } from './fakeEnvironment.ts'
