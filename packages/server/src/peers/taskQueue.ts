/** Runs the tasks of one client one after the other. The queue is bounded. */

export interface TaskQueue {
  /** Runs the task after the earlier ones. Returns false, and does not add it, if the queue is full. */
  add(task: () => Promise<void>): boolean
}

/** @param onError receives the errors of tasks. It must not throw */
export const createTaskQueue = (limit: number, onError: (error: unknown) => void): TaskQueue => {
  const queue: (() => Promise<void>)[] = []
  let isRunning = false

  const run = async (): Promise<void> => {
    isRunning = true
    for (let next = queue.shift(); next; next = queue.shift()) {
      try {
        await next()
      } catch (error) {
        onError(error)
      }
    }
    isRunning = false
  }
  return {
    add: (task) => {
      if (queue.length >= limit) return false
      queue.push(task)
      if (!isRunning) void run()
      return true
    },
  }
}
