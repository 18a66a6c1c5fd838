// The door: lets WebSocket handshakes in, turns them away, or lets them stand there unanswered.
import type { Duplex } from 'node:stream'

/** How a handshake is turned away: with an HTTP answer, or by cutting the TCP connection as if nobody listened. */
export type Refusal = 'http' | 'destroy'

/** The door of the server. */
export interface HandshakeGate {
  /** Turns every handshake away for this long, in ms; 0 opens the door again. */
  refuse(duration: number, how: Refusal): void
  /** Leaves handshakes unanswered until `release`, which lets those in that still wait. */
  hold(): void
  release(): void
  /** Calls `proceed` when this handshake may go on: now, later or never. */
  admit(socket: Duplex, proceed: () => void): void
  /** How long handshakes are still turned away, in ms. */
  refusingFor(): number
}

/** How many handshakes may stand unanswered; further ones are turned away. */
const maxHeld = 1000

/** Creates an open door. */
export function createHandshakeGate(now: () => number = Date.now): HandshakeGate {
  let refusedUntil = 0
  let refusal: Refusal = 'http'
  let held: { socket: Duplex; proceed: () => void }[] = []
  let holding = false

  const refusingFor = (): number => Math.max(0, refusedUntil - now())

  return {
    refusingFor,
    refuse(duration, how) {
      refusedUntil = now() + duration
      refusal = how
    },
    hold() {
      holding = true
    },
    release() {
      holding = false
      const waiting = held
      held = []
      for (const { socket, proceed } of waiting) if (!socket.destroyed) proceed()
    },
    admit(socket, proceed) {
      if (refusingFor() > 0) return refusal === 'http' ? turnAway(socket, 503) : void socket.destroy()
      if (!holding) return proceed()
      held = held.filter((other) => !other.socket.destroyed)
      if (held.length >= maxHeld) return turnAway(socket, 503)
      held.push({ socket, proceed })
    },
  }
}

const reasons = { 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' } as const

/** Answers a handshake with an HTTP status and ends its TCP connection. */
export function turnAway(socket: Duplex, status: keyof typeof reasons): void {
  socket.end(`HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
