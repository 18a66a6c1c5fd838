// Runs one round of one candidate, in Node or in a page. Resolves the names in the job to functions.

import { candidates } from '../../candidates/index.mjs'
import { workloads } from './workloads/index.mjs'

/**
 * @typedef {object} Job
 * @property {import('../../candidates/names.mjs').Name} candidate
 * @property {string} workload
 * @property {string} origin `ws://host:port` of the server
 * @property {number} messages
 * @property {number} rate messages per second, 0 for no limit
 */

/**
 * @param {Job} job
 * @returns {Promise<import('./workloads/index.mjs').Outcome>}
 */
export async function runJob({ candidate, workload, origin, messages, rate }) {
  const found = workloads.find(({ name }) => name === workload)
  if (!found) throw new Error(`unknown workload: ${workload}`)
  return found.run(candidates[candidate], origin, { messages, rate })
}
