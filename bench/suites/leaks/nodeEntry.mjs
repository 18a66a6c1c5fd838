// Bundled for Node, where the WebSocket of `ws` stands in for the platform's.

import '../../places/wsGlobal.mjs'
import { answer } from '../../places/answer.mjs'
import { runJob } from './runJob.mjs'

answer(runJob)
