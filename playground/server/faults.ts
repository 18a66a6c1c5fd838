// The faults of the server, as functions on its sockets, its handshake gate and its hub.
import type { ServerMessage } from './chatProtocol.ts'
import type { HandshakeGate, Refusal } from './handshakeGate.ts'
import type { FaultySocket } from './faultySocket.ts'

/** Frozen: nothing, the connections that were open at that moment, or those and every new handshake. */
export type Frozen = 'nothing' | 'connections' | 'everything'

/** The faults. Each lasts until it is undone or its time is over. Durations in ms. */
export interface Faults {
  /** Cuts every connection without a close frame. */
  drop(): void
  closeAll(code: number, reason: string): void
  freeze(what: Exclude<Frozen, 'nothing'>): void
  unfreeze(): void
  refuse(duration: number, how: Refusal): void
  /**
   * Closes with 1012, refuses connections for `duration`, and returns without faults and with a new hub on the same store. If
   * `announced`, the close reason contains the window in which clients should reconnect: the first second after the return.
   */
  restart(duration: number, announced: boolean): void
  /** Publishes `count` messages of `size` characters to the stream; resolves when all have been handed over. */
  burst(count: number, size: number): Promise<void>
  /** Delays every message from now on. */
  slow(delay: number): void
  /** Ends all faults. */
  reset(): void
  /** Applies the active delay to a new socket. */
  applyTo(socket: FaultySocket): void
  state(): { frozen: Frozen; delay: number; refusingFor: number }
}

/** How many messages of a burst are published before the event loop gets a turn. */
const burstSlice = 1000

/** The parts of the server that faults act on, besides its sockets. */
export interface FaultTarget {
  /** Publishes a message to the stream. */
  publish(message: ServerMessage): void
  /** Replaces the hub by a new one. */
  replaceHub(): void
}

/** Creates a server's faults, none of them active. */
export function createFaults(sockets: ReadonlySet<FaultySocket>, gate: HandshakeGate, target: FaultTarget): Faults {
  let frozen: Frozen = 'nothing'
  let delay = 0

  const faults: Faults = {
    drop() {
      for (const socket of sockets) socket.cut()
    },
    closeAll(code, reason) {
      for (const socket of sockets) socket.close(code, reason)
    },
    freeze(what) {
      frozen = what
      for (const socket of sockets) socket.freeze()
      if (what === 'everything') gate.hold()
    },
    unfreeze() {
      frozen = 'nothing'
      for (const socket of sockets) socket.unfreeze()
      gate.release()
    },
    refuse: gate.refuse,
    restart(duration, announced) {
      faults.reset()
      gate.refuse(duration, 'destroy')
      faults.closeAll(1012, announced ? JSON.stringify({ in: [duration, duration + 1000] }) : 'service restart')
      target.replaceHub()
    },
    async burst(count, size) {
      const filler = 'x'.repeat(size)
      for (let index = 0; index < count; index += 1) {
        if (index % burstSlice === 0) await new Promise(setImmediate)
        target.publish({ type: 'burst', index, of: count, filler })
      }
    },
    slow(ms) {
      delay = ms
      for (const socket of sockets) socket.slow(ms)
    },
    reset() {
      faults.slow(0)
      gate.refuse(0, 'http')
      faults.unfreeze()
    },
    applyTo: (socket) => socket.slow(delay),
    state: () => ({ frozen, delay, refusingFor: gate.refusingFor() }),
  }
  return faults
}
