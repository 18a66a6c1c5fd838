// The jobs of this suite by name.

import { downJob } from './downJob.mjs'
import { halfOpenJob } from './halfOpenJob.mjs'
import { simulateJob } from './simulateJob.mjs'

/** @type {Record<string, (job: any) => Promise<unknown>>} */
const jobs = { halfOpen: halfOpenJob, down: downJob, simulate: simulateJob }

/** @param {{ kind: string }} job */
export const runJob = async (job) => jobs[job.kind]?.(job)
