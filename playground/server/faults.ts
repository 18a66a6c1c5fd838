// The faults of the server, as functions on its sockets, its handshake gate and its hub.
import type { ServerMessage } from './chatProtocol.ts'
import { type Clients, createClientRules, isAffected } from './clients.ts'
import type { HandshakeGate, Refusal } from './handshakeGate.ts'
import type { FaultySocket } from './faultySocket.ts'

/** Frozen: nothing, the connections that were open at that moment, or those and every new handshake. */
export type Frozen = 'nothing' | 'connections' | 'everything'

const strongestFirst: readonly Frozen[] = ['everything', 'connections', 'nothing']

/** The faults. Each lasts until it is undone or its time is over. Without `clients` it affects all. Durations in ms. */
export interface Faults {
  /** Cuts connections without a close frame. */
  drop(clients?: Clients): void
  close(code: number, reason: string, clients?: Clients): void
  freeze(what: Exclude<Frozen, 'nothing'>, clients?: Clients): void
  unfreeze(clients?: Clients): void
  refuse(duration: number, how: Refusal): void
  /**
   * Closes with 1012, refuses connections for `duration`, and returns without faults and with a new hub on the same store. If
   * `announced`, the close reason contains the window in which clients should reconnect: the first second after the return.
   */
  restart(duration: number, announced: boolean): void
  /** Publishes `count` messages of `size` characters to the stream; resolves when all have been handed over. */
  burst(count: number, size: number): Promise<void>
  /** Delays every message from now on. */
  slow(delay: number, clients?: Clients): void
  /** Ends all faults. */
  reset(): void
  /** Whether handshakes of the client stay unanswered. */
  holds(client: string | undefined): boolean
  /** The delay of the messages of the client. */
  delayOf(client: string | undefined): number
  /** The strongest faults that affect one of these clients; without them, that affect any client. */
  state(clients?: Clients): { frozen: Frozen; delay: number; refusingFor: number }
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

/**
 * Creates a server's faults, none of them active.
 *
 * @param sockets the open sockets, with the names of their clients
 */
export function createFaults(
  sockets: ReadonlyMap<FaultySocket, string | undefined>,
  gate: HandshakeGate,
  target: FaultTarget,
): Faults {
  const frozen = createClientRules<Frozen>('nothing')
  const delays = createClientRules(0)

  const affected = (clients: Clients): FaultySocket[] =>
    [...sockets].filter(([, client]) => isAffected(client, clients)).map(([socket]) => socket)

  const faults: Faults = {
    drop(clients) {
      for (const socket of affected(clients)) socket.cut()
    },
    close(code, reason, clients) {
      for (const socket of affected(clients)) socket.close(code, reason)
    },
    freeze(what, clients) {
      frozen.set(clients, what)
      for (const socket of affected(clients)) socket.freeze()
      gate.update()
    },
    unfreeze(clients) {
      frozen.set(clients, 'nothing')
      for (const socket of affected(clients)) socket.unfreeze()
      gate.update()
    },
    refuse: gate.refuse,
    restart(duration, announced) {
      faults.reset()
      gate.refuse(duration, 'destroy')
      faults.close(1012, announced ? JSON.stringify({ in: [duration, duration + 1000] }) : 'service restart')
      target.replaceHub()
    },
    async burst(count, size) {
      const filler = 'x'.repeat(size)
      for (let index = 0; index < count; index += 1) {
        if (index % burstSlice === 0) await new Promise(setImmediate)
        target.publish({ type: 'burst', index, of: count, filler })
      }
    },
    slow(delay, clients) {
      delays.set(clients, delay)
      for (const socket of affected(clients)) socket.slow(delay)
    },
    reset() {
      faults.slow(0)
      gate.refuse(0, 'http')
      faults.unfreeze()
    },
    holds: (client) => frozen.of(client) === 'everything',
    delayOf: delays.of,
    state(clients) {
      const among = clients ? clients.map(frozen.of) : frozen.values()
      return {
        frozen: strongestFirst.find((value) => among.includes(value)) ?? 'nothing',
        delay: Math.max(...(clients ? clients.map(delays.of) : delays.values())),
        refusingFor: gate.refusingFor(),
      }
    },
  }
  return faults
}
