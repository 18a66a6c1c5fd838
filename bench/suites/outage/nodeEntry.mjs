// Bundled for Node, where the WebSocket of `ws` stands in for the platform's.

import '../../runners/wsGlobal.mjs'
import { serveJobs } from '../../runners/serveJobs.mjs'
import { runJob } from './runJob.mjs'

serveJobs(runJob)
