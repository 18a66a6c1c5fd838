/** What a client's messages make the application do: one after the other, bounded, and to be waited for. */

export interface Work {
  /** Runs the task after those before it. False when too much is waiting: then it is not taken. */
  add(bytes: number, task: () => Promise<void>): boolean
  /** Forgets what has not begun; resolves when what has begun is over. Nothing is taken afterwards. */
  halt(): Promise<void>
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>
}

/** @param failed is told what a task threw; it must not throw itself */
export const createWork = (most: { tasks: number; bytes: number }, failed: (error: unknown) => void): Work => {
  let queue: { bytes: number; task: () => Promise<void> }[] = []
  let waiting = 0
  let running: Promise<void> | undefined
  let halted = false

  const run = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      try {
        await next.task()
      } catch (error) {
        failed(error)
      }
      waiting -= next.bytes
    }
    running = undefined
  }
  return {
    add: (bytes, task) => {
      if (halted) return true
      if (queue.length >= most.tasks || waiting + bytes > most.bytes) return false
      queue.push({ bytes, task })
      waiting += bytes
      running ??= run()
      return true
    },
    halt: async () => {
      halted = true
      queue = []
      await running
    },
    idle: async () => {
      while (running) await running
    },
  }
}
