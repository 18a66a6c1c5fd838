// Bundled for Node: the jobs of this suite by name.

import '../../runners/wsGlobal.mjs'
import { serveJobs } from '../../runners/serveJobs.mjs'
import { allocationJob } from './allocationJob.mjs'
import { idleJob } from './idleJob.mjs'
import { timersJob } from './timersJob.mjs'

/** @type {Record<string, (job: any) => Promise<unknown>>} */
const jobs = { allocation: allocationJob, idle: idleJob, timers: timersJob }

serveJobs(async (job) => jobs[job.kind]?.(job))
