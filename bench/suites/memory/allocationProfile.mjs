// Finds the functions that allocate memory, with the sampling heap profiler.

import { Session } from 'node:inspector/promises'

/** Average bytes between two samples. It is small, because each message allocates only a little. */
const INTERVAL = 256

/**
 * @typedef {object} Site
 * @property {string} name of the function
 * @property {number} bytes that it allocated itself
 */

/**
 * @param {() => void} work
 * @returns {Promise<Site[]>} functions, the greatest first
 */
export async function profileAllocations(work) {
  const session = new Session()
  session.connect()
  // Objects that are garbage at the end were allocated too.
  const all = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true }
  await session.post('HeapProfiler.startSampling', { samplingInterval: INTERVAL, ...all })
  work()
  const { profile } = await session.post('HeapProfiler.stopSampling')
  session.disconnect()
  /** @type {Map<string, number>} */
  const sites = new Map()
  const visit = (
    /** @type {import('node:inspector').HeapProfiler.SamplingHeapProfileNode} */ { callFrame, selfSize, children },
  ) => {
    const name = callFrame.functionName || `line ${callFrame.lineNumber + 1}`
    if (selfSize > 0) sites.set(name, (sites.get(name) ?? 0) + selfSize)
    for (const child of children) visit(child)
  }
  visit(profile.head)
  return [...sites].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes)
}
