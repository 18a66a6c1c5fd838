// Measures the heap of idle clients that are connected to the real server, after a garbage collection. Needs a separate process: after
// sockets are closed, the time at which their memory is freed is undefined, so the next sample would start from an unknown value.

import { candidates } from '../../candidates/index.mjs'
import { connect } from '../../candidates/connect.mjs'

/** How many clients connect at once: the backlog of a listening socket is limited. */
const BATCH = 100

/**
 * @param {{ candidate: import('../../candidates/names.mjs').Name, origin: string, clients: number, heartbeat: boolean }} job
 * @returns {Promise<number>} bytes of heap per client
 */
export async function idleJob({ candidate: name, origin, clients, heartbeat }) {
  /** @type {unknown[]} */
  const connections = []
  const open = async (/** @type {number} */ count) => {
    for (const end = connections.length + count; connections.length < end;) {
      const batch = Array.from({ length: BATCH }, () => connect(candidates[name], `${origin}/idle`, { heartbeat }))
      connections.push(...(await Promise.all(batch)))
    }
  }
  // The first clients cover one-time costs, such as compiled code and caches, and stay open.
  await open(BATCH)
  const before = await heapUsed()
  await open(clients)
  return ((await heapUsed()) - before) / clients
}

/** The heap in use, after pending callbacks have run and garbage was collected. */
async function heapUsed() {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed
}
