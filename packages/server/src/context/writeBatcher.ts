/** What is said to a client in one go leaves in one write: a write is most of what a message costs. Nothing waits longer than to the next tick. */

/** As much of `net.Socket` as this needs. */
export interface Corked {
  readonly writableCorked: number
  cork(): void
  uncork(): void
}

export interface Corks {
  /** Keeps back what is written from here to the end of what runs now. */
  hold(socket: Corked): void
}

export const createCorks = (): Corks => {
  let held: Corked[] = []
  const release = (): void => {
    const sockets = held
    held = []
    for (const socket of sockets) socket.uncork()
  }
  return {
    hold: (socket) => {
      // Only we keep anything back for longer than a call.
      if (socket.writableCorked > 0) return
      socket.cork()
      if (held.push(socket) === 1) process.nextTick(release)
    },
  }
}
