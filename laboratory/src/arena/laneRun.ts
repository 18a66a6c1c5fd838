/** Runs the clients of one lane, and keeps their counters and the lane's bar. */

import type { Scenario, LaneId } from '../scenario/schema.ts'
import type { ArenaClock } from './clock.ts'
import { gapsOf } from './gaps.ts'
import type { LaneClient, LaneModule, Sink } from './lane.ts'
import { idOf, readMessage } from './messages.ts'
import { createRandom, seedOf } from './random.ts'
import type { LaneResult, LaneState, LaneStatus, Mark } from './protocol.ts'
import { Tally, type TallyHost, sumCounters } from './tally.ts'
import type { Tokens } from './tokens.ts'

/** A lane whose module is loaded. */
export interface LoadedLane {
  id: LaneId
  version: string
  module: LaneModule
}

export interface LaneRunHost extends TallyHost {
  readonly clock: ArenaClock
  readonly tokens: Tokens
  readonly scenario: Scenario
  /** Receives the lane's marks, in order. */
  mark(mark: Mark): void
  /** A message that was published at a time was received. */
  sample(lane: LaneId, publishedAt: number): void
}

interface Client {
  readonly name: string
  readonly tally: Tally
  client: LaneClient | undefined
}

const HOST = 'wss://lab.test/'

/** All clients start within so many ms. */
const START_WINDOW = 4000
/**
 * When a client starts: equal for all lanes, and another time for another seed. Otherwise a fault would come at the same time between two
 * pings of a lane in each run, which is good luck for one library and bad luck for another.
 */
const startOf = (seed: number, index: number): number =>
  Math.floor(START_WINDOW * createRandom(seedOf(seed, `start ${index}`))())

export class LaneRun {
  readonly id: LaneId
  private readonly _host: LaneRunHost
  private readonly _lane: LoadedLane
  private readonly _clients = new Map<string, Client>()
  private readonly _timeline: LaneResult['timeline'] = []
  private _status: LaneStatus = 'closed'
  private _open = 0
  private _dead = 0

  constructor(host: LaneRunHost, lane: LoadedLane) {
    this.id = lane.id
    this._host = host
    this._lane = lane
    for (let index = 0; index < (host.scenario.clients ?? 1); index++) {
      const name = `${lane.id}/${index}`
      this._clients.set(name, { name, tally: new Tally(host), client: undefined })
    }
  }

  start(): void {
    const { clock, scenario } = this._host
    for (const [index, client] of [...this._clients.values()].entries()) {
      clock.schedule(client.name, () => this._start(client), startOf(scenario.seed, index))
    }
  }

  stop(): void {
    for (const { name, client } of this._clients.values()) this._host.clock.as(name, () => client?.stop())
  }

  /** The clients of the lane and what concerns them. Other names are those of other lanes. */
  dial(name: string, fails: boolean): void {
    const tally = this._clients.get(name)?.tally
    if (!tally) return
    tally.dial(fails)
    this._host.mark({ type: 'dial', at: this._host.now(), lane: this.id })
  }

  reach(name: string, reaches: boolean): void {
    this._clients.get(name)?.tally.setReach(reaches)
    this._changed()
  }

  arrive(name: string, number: number): void {
    this._clients.get(name)?.tally.arrive(number)
  }

  connectAgain(): void {
    const { clock } = this._host
    for (const { name, client } of this._clients.values()) clock.schedule(name, () => client?.connect?.(), 0)
  }

  endTimes(): void {
    for (const { tally } of this._clients.values()) tally.endTimes()
  }

  state(): LaneState {
    const counters = sumCounters(this._tallies().map((tally) => tally.counters()))
    return { id: this.id, status: this._status, open: this._open, counters }
  }

  result(): LaneResult {
    for (const tally of this._tallies()) tally.endCounts()
    const { counters } = this.state()
    const gaps = gapsOf(this._tallies(), this._host.published)
    return { id: this.id, version: this._lane.version, counters, timeline: [...this._timeline], gaps }
  }

  private _tallies(): Tally[] {
    return [...this._clients.values()].map(({ tally }) => tally)
  }

  private _start(client: Client): void {
    const { tokens, scenario } = this._host
    const { name } = client
    const getToken = tokens.providerOf(name)
    const address = HOST + name
    const withToken = (token: string): string => `${address}?token=${encodeURIComponent(token)}`
    const context = {
      url: withToken(tokens.first(name)),
      address,
      getUrl: async () => withToken(await getToken()),
      getToken,
      heartbeat: scenario.heartbeat,
    }
    client.client = this._lane.module.start(context, this._sinkOf(client))
    if (scenario.send) this._sendEvery(client, scenario.send.every)
  }

  private _sinkOf({ tally }: Client): Sink {
    return {
      status: (status) => {
        tally.setStatus(status)
        this._changed()
      },
      message: (message) => {
        const read = readMessage(message)
        if (!read) return
        tally.receive(read.n)
        this._host.sample(this.id, read.at)
      },
      announce: () => {
        tally.announce()
        this._host.mark({ type: 'announced', at: this._host.now(), lane: this.id, event: 'missed' })
      },
      reportUnsent: (message) => {
        const id = idOf(message)
        if (id !== undefined) this._reportUnsent(tally, id)
      },
    }
  }

  private _reportUnsent(tally: Tally, id: number): void {
    tally.reportUnsent(id)
    this._host.mark({ type: 'announced', at: this._host.now(), lane: this.id, event: 'unsent' })
  }

  /** The timer is the application's: it waits while the page is hidden or the computer sleeps. */
  private _sendEvery({ name, tally, client }: Client, every: number): void {
    const { clock, scenario } = this._host
    const send = (): void => {
      if (clock.monotonic() >= scenario.length) return
      clock.setTimeout(send, every)
      const id = tally.send()
      try {
        client?.send({ id, from: name })
      } catch {
        // The library refuses messages while it is not connected, and reports it by the exception.
        this._reportUnsent(tally, id)
      }
    }
    clock.setTimeout(send, every)
  }

  private _changed(): void {
    const tallies = this._tallies()
    const open = tallies.filter(({ status }) => status === 'open').length
    const dead = tallies.filter(({ isDead }) => isDead).length
    const isConnecting = tallies.some(({ status }) => status === 'connecting')
    const status = open > 0 ? 'open' : isConnecting ? 'connecting' : 'closed'
    if (open === this._open && dead === this._dead && status === this._status) return
    Object.assign(this, { _open: open, _dead: dead, _status: status })
    const at = this._host.now()
    const last = this._timeline.at(-1)
    if (last?.[0] === at) this._timeline.pop()
    this._timeline.push([at, open, status, dead])
    this._host.mark({ type: 'status', at, lane: this.id, status, open, dead })
  }
}
