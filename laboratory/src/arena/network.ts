/** The simulated network between all clients and the server: it provides the `WebSocket` of the arena, and fails on command. */

import { FakeSocket } from '../../../packages/core/src/testing/fakeSocket.ts'
import type { Direction, DownMode } from '../scenario/faults.ts'
import type { ArenaClock } from './clock.ts'
import { Link } from './link.ts'
import type { Pipe, PipeConditions } from './pipe.ts'
import type { NetworkState } from './protocol.ts'

/** How long a browser waits for an answer to a handshake, in ms: 240 s in Chromium. */
const HANDSHAKE_TIMEOUT = 240_000
/** How long the system looks for a route, in ms: about 3 s on Linux. */
const NO_ROUTE = 3000
/** The delay of each direction at the start, in ms. */
const LATENCY = 20

/** Why dials fail. `offline`: the page has no network. `flap`: the server accepts and closes. */
type DialFailure = DownMode | 'offline' | 'flap'

export interface NetworkEvents {
  /** A client constructs a socket. `fails`: new connections cannot succeed now. */
  onDial(client: string, fails: boolean): void
  /** Whether a connection of the client passes bytes may have changed. */
  onReach(client: string): void
  onState(state: NetworkState): void
  /** A request has arrived at the server, which answers by `link.accept` or `link.refuse`. */
  onRequest(link: Link): void
}

export interface Network {
  readonly WebSocket: new (url: string | URL, protocols?: string | string[]) => WebSocket
  readonly links: ReadonlySet<Link>
  readonly state: NetworkState
  /** When it became possible again to open connections, in ms. */
  readonly healedAt: number
  /** Whether an open connection of the client passes bytes. */
  reaches(client: string): boolean
  /** The functions below return a function that ends the fault. */
  failDials(how: DialFailure): () => void
  /** The connections that exist lose all bytes. */
  breakLinks(direction: Direction): () => void
  /** All connections keep their bytes back. */
  holdLinks(): () => void
  limitRate(bytesPerSecond: number): () => void
  setLatency(latency: number, jitter: number): void
  /** Cuts all connections. */
  cutAll(): void
}

/** The client whose socket it is: the path of the URL. */
export const clientOf = (url: string): string => new URL(url).pathname.slice(1)

export const createNetwork = (clock: ArenaClock, events: NetworkEvents): Network => {
  const links = new Set<Link>()
  const linksByClient = new Map<string, Set<Link>>()
  const conditions: PipeConditions = { latency: LATENCY, jitter: 0, rate: Infinity }
  const failures: DialFailure[] = []
  const rates: number[] = []
  const holds = new Set<Map<Link, (() => void)[]>>()
  let breaks = 0
  let healedAt = 0
  let state: NetworkState = 'up'

  const readState = (): NetworkState => {
    const isDead = breaks > 0 || holds.size > 0
    if (failures.length > 0) return isDead ? 'both' : 'down'
    if (isDead) return 'halfOpen'
    return rates.length > 0 ? 'slow' : 'up'
  }
  const changed = (): void => {
    const next = readState()
    if (next === state) return
    state = next
    events.onState(state)
  }
  /** Returns a function that runs once. */
  const ending = (end: () => void): (() => void) => {
    let hasEnded = false
    changed()
    return () => {
      if (hasEnded) return
      hasEnded = true
      end()
      changed()
    }
  }
  const removeFrom = <Value>(list: Value[], value: Value): void => void list.splice(list.indexOf(value), 1)
  const add = (link: Link): void => {
    links.add(link)
    const own = linksByClient.get(link.client)
    if (own) own.add(link)
    else linksByClient.set(link.client, new Set([link]))
  }
  const remove = (link: Link): void => {
    links.delete(link)
    linksByClient.get(link.client)?.delete(link)
  }
  const holdLink = (link: Link): (() => void)[] => [link.toServer.hold(), link.toClient.hold()]

  const isRefusing = (): boolean => failures.some((how) => how !== 'flap')
  const dial = (link: Link): void => {
    const failure = failures.at(-1)
    events.onDial(link.client, failure !== undefined)
    if (failure === 'offline') link.failAtClient()
    else if (failure === 'refuse') link.failAtClient(2 * conditions.latency)
    else if (failure === 'unreachable') link.failAtClient(NO_ROUTE)
    else if (failure === 'hang') link.failAtClient(HANDSHAKE_TIMEOUT)
    else link.request(() => (isRefusing() ? link.refuse() : events.onRequest(link)))
  }
  class ArenaWebSocket extends FakeSocket {
    constructor(url: string | URL, protocols: string | string[] = []) {
      super(url, protocols)
      const link = new Link({
        clock,
        client: clientOf(this.url),
        socket: this,
        protocols: [protocols].flat(),
        toServer: conditions,
        toClient: conditions,
        onChange: ({ client }) => events.onReach(client),
        onEnd: remove,
      })
      add(link)
      for (const held of holds) held.set(link, holdLink(link))
      dial(link)
    }
  }
  const pipesOf = (link: Link, direction: Direction): Pipe[] => {
    if (direction === 'both') return [link.toServer, link.toClient]
    return [direction === 'toServer' ? link.toServer : link.toClient]
  }
  return {
    WebSocket: ArenaWebSocket as unknown as Network['WebSocket'],
    links,
    get state() {
      return state
    },
    get healedAt() {
      return healedAt
    },
    reaches: (client) => {
      for (const link of linksByClient.get(client) ?? []) if (link.passes) return true
      return false
    },
    failDials: (how) => {
      failures.push(how)
      return ending(() => {
        removeFrom(failures, how)
        healedAt = clock.monotonic()
      })
    },
    breakLinks: (direction) => {
      breaks++
      const restores = [...links].flatMap((link) => pipesOf(link, direction)).map((pipe) => pipe.discard())
      return ending(() => {
        breaks--
        for (const restore of restores) restore()
      })
    },
    holdLinks: () => {
      const held = new Map([...links].map((link) => [link, holdLink(link)]))
      holds.add(held)
      return ending(() => {
        holds.delete(held)
        healedAt = clock.monotonic()
        for (const releases of held.values()) for (const release of releases) release()
      })
    },
    limitRate: (bytesPerSecond) => {
      rates.push(bytesPerSecond)
      conditions.rate = bytesPerSecond
      return ending(() => {
        removeFrom(rates, bytesPerSecond)
        conditions.rate = rates.at(-1) ?? Infinity
      })
    },
    setLatency: (latency, jitter) => Object.assign(conditions, { latency, jitter }),
    cutAll: () => {
      for (const link of [...links]) link.cut()
    },
  }
}
