// What stands between the server and one socket: everything said passes here, so that it can be held back or slowed down
// without changing its order. It holds a bounded number of frames and forgets the oldest beyond it.

/** The gate in front of one socket. */
export interface Outbox {
  /** Passes a frame on, now or when it is due. */
  push(frame: string): void
  /** Lets every later frame wait this many ms. */
  slow(delay: number): void
  /** Holds everything until `thaw`. */
  freeze(): void
  thaw(): void
  /** Forgets what waits; nothing is delivered afterwards. */
  close(): void
}

/** How many frames, and how many characters in all, wait at most. */
const maxWaiting = 10_000
const maxWaitingLength = 64 * 1024 * 1024

/** Creates a gate that hands the frames to `deliver`, in order. */
export function createOutbox(deliver: (frame: string) => void): Outbox {
  let waiting: { frame: string; due: number }[] = []
  let length = 0
  let delay = 0
  let frozen = false
  let timer: NodeJS.Timeout | undefined

  function drain(): void {
    clearTimeout(timer)
    timer = undefined
    if (frozen) return
    const now = performance.now()
    const firstToWait = waiting.findIndex(({ due }) => due > now)
    const ready = waiting.splice(0, firstToWait === -1 ? waiting.length : firstToWait)
    for (const { frame } of ready) {
      length -= frame.length
      deliver(frame)
    }
    const next = waiting[0]
    if (next) timer = setTimeout(drain, next.due - now)
  }

  return {
    push(frame) {
      if (!frozen && delay === 0 && waiting.length === 0) return deliver(frame)
      // Never due before its predecessor: a shorter delay must not let it overtake.
      const due = Math.max(performance.now() + delay, waiting.at(-1)?.due ?? 0)
      waiting.push({ frame, due })
      length += frame.length
      while (waiting.length > maxWaiting || length > maxWaitingLength) length -= waiting.shift()?.frame.length ?? length
      if (!timer) drain()
    },
    slow(ms) {
      delay = ms
    },
    freeze() {
      frozen = true
      clearTimeout(timer)
      timer = undefined
    },
    thaw() {
      frozen = false
      drain()
    },
    close() {
      frozen = true
      waiting = []
      clearTimeout(timer)
    },
  }
}
