// Bundled for a page.

import { answer } from '../../places/answer.mjs'
import { runJob } from './runJob.mjs'

answer(runJob)
