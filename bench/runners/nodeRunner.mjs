// A Node process that runs jobs, one at a time.

import { dirname, basename } from 'node:path'
import { startChild } from '../child.mjs'

/**
 * Runs jobs in a separate process or page, so that compiled code and garbage of one candidate do not affect another.
 * @template [Value=any]
 * @typedef {object} Runner
 * @property {(job: object) => Promise<Sample<Value>>} run after a garbage collection
 * @property {() => Promise<number>} heap bytes in use, without garbage
 * @property {() => Promise<void>} close
 */

/**
 * @template Value
 * @typedef {object} Sample
 * @property {Value} value the result of the job
 * @property {number} cpuSeconds of the thread that ran it (in Node: of its process)
 */

/** Timeout of a job in ms, far above the duration of any. */
const PATIENCE = 90_000

/**
 * @param {string} bundle a bundle that calls `serveJobs`
 * @param {{ profile?: string | undefined, args?: string[] }} [options] `profile`: the path of a CPU profile to write
 * @returns {Promise<Runner>}
 */
export async function createNodeRunner(bundle, { profile, args = [] } = {}) {
  const profiling = profile
    ? ['--cpu-prof', `--cpu-prof-dir=${dirname(profile)}`, `--cpu-prof-name=${basename(profile)}`]
    : []
  const child = startChild(bundle, ['--expose-gc', ...args, ...profiling])
  await child.receive(PATIENCE)
  return {
    run: async (job) => {
      child.send({ ...job })
      const { error, ...sample } = await child.receive(PATIENCE)
      if (error) throw new Error(error)
      return sample
    },
    heap: async () => {
      child.send('heap')
      return child.receive(PATIENCE)
    },
    close: child.end,
  }
}
