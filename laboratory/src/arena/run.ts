/** One run of a scenario, on virtual time: the network, the server, the lanes, the faults and the result. */

import type { Fault } from '../scenario/faults.ts'
import type { Scenario, Step } from '../scenario/schema.ts'
import type { ArenaClock } from './clock.ts'
import { injectFault } from './inject.ts'
import { LaneRun, type LaneRunHost, type LoadedLane } from './laneRun.ts'
import { idOf } from './messages.ts'
import { type Network, createNetwork } from './network.ts'
import { type PageEvents, createPageEvents } from './pageEvents.ts'
import type { Batch, Mark, NetworkState, Result, Sample } from './protocol.ts'
import { createPublisher } from './publisher.ts'
import { createArenaServer } from './server.ts'
import { createTokens } from './tokens.ts'

/** After the end of the scenario, in ms: what is on its way may still arrive. */
const GRACE = 60_000
/** In ms of virtual time. After each, the platform gets a turn. */
export const TICK = 10
const floorToTick = (time: number): number => Math.floor(time / TICK) * TICK

/** Of each lane, one sample is kept for so many ms. */
const SAMPLE_PERIOD = 100

export interface Run {
  readonly network: Network
  readonly page: PageEvents
  /** Virtual ms since the start. */
  readonly now: number
  readonly isDone: boolean
  start(lanes: readonly LoadedLane[]): void
  /** Advances to the end of the next `TICK` in which something happens, at most to the last `TICK` before `until`. */
  advance(until: number): Promise<void>
  /** Injects a fault at the next ms. */
  inject(fault: Fault): void
  /** Returns the lanes, and what happened since the last call. */
  takeBatch(): Batch
  stop(): void
}

/** @param breathe waits for a task of the platform */
export const createRun = (scenario: Scenario, clock: ArenaClock, breathe: () => Promise<void>): Run => {
  const end = scenario.length + GRACE
  const steps: Step[] = [...scenario.steps]
  const nodes: string[] = []
  const networkStates: [number, NetworkState][] = [[0, 'up']]
  let lanes: LaneRun[] = []
  let marks: Mark[] = []
  let samples = new Map<string, Sample>()
  let isManual = false
  let nextStep = 0
  let tick = 0
  let hasEndedTimes = false
  let result: Result | undefined

  const now = (): number => Math.round(clock.monotonic())
  const tokens = createTokens(clock)
  const page = createPageEvents(clock)
  const network = createNetwork(clock, {
    onDial: (client, fails) => lanes.forEach((lane) => lane.dial(client, fails)),
    onReach: (client) => lanes.find((lane) => client.startsWith(`${lane.id}/`))?.reach(client, network.reaches(client)),
    onRequest: (link) => server.accept(link),
    onState: (state) => {
      networkStates.push([now(), state])
      marks.push({ type: 'network', at: now(), state })
    },
  })
  const server = createArenaServer({
    clock,
    tokens,
    heartbeat: scenario.heartbeat,
    onNode: (node) => {
      nodes.push(node)
      marks.push({ type: 'server', at: now(), node })
    },
    onMessage: (client, message) => {
      const id = idOf(message)
      if (id !== undefined) lanes.forEach((lane) => lane.arrive(client, id))
    },
    onError: (error) => console.error(error),
  })
  const publisher = createPublisher(clock, server, scenario)
  const host: LaneRunHost = {
    clock,
    tokens,
    scenario,
    now,
    published: publisher.published,
    healedAt: () => network.healedAt,
    wokeAt: () => page.wakeAt,
    mark: (mark) => marks.push(mark),
    sample: (lane, publishedAt) => {
      const at = Math.floor(now() / SAMPLE_PERIOD) * SAMPLE_PERIOD
      const latency = now() - publishedAt
      const key = `${lane} ${at}`
      if (latency >= (samples.get(key)?.latency ?? 0)) samples.set(key, { lane, at, latency })
    },
  }
  const target = {
    clock,
    network,
    server,
    page,
    publish: publisher.burst,
    connectAgain: () => lanes.forEach((lane) => lane.connectAgain()),
  }
  const injectNext = (step: Step): void => {
    const [at, ...fault] = step
    nextStep++
    // The fault's name and arguments, without the time.
    const duration = injectFault(target, fault as Fault)
    marks.push({ type: 'fault', at, until: at + duration, step })
  }
  const createResult = (): Result => {
    const { id, title, ...rest } = scenario
    const named = isManual ? rest : { ...rest, ...(id !== undefined && { id }), ...(title !== undefined && { title }) }
    return {
      v: 1,
      scenario: { ...named, steps },
      end,
      nodes: [...nodes],
      network: [...networkStates],
      lanes: lanes.map((lane) => lane.result()),
    }
  }
  /** Runs until a time and injects the faults that begin before it, each before the timers of its ms. */
  const runTo = async (until: number): Promise<void> => {
    for (let step = steps[nextStep]; step && step[0] < until; step = steps[nextStep]) {
      await clock.runUntil(step[0])
      injectNext(step)
    }
    await clock.runUntil(until)
  }
  return {
    network,
    page,
    get now() {
      return tick
    },
    get isDone() {
      return result !== undefined
    },
    start: (loaded) => {
      clock.reseed()
      server.start(false)
      publisher.start()
      lanes = loaded.map((lane) => new LaneRun(host, lane))
      for (const lane of lanes) lane.start()
    },
    advance: async (until) => {
      if (result) return
      const next = Math.min(clock.next, steps[nextStep]?.[0] ?? Infinity)
      const due = floorToTick(Math.max(tick, next)) + TICK
      // The same times at each speed, because promises settle at each.
      tick = Math.min(due, floorToTick(until), hasEndedTimes ? end : scenario.length)
      await runTo(tick)
      await breathe()
      if (tick >= scenario.length && !hasEndedTimes) {
        hasEndedTimes = true
        for (const lane of lanes) lane.endTimes()
      }
      if (tick >= end) result = createResult()
    },
    inject: (fault) => {
      if (tick >= scenario.length) return
      isManual = true
      const step = [tick + 1, ...fault] as Step
      const later = steps.findIndex((other, index) => index >= nextStep && other[0] > step[0])
      steps.splice(later === -1 ? steps.length : later, 0, step)
    },
    takeBatch: () => {
      const batch: Batch = {
        now: tick,
        lanes: lanes.map((lane) => lane.state()),
        marks,
        samples: [...samples.values()],
        ...(result && { done: result }),
      }
      marks = []
      samples = new Map()
      return batch
    },
    stop: () => lanes.forEach((lane) => lane.stop()),
  }
}
