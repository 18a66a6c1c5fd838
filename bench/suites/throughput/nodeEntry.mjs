// Bundled for Node, where `ws` provides the global WebSocket.

import '../../runners/wsGlobal.mjs'
import { serveJobs } from '../../runners/serveJobs.mjs'
import { runJob } from './runJob.mjs'

serveJobs(runJob)
