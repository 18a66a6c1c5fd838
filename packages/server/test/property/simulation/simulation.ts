/** A simulation in one thread: a real client, real nodes on one store, and applications on both sides that record what they see. */

import type * as Core from '@holdfast/core'
import type * as Recovery from '@holdfast/core/recovery'
import type { Invariants } from '../invariants/invariants.ts'
import { type Attacks, createAttacks } from './attacks.ts'
import type * as Server from './modules.ts'
import { type SimClock, createSimClock } from './simClock.ts'
import { type SimNetwork, createSimNetwork } from './simNetwork.ts'
import { type SimNodes, createSimNodes } from './simNodes.ts'

/** The modules under test. A test may replace them with a build that lacks a rule. */
export interface Modules {
  createWebSocket: typeof Core.createWebSocket
  session: typeof Recovery.session
  createNode: typeof Server.createNode
  memoryStore: typeof Server.memoryStore
  json: typeof Core.json
}

/** Receives each frame and event, to find out why a scenario failed. */
export type Log = (...entry: unknown[]) => void

export type Payload = { n: number; attacker?: 'other client' | 'skipped a seq' }

export interface Simulation {
  readonly clock: SimClock
  readonly network: SimNetwork
  readonly client: Recovery.SessionClient<Payload, Payload>
  readonly attacks: Attacks
  readonly nodes: Pick<SimNodes, 'crash' | 'move' | 'store'>
  deliver(count: number, hasKey: boolean): void
  request(): void
  publish(stream: string, count: number): void
  /** Publishes a message while the next `hello` is handled. */
  publishAtNextHello(stream: string): void
  /** Refuses all connections, or accepts them again. */
  refuse(isRefused: boolean): void
  /** Lets the session end regularly from now on. */
  allowSessionEnd(): void
  /** The store has lost its streams and idempotency keys, or some of them. */
  allowStoreLoss(): void
  /** Closes the client. */
  close(): void
  /** Loses the next message of a stream on its way to the client. */
  loseNext(): void
  /** Sends the next message of a stream, or the next delivery, twice. */
  doubleNext(direction: 'up' | 'down'): void
  /** Loses one offset of a stream each time that it is sent. */
  loseAlways(stream: string): void
  /** Repairs everything. Only the offsets of `loseAlways` stay lost. */
  heal(): void
  end(): void
}

export const STREAMS = ['a', 'b'] as const

export const createSimulation = (
  modules: Modules,
  random: () => number,
  invariants: Invariants,
  log?: Log,
): Simulation => {
  const clock = createSimClock(random)
  const network = createSimNetwork(clock)
  const nodes = createSimNodes(modules, clock, network, invariants)
  nodes.listen()

  let helloStream: string | undefined
  const { watcher } = invariants.wire
  network.watch({
    arrives: watcher.arrives,
    up: (frame, link) => {
      log?.(clock.now(), `${link} up`, frame)
      watcher.up(frame, link)
      if (!helloStream || JSON.parse(frame).t !== 'hello') return
      const stream = helloStream
      helloStream = undefined
      clock.setTimeout(() => publish(stream, 1), random() * 120)
    },
    down: (frame, link) => {
      log?.(clock.now(), `${link} down`, frame)
      watcher.down(frame, link)
    },
  })
  let mustLoseNext = false
  const lostOffsets: Record<string, number> = {}
  network.lose((text) => {
    const { t, s, off } = JSON.parse(text)
    if (t !== 'msg') return false
    const isLost = mustLoseNext || lostOffsets[s] === off
    mustLoseNext = false
    return isLost
  })

  const client = modules.createWebSocket<Payload, Payload>('ws://sim', {
    WebSocket: network.WebSocket,
    clock,
    environment: false,
    codec: modules.json<Payload, Payload>(),
    session: modules.session<Payload, Payload>({ token: () => 'alice', streams: [...STREAMS] }),
    reconnect: { maxDelay: 4000 },
  }) as Recovery.SessionClient<Payload, Payload>
  client.on('open', () => invariants.opened(clock.now()))
  client.on('status', (status) => invariants.status(status))
  client.on('stream', ({ stream, offset, message }) => invariants.streams.received(stream, offset, message))
  client.on('resync', (info) => invariants.streams.resync(info))
  client.on('unconfirmed', ({ messages }) => invariants.deliveries.unconfirmed(messages.length))
  client.on('error', (error) => log?.(clock.now(), 'error', error))
  if (log) client.onAny((type, value) => type === 'error' || log(clock.now(), type, value))

  let sentCount = 0
  const settle = (n: number, outcome: string): void => invariants.deliveries.settled(n, outcome, clock.now())
  const reject = (n: number) => (error: Error & { code?: string }) => settle(n, error.code ?? error.name)
  const publishedCount: Record<string, number> = {}
  const publish = (stream: string, count: number): void => {
    for (let left = count; left--;) {
      const n = (publishedCount[stream] = (publishedCount[stream] ?? 0) + 1)
      invariants.streams.publishing(stream, n, clock.now())
      nodes.current.publish(stream, { n }).then(
        (position) => invariants.streams.published(stream, n, position),
        () => {},
      )
    }
  }
  return {
    clock,
    network,
    client,
    attacks: createAttacks(network, invariants),
    nodes,
    deliver: (count, hasKey) => {
      for (let left = count; left--;) {
        const n = ++sentCount
        const key = hasKey ? `key-${n}` : undefined
        invariants.deliveries.delivering(n, key, clock.now(), false)
        client.deliver({ n }, key ? { idempotencyKey: key } : {}).then(() => settle(n, 'applied'), reject(n))
      }
    },
    request: () => {
      const n = ++sentCount
      invariants.deliveries.delivering(n, undefined, clock.now(), true)
      client
        .request<Payload>({ n }, { timeout: 1e9 })
        .then((reply) => settle(n, reply.n === n * 2 ? 'applied' : 'wrong reply'), reject(n))
    },
    publish,
    publishAtNextHello: (stream) => {
      helloStream = stream
    },
    refuse: (isRefused) => (isRefused ? network.listen(undefined) : nodes.listen()),
    allowSessionEnd: invariants.deliveries.sessionMayEnd,
    allowStoreLoss: () => invariants.crashed([], true),
    close: () => {
      invariants.deliveries.sessionMayEnd()
      invariants.deliveries.clientClosed()
      client.close()
    },
    loseNext: () => {
      invariants.wire.allowTampering()
      mustLoseNext = true
    },
    doubleNext: (direction) => {
      invariants.wire.allowTampering()
      network.double(direction)
    },
    loseAlways: (stream) => {
      invariants.wire.allowTampering()
      const { offset = 0 } = invariants.streams.top(stream) ?? {}
      lostOffsets[stream] = offset + 1
    },
    heal: () => {
      mustLoseNext = false
      network.latency = 50
      nodes.store.isDown = false
      nodes.listen()
    },
    end: () => {
      client.dispose()
      nodes.end()
    },
  }
}
