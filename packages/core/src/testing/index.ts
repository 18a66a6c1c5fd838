/** For tests, ours and yours: a server without a network and a clock that moves when told. */

export { createFakeClock } from './fakeClock.ts'
export type { FakeClock } from './fakeClock.ts'
export { createFakeServer } from './fakeServer.ts'
export type { FakeConnection, FakeServer, FakeServerOptions } from './fakeServer.ts'
