import type { Counters, NetworkState } from '../../arena/protocol.ts'
import type { Fault } from '../../scenario/faults.ts'
import type { LaneId } from '../../scenario/schema.ts'

/** The counters that the page shows, in their order. */
export const COUNTERS = [
  'lost',
  'announced',
  'doubled',
  'unsent',
  'unsentReported',
  'detection',
  'recovery',
  'falselyOpen',
  'dialsWhileDown',
] as const satisfies (keyof Counters)[]
export type CounterName = (typeof COUNTERS)[number]

/** The faults that have a button, with their arguments. */
export const FAULT_BUTTONS = {
  drop: ['drop'],
  halfOpen: ['halfOpen', 20_000],
  down: ['down', 10_000, 'refuse'],
  restart: ['restart', 3000, true, false],
  offline: ['offline', 8000, true],
  sleep: ['sleep', 180_000],
  burst: ['burst', 1000, 100],
} as const satisfies Record<string, Fault>
export type FaultButton = keyof typeof FAULT_BUTTONS

export type Language = 'en' | 'zh'

/** Every text of the page in one language. */
export interface Texts {
  language: Language
  /** The name of the other language, in itself. */
  otherLanguage: string
  title: string
  tagline: string
  docs: string
  scenarios: string
  ownScenario: string
  ownSummary: string
  sharedScenario: string
  sharedSummary: string
  guide: string
  run: string
  runAgain: string
  pause: string
  resume: string
  atOnce: string
  stop: string
  speed: string
  seed: string
  share: string
  shared: string
  shareFailed: string
  events: string
  noEvents: string
  /** The list of all events. */
  log: string
  logMore(count: number): string
  serverStarted(node: string): string
  lossReported: string
  unsentReported: string
  server: string
  byHand: string
  network: string
  /** Short: they stand in the bar. */
  networkStates: Record<NetworkState, string>
  networkUp: string
  status: {
    loading: string
    running: string
    paused: string
    hidden: string
    stopped: string
    failed(message: string): string
    /** Of a result that was computed before. */
    example(date: string): string
    noExample: string
  }
  problem: { damaged: string; unknown: string; invalid(message: string): string }
  lanes: Record<LaneId, string>
  code: string
  codeOf(lane: string): string
  codeNote: string
  close: string
  copy: string
  copied: string
  /** Name and meaning. */
  counters: Record<CounterName, [name: string, meaning: string]>
  never: string
  none: string
  yes: string
  no: string
  seconds(ms: number): string
  legend: Record<'open' | 'dead' | 'connecting' | 'closed' | 'received' | 'missing' | 'dial', string>
  /** The text alternative of a lane's bar. */
  statusOverTime(spans: string): string
  spanText(kind: string, from: string, to: string): string
  lastSpans(count: number): string
  faultsByHand: string
  faultsHint: string
  faultLabels: Record<FaultButton, string>
  latency: string
  /** One sentence. */
  describeFault(fault: Fault): string
  results: string
  resultCaption(published: number, length: string): string
  client: string
  /** How many clients are chosen. */
  clientsShown(chosen: number, all: number): string
  allClients: string
  /** One client stays chosen. */
  lastClient: string
  version: string
  copyMarkdown: string
  copyJson: string
  noResult: string
  verdict: {
    lost(least: string, leastLost: number, most: string, mostLost: number, published: number): string
    /** Used in place of the names of many clients. */
    clients(count: number): string
    equal(lost: number, published: number): string
    never(names: string): string
    join(items: string[]): string
  }
  fairness: string
  fairnessPoints: string[]
  /** Above the bars of a figure. */
  timeLine: string
  embed: { run: string; open: string; computed(date: string): string }
}
