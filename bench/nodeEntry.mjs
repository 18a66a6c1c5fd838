// Runs jobs in a Node process of its own, one message from the parent at a time. Bundled, for the core is TypeScript.

import { WebSocket } from 'ws'
import { runJob } from './runJob.mjs'

const platform = /** @type {typeof globalThis.WebSocket} */ (/** @type {unknown} */ (WebSocket))

process.on('message', async (/** @type {import('./runJob.mjs').Job} */ job) => {
  globalThis.gc?.()
  const before = process.cpuUsage()
  try {
    const seconds = await runJob(job, platform)
    const { user, system } = process.cpuUsage(before)
    process.send?.({ seconds, cpuSeconds: (user + system) / 1e6 })
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) })
  }
})
process.once('disconnect', () => process.exit())
process.send?.('ready')
