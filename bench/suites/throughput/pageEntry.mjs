// Bundled for a page.

import { serveJobs } from '../../runners/serveJobs.mjs'
import { runJob } from './runJob.mjs'

serveJobs(runJob)
