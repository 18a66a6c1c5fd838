// Accepts WebSocket handshakes, rejects them, or leaves them unanswered.
import type { Duplex } from 'node:stream'

/** How a handshake is rejected: with an HTTP response, or by cutting the TCP connection as if the port were closed. */
export type Refusal = 'http' | 'destroy'

/** Decides what happens to handshakes. */
export interface HandshakeGate {
  /** Rejects every handshake for this long, in ms; 0 accepts them again. */
  refuse(duration: number, how: Refusal): void
  /** Accepts the waiting handshakes that are not held any more. */
  update(): void
  /** Calls `proceed` when this handshake may go on: now, later or never. */
  admit(socket: Duplex, client: string | undefined, proceed: () => void): void
  /** How long handshakes are still rejected, in ms. */
  refusingFor(): number
}

/** How many handshakes may wait unanswered; further ones are rejected. */
const maxHeld = 1000

/**
 * Creates a gate that accepts every handshake, except those that `isHeld` leaves unanswered.
 *
 * @param isHeld called for each handshake with the name of its client
 */
export function createHandshakeGate(
  isHeld: (client: string | undefined) => boolean,
  now: () => number = Date.now,
): HandshakeGate {
  let refusedUntil = 0
  let refusal: Refusal = 'http'
  let held: { socket: Duplex; client: string | undefined; proceed: () => void }[] = []

  const refusingFor = (): number => Math.max(0, refusedUntil - now())

  return {
    refusingFor,
    refuse(duration, how) {
      refusedUntil = now() + duration
      refusal = how
    },
    update() {
      const released = held.filter(({ client }) => !isHeld(client))
      held = held.filter(({ client }) => isHeld(client))
      for (const { socket, proceed } of released) if (!socket.destroyed) proceed()
    },
    admit(socket, client, proceed) {
      if (refusingFor() > 0) return refusal === 'http' ? rejectHandshake(socket, 503) : void socket.destroy()
      if (!isHeld(client)) return proceed()
      held = held.filter((other) => !other.socket.destroyed)
      if (held.length >= maxHeld) return rejectHandshake(socket, 503)
      held.push({ socket, client, proceed })
    },
  }
}

const reasons = { 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' } as const

/** Answers a handshake with an HTTP status and ends its TCP connection. */
export function rejectHandshake(socket: Duplex, status: keyof typeof reasons): void {
  socket.end(`HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
