import { TIMES, type Times } from '../times.ts'

/** No heartbeat times out while a test runs, whatever the machine. */
export const TEST_TIMES: Times = { ...TIMES, retry: 20 }

/** For tests with a half-open connection. */
export const QUICK_HEARTBEAT: Times = { interval: 400, timeout: 1600, retry: 20 }
