/** Sends everything that is written to a socket in one tick with one system call. The system call is most of the cost of a message. */

/** The part of `net.Socket` that the batcher uses. */
export interface CorkableSocket {
  readonly writableCorked: number
  cork(): void
  uncork(): void
}

export interface WriteBatcher {
  /** Holds the writes to a socket back until the next tick. */
  hold(socket: CorkableSocket): void
}

export const createWriteBatcher = (): WriteBatcher => {
  let held: CorkableSocket[] = []
  const release = (): void => {
    const sockets = held
    held = []
    for (const socket of sockets) socket.uncork()
  }
  return {
    hold: (socket) => {
      // `ws` corks only within a call, so a corked socket is one that the batcher holds already.
      if (socket.writableCorked > 0) return
      socket.cork()
      if (held.push(socket) === 1) process.nextTick(release)
    },
  }
}
