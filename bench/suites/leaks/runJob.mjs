// Connects and closes repeatedly, and counts what remains.

import { candidates } from '../../candidates/index.mjs'
import { connect } from '../../candidates/connect.mjs'
import { countListeners } from '../../runners/countListeners.mjs'
import { countTimers } from '../../runners/countTimers.mjs'
import { trackSockets } from '../../runners/trackSockets.mjs'

/** Timeout for the sockets to close, in ms. */
const PATIENCE = 5000

const timers = countTimers()
const listeners = countListeners()
const sockets = trackSockets()

/**
 * @typedef {object} Leftovers
 * @property {number} opened sockets
 * @property {number} left sockets that have not ended
 * @property {number} timers live
 * @property {number} listeners on objects that outlive a client: the page, the window
 */

/**
 * @param {{ candidate: import('../../candidates/names.mjs').Name, origin: string, cycles: number }} job
 * @returns {Promise<Leftovers>}
 */
export async function runJob({ candidate: name, origin, cycles }) {
  const candidate = candidates[name]
  const before = { opened: sockets.opened(), timers: timers.live(), listeners: listeners.live() }
  for (let cycle = 0; cycle < cycles; cycle++) {
    const connection = await connect(candidate, `${origin}/idle`, { heartbeat: true })
    const answered = new Promise((resolve) => candidate.onMessage(connection, resolve))
    candidate.send(connection, 'echo')
    await answered
    candidate.close(connection)
  }
  const opened = sockets.opened() - before.opened
  const end = performance.now() + PATIENCE
  while (sockets.alive() > 0 && performance.now() < end) await timers.pause(20)
  return {
    opened,
    left: sockets.alive(),
    timers: timers.live() - before.timers,
    listeners: listeners.live() - before.listeners,
  }
}
