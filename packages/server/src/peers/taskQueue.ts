/** Runs the tasks of one client one after the other. */

export class TaskQueue {
  private readonly _tasks: (() => Promise<void>)[] = []
  private _isRunning = false

  /** Runs the task, which must not reject, after the earlier ones. Returns false, and does not add it, if `limit` tasks wait already. */
  add(task: () => Promise<void>, limit: number): boolean {
    if (this._tasks.length >= limit) return false
    this._tasks.push(task)
    if (!this._isRunning) void this._run()
    return true
  }

  private async _run(): Promise<void> {
    this._isRunning = true
    for (let next = this._tasks.shift(); next; next = this._tasks.shift()) await next()
    this._isRunning = false
  }
}
