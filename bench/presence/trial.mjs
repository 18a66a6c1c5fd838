// Measures one candidate with one number of clients, with a new server and new clients.

import { startChild } from '../child.mjs'
import { candidates } from './candidates.mjs'

/**
 * @typedef {import('./clientsEntry.mjs').Report & { cpu: number }} Trial
 *   cpu: of the server until all clients had all members, ms
 */

/** Only a guard against a hang, in ms: a trial may take minutes on a loaded machine. */
const PATIENCE = 600_000

/**
 * @param {string} name of the candidate
 * @param {number} count of clients
 * @param {{ server: string, clients: string }} bundles
 * @param {string} [profile] the folder for a CPU profile of the server
 * @returns {Promise<Trial>}
 */
export async function runTrial(name, count, bundles, profile) {
  const candidate = candidates[name]
  if (!candidate) throw new Error(`no candidate ${name}`)
  const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
  const server = startChild(bundles.server, profiling, [name])
  /** @type {ReturnType<typeof startChild> | undefined} */
  let clients
  try {
    const port = await server.receive(PATIENCE)
    server.send('report')
    const before = await server.receive(PATIENCE)
    clients = startChild(
      bundles.clients,
      ['--max-semi-space-size=64'],
      [candidate.dialect, `ws://127.0.0.1:${port}`, String(count), String(candidate.showsMembers)],
    )
    const report = await clients.receive(PATIENCE)
    server.send('report')
    return { ...report, cpu: (await server.receive(PATIENCE)) - before }
  } finally {
    await Promise.all([server.end(), clients?.end()])
  }
}
