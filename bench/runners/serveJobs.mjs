// The part of a runner that is bundled into its process or page. In a process, jobs arrive as messages of the parent and their results are
// sent back. In a page, `runJob` becomes a global function that is called over the DevTools protocol.

/** @param {(job: any) => Promise<unknown>} runJob takes and returns plain data */
export function serveJobs(runJob) {
  const { process } = globalThis
  if (!process?.send) return void Object.assign(globalThis, { runJob })
  process.on('message', async (job) => {
    if (job === 'heap') return void process.send?.(await heapUsed())
    globalThis.gc?.()
    const before = process.cpuUsage()
    try {
      const value = await runJob(job)
      const { user, system } = process.cpuUsage(before)
      process.send?.({ value, cpuSeconds: (user + system) / 1e6 })
    } catch (error) {
      process.send?.({ error: error instanceof Error ? error.message : String(error) })
    }
  })
  process.once('disconnect', () => process.exit())
  process.send('ready')
}

/** Bytes in use, without garbage. Several collections are needed: one may free the last reference to further objects. */
async function heapUsed() {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed
}
