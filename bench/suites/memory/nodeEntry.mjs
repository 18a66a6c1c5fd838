// Bundled for Node: the jobs of this suite by name.

import '../../places/wsGlobal.mjs'
import { answer } from '../../places/answer.mjs'
import { allocationJob } from './allocationJob.mjs'
import { idleJob } from './idleJob.mjs'
import { timersJob } from './timersJob.mjs'

/** @type {Record<string, (job: any) => Promise<unknown>>} */
const jobs = { allocation: allocationJob, idle: idleJob, timers: timersJob }

answer(async (job) => jobs[job.kind]?.(job))
