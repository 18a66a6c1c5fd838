/** Timers in the order in which they are due; of two due together, the one set first. A binary heap, because a run has thousands. */

export interface Timer {
  at: number
  order: number
  /** Undefined after the timer was cleared. It leaves the queue when it is due. */
  callback: (() => void) | undefined
  /** Whose timer it is. */
  readonly owner: string
  /** Whether it waits while the page is hidden or the computer sleeps. */
  readonly mayBeLate: boolean
}

const isBefore = (one: Timer, other: Timer): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order)

export class TimerQueue {
  private readonly _heap: Timer[] = []

  first(): Timer | undefined {
    return this._heap[0]
  }

  add(timer: Timer): void {
    const heap = this._heap
    let index = heap.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this._isBefore(index, parent)) return
      this._swap(index, parent)
      index = parent
    }
  }

  removeFirst(): void {
    const heap = this._heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    heap[0] = last
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      let next = index
      for (const child of [left, left + 1]) if (child < heap.length && this._isBefore(child, next)) next = child
      if (next === index) return
      this._swap(index, next)
      index = next
    }
  }

  private _isBefore(one: number, other: number): boolean {
    const [first, second] = [this._heap[one], this._heap[other]]
    return first !== undefined && second !== undefined && isBefore(first, second)
  }

  private _swap(one: number, other: number): void {
    const heap = this._heap
    const [first, second] = [heap[one], heap[other]]
    if (first && second) [heap[one], heap[other]] = [second, first]
  }
}
