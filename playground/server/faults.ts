// Everything the server can do wrong on command, as functions on its wires, its door and its hub.
import type { ServerMessage } from './chatProtocol.ts'
import type { HandshakeGate, Refusal } from './handshakeGate.ts'
import type { Wire } from './wire.ts'

/** Frozen: nothing, the connections that were there, or those and every new handshake. */
export type Frozen = 'nothing' | 'connections' | 'everything'

/** The faults, each until it is taken back or its time is over. Durations in ms. */
export interface Faults {
  /** Cuts every connection without a close frame. */
  drop(): void
  closeAll(code: number, reason: string): void
  freeze(what: Exclude<Frozen, 'nothing'>): void
  unfreeze(): void
  refuse(duration: number, how: Refusal): void
  /**
   * Closes with 1012, is away for a while, comes back without any fault and with another hub, which remembers what its store
   * has kept. Announced, it tells the clients in the close reason when to come back: within one second of its return, spread.
   */
  restart(duration: number, announced: boolean): void
  /** Says `count` messages of `size` characters in the stream; resolves when all are handed over. */
  burst(count: number, size: number): Promise<void>
  /** Delays everything said from now on. */
  slow(delay: number): void
  /** No fault any more. */
  reset(): void
  /** Lets a wire that has just come in suffer with the others. */
  include(wire: Wire): void
  state(): { frozen: Frozen; delay: number; refusingFor: number }
}

/** How many messages of a burst are said before others get a turn. */
const burstSlice = 1000

/** What the faults need of the server's inside. */
export interface Inside {
  /** Says something in the stream. */
  publish(message: ServerMessage): void
  /** Replaces the hub by a new one. */
  renew(): void
}

/** Creates a server's faults, none of them active. */
export function createFaults(wires: ReadonlySet<Wire>, gate: HandshakeGate, inside: Inside): Faults {
  let frozen: Frozen = 'nothing'
  let delay = 0

  const faults: Faults = {
    drop() {
      for (const wire of wires) wire.cut()
    },
    closeAll(code, reason) {
      for (const wire of wires) wire.close(code, reason)
    },
    freeze(what) {
      frozen = what
      for (const wire of wires) wire.freeze()
      if (what === 'everything') gate.hold()
    },
    unfreeze() {
      frozen = 'nothing'
      for (const wire of wires) wire.thaw()
      gate.release()
    },
    refuse: gate.refuse,
    restart(duration, announced) {
      faults.reset()
      gate.refuse(duration, 'destroy')
      faults.closeAll(1012, announced ? JSON.stringify({ in: [duration, duration + 1000] }) : 'service restart')
      inside.renew()
    },
    async burst(count, size) {
      const filler = 'x'.repeat(size)
      for (let index = 0; index < count; index += 1) {
        if (index % burstSlice === 0) await new Promise(setImmediate)
        inside.publish({ type: 'burst', index, of: count, filler })
      }
    },
    slow(ms) {
      delay = ms
      for (const wire of wires) wire.slow(ms)
    },
    reset() {
      faults.slow(0)
      gate.refuse(0, 'http')
      faults.unfreeze()
    },
    include: (wire) => wire.slow(delay),
    state: () => ({ frozen, delay, refusingFor: gate.refusingFor() }),
  }
  return faults
}
