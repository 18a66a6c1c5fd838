import { TIMES, type Times } from '../times.ts'

/** No heartbeat and no request times out while a test runs, whatever the machine. */
export const TEST_TIMES: Times = { ...TIMES, retry: 20, request: 60_000 }

/** For tests with a half-open connection. */
export const QUICK_HEARTBEAT: Times = { ...TEST_TIMES, interval: 400, timeout: 1600 }
