// A Node process that runs jobs, one at a time.

import { dirname, basename } from 'node:path'
import { startChild } from '../child.mjs'

/**
 * Where jobs run: a process or a page, to itself, so that compiled code and garbage of one candidate never burden another.
 * @template [Value=any]
 * @typedef {object} Place
 * @property {(job: object) => Promise<Sample<Value>>} run garbage is collected before
 * @property {() => Promise<number>} heap bytes in use, without the garbage
 * @property {() => Promise<void>} close
 */

/**
 * @template Value
 * @typedef {object} Sample
 * @property {Value} value what the job returned
 * @property {number} cpuSeconds of the thread that ran it (in Node: of its process)
 */

/** Longest job, in ms; far above what any takes. */
const PATIENCE = 90_000

/**
 * @param {string} bundle which calls `answer`
 * @param {{ profile?: string | undefined, args?: string[] }} [options] `profile`: the path of a CPU profile to write
 * @returns {Promise<Place>}
 */
export async function createNodePlace(bundle, { profile, args = [] } = {}) {
  const profiling = profile
    ? ['--cpu-prof', `--cpu-prof-dir=${dirname(profile)}`, `--cpu-prof-name=${basename(profile)}`]
    : []
  const child = startChild(bundle, ['--expose-gc', ...args, ...profiling])
  await child.hear(PATIENCE)
  return {
    run: async (job) => {
      child.tell({ ...job })
      const { error, ...sample } = await child.hear(PATIENCE)
      if (error) throw new Error(error)
      return sample
    },
    heap: async () => {
      child.tell('heap')
      return child.hear(PATIENCE)
    },
    close: child.end,
  }
}
