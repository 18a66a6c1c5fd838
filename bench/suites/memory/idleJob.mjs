// Heap of idle clients: so many of them connected to the real server, and garbage collected. For a process of its own: once sockets
// are closed, the time at which their memory is freed is undefined, so the next sample would start from an unknown value.

import { candidates } from '../../candidates/index.mjs'
import { connect } from '../../candidates/connect.mjs'

/** Dials under way at once: the backlog of a listening socket is finite. */
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
  // These pay for what is compiled or cached once, and stay.
  await open(BATCH)
  const before = await heapUsed()
  await open(clients)
  return ((await heapUsed()) - before) / clients
}

/** After the garbage is collected and what waits for a turn of the loop has had it. */
async function heapUsed() {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed
}
