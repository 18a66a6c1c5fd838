/** Runs the tasks of one client one after the other. The queue is bounded. */

/** The tasks that wait or run. */
export interface QueueLoad {
  tasks: number
  bytes: number
}

export interface TaskQueue {
  /** Runs the task after the earlier ones. Returns false, and does not add it, if the queue is full. */
  add(bytes: number, task: () => Promise<void>): boolean
  /** Removes the waiting tasks and ignores later ones. Resolves when the running task has finished. */
  halt(): Promise<void>
  /** Resolves when no task runs or waits. */
  idle(): Promise<void>
  load(): QueueLoad
}

/** @param onError receives the errors of tasks. It must not throw */
export const createTaskQueue = (
  limits: { tasks: number; bytes: number },
  onError: (error: unknown) => void,
): TaskQueue => {
  let queue: { bytes: number; task: () => Promise<void> }[] = []
  let bytesWaiting = 0
  let running: Promise<void> | undefined
  let halted = false

  const run = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      try {
        await next.task()
      } catch (error) {
        onError(error)
      }
      bytesWaiting -= next.bytes
    }
    running = undefined
  }
  return {
    add: (bytes, task) => {
      if (halted) return true
      if (queue.length >= limits.tasks || bytesWaiting + bytes > limits.bytes) return false
      queue.push({ bytes, task })
      bytesWaiting += bytes
      running ??= run()
      return true
    },
    halt: async () => {
      halted = true
      for (const { bytes } of queue) bytesWaiting -= bytes
      queue = []
      await running
    },
    idle: async () => {
      while (running) await running
    },
    load: () => ({ tasks: queue.length + (running ? 1 : 0), bytes: bytesWaiting }),
  }
}
