/** What waits to go out at a socket, in order: each when its time has come and all before it has gone. */
import type { Socket } from 'node:net'

export interface Parcel {
  bytes?: Buffer
  /** What is done when the bytes are with the socket. */
  act?: () => void
}

export interface Parcels {
  /** @param delay ms from now */
  put(parcel: Parcel, delay: number): void
  /** Nothing more goes out, and no timer is left. */
  stop(): void
}

/** @param from is paused while `to` is full */
export function createParcels(from: Socket, to: Socket): Parcels {
  const queue: (Parcel & { due: number })[] = []
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  function flush(): void {
    timer = undefined
    for (let first = queue[0]; first && !stopped; first = queue[0]) {
      const wait = first.due - performance.now()
      if (wait > 0) {
        timer = setTimeout(flush, Math.ceil(wait))
        return
      }
      queue.shift()
      if (first.bytes && to.writable && !to.write(first.bytes)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
      first.act?.()
    }
  }

  return {
    put(parcel, delay) {
      queue.push({ ...parcel, due: performance.now() + delay })
      if (!timer) flush()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      queue.length = 0
    },
  }
}
