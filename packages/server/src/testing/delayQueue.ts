/** The outgoing queue of a socket. An entry leaves in order, and not before its delay is over. */
import type { Socket } from 'node:net'

export interface QueueEntry {
  bytes?: Buffer
  /** Called when the bytes have been written to the socket. */
  action?: () => void
}

export interface DelayQueue {
  /** @param delay ms from now */
  add(entry: QueueEntry, delay: number): void
  /** Drops all entries and clears the timer. */
  stop(): void
}

/** @param from is paused while the buffer of `to` is full */
export const createDelayQueue = (from: Socket, to: Socket): DelayQueue => {
  const entries: (QueueEntry & { due: number })[] = []
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const flush = (): void => {
    timer = undefined
    for (let first = entries[0]; first && !stopped; first = entries[0]) {
      const wait = first.due - performance.now()
      if (wait > 0) {
        timer = setTimeout(flush, Math.ceil(wait))
        return
      }
      entries.shift()
      if (first.bytes && to.writable && !to.write(first.bytes)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
      first.action?.()
    }
  }

  return {
    add(entry, delay) {
      entries.push({ ...entry, due: performance.now() + delay })
      if (!timer) flush()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      entries.length = 0
    },
  }
}
