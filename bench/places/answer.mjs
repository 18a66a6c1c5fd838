// The inner side of a place, bundled into it: jobs come in, what they return goes out. A process answers its parent; in a page,
// `runJob(job)` is called from outside.

/** @param {(job: any) => Promise<unknown>} runJob of plain data, to plain data */
export function answer(runJob) {
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

/** In bytes, without the garbage: what one collection frees, or a turn of the loop, may be the last hold on more. */
async function heapUsed() {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed
}
