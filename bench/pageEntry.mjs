// Runs jobs in a page: `await runJob(job)` from outside. Bundled, for the core is TypeScript.

import { runJob } from './runJob.mjs'

Object.assign(globalThis, { runJob: (/** @type {import('./runJob.mjs').Job} */ job) => runJob(job, globalThis.WebSocket) })
