// Live timers and listeners of idle clients, over a fake network in fake time: exact, and the same everywhere.

import { candidates } from '../../candidates/index.mjs'
import { fakeNetwork } from '../../fakes/fakeNetwork.mjs'
import { fakeTime } from '../../fakes/fakeTime.mjs'

const CLIENTS = 10

/**
 * @param {{ candidate: import('../../candidates/names.mjs').Name, heartbeat: boolean }} job
 * @returns {Promise<{ timersAtOnce: number, timersLater: number, listeners: number }>} per client: right after it has opened, and a
 *   minute later; `listeners` on its socket
 */
export async function timersJob({ candidate: name, heartbeat }) {
  const candidate = candidates[name]
  const network = fakeNetwork()
  const clock = fakeTime()
  let open = 0
  for (let index = 0; index < CLIENTS; index++) {
    const connection = candidate.create('ws://fake/idle', { heartbeat })
    candidate.onOpen(connection, () => open++)
    candidate.onMessage(connection, () => {})
  }
  await clock.run(100)
  if (open !== CLIENTS) throw new Error(`${name}: ${open} of ${CLIENTS} have opened`)
  const timersAtOnce = clock.pending / CLIENTS
  const listeners = network.listeners(network.connections[0]?.socket)
  await clock.run(60_000)
  return { timersAtOnce, timersLater: clock.pending / CLIENTS, listeners }
}
