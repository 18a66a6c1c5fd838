// One round of one candidate, wherever this is bundled to: the names of a job become functions, and the counts are checked.

import { candidates } from './candidates/index.mjs'
import { SIZE, workloads } from './workloads/index.mjs'

/**
 * @typedef {object} Job
 * @property {keyof typeof candidates} candidate
 * @property {string} workload
 * @property {string} origin `ws://host:port` of the server
 * @property {number} messages
 */

/**
 * @param {Job} job
 * @param {typeof globalThis.WebSocket} WebSocket
 * @returns {Promise<number>} seconds
 * @throws Error where messages were lost or doubled
 */
export async function runJob(job, WebSocket) {
  const workload = workloads.find(({ name }) => name === job.workload)
  if (!workload) throw new Error(`no workload is called ${job.workload}`)
  const options = { WebSocket, messages: job.messages, size: SIZE }
  const { seconds, sent, received } = await workload.run(candidates[job.candidate], job.origin, options)
  if (sent === job.messages && received === sent) return seconds
  throw new Error(`${job.candidate}, ${job.workload}: ${sent} of ${job.messages} messages sent, ${received} received`)
}
