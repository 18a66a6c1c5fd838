// Bundled for a page, which receives the text of a client's module.

import { serveJobs } from '../../runners/serveJobs.mjs'
import { firstConnect } from './firstConnect.mjs'

serveJobs(({ text, url }) => firstConnect(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })), url))
