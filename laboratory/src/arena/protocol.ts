/** The messages between the page and the arena, which runs the scenario in an iframe of the same origin. */

import type { Fault } from '../scenario/faults.ts'
import type { LaneId, Scenario, Step } from '../scenario/schema.ts'

/** Virtual seconds per second, or `max`: as fast as possible. */
export type Speed = number | 'max'

/** Page → arena. An arena runs one scenario: for the next, load a new one. */
export type Command =
  /** The first message, after the arena's `ready`. */
  | { type: 'run'; scenario: Scenario; speed: Speed }
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'speed'; speed: Speed }
  /** Runs `ms` of virtual time while paused. */
  | { type: 'step'; ms: number }
  /** Injects a fault now. The mark of the next batch contains it as a step of the scenario. */
  | { type: 'fault'; fault: Fault }
  /** Ends all lanes. No batch follows. The page then removes the iframe. */
  | { type: 'stop' }

/** Arena → page. */
export type Report =
  | { type: 'ready' }
  /** At most one for each animation frame. */
  | ({ type: 'batch' } & Batch)
  /** The run has ended by an error. */
  | { type: 'error'; message: string }

export interface Batch {
  /** Virtual ms since the start. */
  now: number
  /** In the order of the scenario. */
  lanes: LaneState[]
  /** What happened since the last batch, in order. */
  marks: Mark[]
  /** Latencies since the last batch: of each lane at most one, the greatest, for each 100 ms. */
  samples: Sample[]
  /** The last batch has it. */
  done?: Result
}

/** The lane's own status. Of several clients: `open` if one is open. */
export type LaneStatus = 'connecting' | 'open' | 'closed'

export interface LaneState {
  id: LaneId
  status: LaneStatus
  /** How many of its clients are open. */
  open: number
  counters: Counters
}

/**
 * `up`: bytes pass. `halfOpen`: existing connections are dead, new ones work. `down`: new connections fail.
 * `both`: connections are dead and new ones fail. `slow`: bytes pass at a limited rate.
 */
export type NetworkState = 'up' | 'slow' | 'halfOpen' | 'down' | 'both'

export type Mark =
  /** A fault begins. `until`: when it ends by itself, equal to `at` for one without a duration. */
  | { type: 'fault'; at: number; until: number; step: Step }
  | { type: 'network'; at: number; state: NetworkState }
  /** The server has started: a new node with a new name. */
  | { type: 'server'; at: number; node: string }
  /** One of the three has changed. `dead`: how many of the open clients have a connection over which no byte passes. */
  | { type: 'status'; at: number; lane: LaneId; status: LaneStatus; open: number; dead: number }
  /** A client constructs a socket. */
  | { type: 'dial'; at: number; lane: LaneId }
  /** The lane reports to the application that it missed messages, or that an own message is lost. */
  | { type: 'announced'; at: number; lane: LaneId; event: 'missed' | 'unsent' }

export interface Sample {
  lane: LaneId
  at: number
  /** From publishing until the message is received, in ms. */
  latency: number
}

/** A time in ms; `never`: not before the end; null: no connection of the lane was interrupted. */
export type Duration = number | 'never' | null

/** The sums over a lane's clients; times are those of the slowest client. */
export interface Counters {
  /** Published since the client's first open. */
  published: number
  received: number
  /** Published since the first open, never received. While the scenario runs: not received yet. */
  lost: number
  /** Received again. */
  doubled: number
  /** Received after a message with a higher number. */
  outOfOrder: number
  /** Own messages. */
  sent: number
  /** Own messages that have not reached the server. */
  unsent: number
  /** Those of `unsent` that the lane reported to the application: by an event, a rejected promise or an exception. */
  unsentReported: number
  /** Own messages that reached the server again. */
  sentTwice: number
  /**
   * From the first moment a connection is dead until the lane's status leaves open: the longest of the run. Without the time in which the
   * computer sleeps.
   */
  detection: Duration
  /** From the end of the fault until the first message is received: the longest of the run. */
  recovery: Duration
  /** Sockets constructed. */
  dials: number
  /** Sockets constructed while new connections failed. */
  dialsWhileDown: number
  /** For how long the status was open while no byte could pass, in ms. Without the time in which the computer sleeps. */
  falselyOpen: number
  /** Whether the lane reported to the application that it missed messages. */
  announced: boolean
}

export interface LaneResult {
  id: LaneId
  version: string
  counters: Counters
  /** When the number of open or of falsely open (`dead`) clients changed, and to what: the lane's bar. */
  timeline: [at: number, open: number, status: LaneStatus, dead: number][]
  /** The lost messages: of each unbroken run of them, when the first and the last was published, and how many. */
  gaps: [from: number, to: number, count: number][]
}

/** Equal, also as JSON, for the same scenario, at each speed. */
export interface Result {
  v: 1
  /** As it ran: with the faults that were injected by hand, without id if there were any. */
  scenario: Scenario
  /** When the counters were read: 60 s after the end of the scenario. */
  end: number
  /** The names of the server's nodes, in order. */
  nodes: string[]
  network: [at: number, state: NetworkState][]
  lanes: LaneResult[]
}
