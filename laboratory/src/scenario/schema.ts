/** A scenario: what is sent, what fails and when. It comes from a file of `builtIn/`, from the page, or from a link that anyone may have made. */

import type { Fault } from './faults.ts'

export const LANE_IDS = [
  'holdfastSession',
  'holdfastPlain',
  'vueuse',
  'reactUseWebSocket',
  'partysocket',
  'reconnectingWebSocket',
  'ahooks',
  'handWritten',
  'bare',
] as const
export type LaneId = (typeof LANE_IDS)[number]

type At<Each extends Fault> = Each extends unknown ? [at: number, ...fault: Each] : never
/** When a fault begins, in ms since the start, and the fault. */
export type Step = At<Fault>

export interface Scenario {
  v: 1
  /** Of a built-in scenario. Absent after a change. */
  id?: string
  title?: string
  /** The same seed gives the same result. */
  seed: number
  /** In ms. The counters are read 60 s later. */
  length: number
  /** The server publishes a message of `size` bytes every `every` ms. */
  publish: { every: number; size: number }
  /** Each client sends a message every `every` ms. */
  send: { every: number } | null
  /** Of each lane that has a heartbeat: how often it pings, and how long it waits for the answer. */
  heartbeat: { interval: number; timeout: number }
  /** How many clients each lane runs. @default 1 */
  clients?: number
  lanes: LaneId[]
  /** Ordered by time. */
  steps: Step[]
}

export interface Texts {
  en: string
  zh: string
}

/** A scenario that the laboratory offers, with its texts. */
export interface BuiltIn {
  id: string
  title: Texts
  /** What it shows, in one sentence. */
  summary: Texts
  /** One sentence for each step, in their order. */
  events: Texts[]
  /** The path of the page of the documentation that explains it, without language and extension. */
  guide: string
  scenario: Scenario
}
