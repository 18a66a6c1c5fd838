// Controls the outage: a separate server stops, and starts again on the same port.

import { join } from 'node:path'
import { startChild } from '../../child.mjs'

const SERVER = join(import.meta.dirname, '..', '..', 'server.mjs')
/** Timeout of a start, in ms. */
const PATIENCE = 15_000

/**
 * @typedef {object} Down
 * @property {number} attempts connection attempts while the server was down
 * @property {number | null} back ms from the server's return until open
 */

/**
 * @param {readonly import('../../runners/nodeRunner.mjs').Runner[]} runners one for each candidate
 * @param {readonly object[]} jobs one for each runner
 * @param {{ down: number, patience: number }} times in ms
 * @returns {Promise<Down[]>} of each runner
 */
export async function measureDown(runners, jobs, { down, patience }) {
  const first = startChild(SERVER)
  const port = await first.receive(PATIENCE)
  const origin = `ws://127.0.0.1:${port}`
  const running = Promise.all(
    runners.map((runner, index) =>
      runner.run({ ...jobs[index], kind: 'down', origin, patience: down + patience + PATIENCE }),
    ),
  )
  running.catch(() => {})
  const allConnected = async () => {
    first.send('how many')
    return (await first.receive(PATIENCE)) >= runners.length
  }
  while (!(await allConnected())) await pause(50)
  // Long enough for all clients to reset their number of attempts: the longest time is ours, ten seconds.
  await pause(10_500)
  const downAt = Date.now()
  await first.end()
  await pause(down)
  const second = startChild(SERVER, [], [String(port)])
  try {
    await second.receive(PATIENCE)
    const upAt = Date.now()
    const noted = await running
    return noted.map(({ value: { dials, openedAt } }) => ({
      attempts: dials.filter((/** @type {number} */ at) => at > downAt && at < upAt).length,
      back: openedAt === null ? null : Math.max(0, openedAt - upAt),
    }))
  } finally {
    await second.end()
  }
}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
