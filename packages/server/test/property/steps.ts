/** The steps of a scenario. Each takes whole numbers from 0 to 99, so that fast-check can generate and shrink them. */

import { STREAMS, type Simulation } from './simulation/simulation.ts'

type StepFunction = (simulation: Simulation, ...args: number[]) => unknown

const streamOf = (number: number): string => STREAMS[number % 2]!
const directionOf = (number: number): 'up' | 'down' => (['up', 'down'] as const)[number % 2]!

/** Cuts the newest link and refuses connections, publishes, and accepts connections again after half a second. */
const publishDuringOutage = async ({ clock, network, refuse }: Simulation, publish: () => void): Promise<void> => {
  refuse(true)
  network.links.at(-1)?.cut()
  await clock.run(100)
  publish()
  await clock.run(500)
  refuse(false)
}

/** The order matters: fast-check draws the same scenarios for a seed only if it stays. */
export const steps = {
  wait: ({ clock }, ms) => clock.run(ms! * 10),
  rest: ({ clock }, seconds) => clock.run(seconds! * 1000),
  deliver: ({ deliver }, count) => deliver(1 + (count! % 8), false),
  deliverWithKey: ({ deliver }, count) => deliver(1 + (count! % 4), true),
  deliverMany: ({ deliver }) => deliver(90, false),
  request: ({ request }) => request(),
  publish: ({ publish }, count, stream) => publish(streamOf(stream!), 1 + (count! % 6)),
  publishMany: ({ publish }, stream) => publish(streamOf(stream!), 30),
  cut: ({ network }) => network.links.at(-1)?.cut(),
  swallow: ({ network }, direction) =>
    network.links.at(-1)?.swallow((['up', 'down', 'both'] as const)[direction! % 3]!),
  slow: ({ network }, direction, ms) => network.links.at(-1)?.slow(directionOf(direction!), ms! * 30),
  setLatency: ({ network }, ms) => {
    network.latency = ms! * 5
  },
  reconnect: ({ client }) => client.reconnect(),
  outage: async ({ clock, network, refuse }, seconds) => {
    refuse(true)
    network.links.at(-1)?.cut()
    await clock.run(seconds! * 200)
    refuse(false)
  },
  missMany: (simulation, count, stream) =>
    publishDuringOutage(simulation, () => simulation.publish(streamOf(stream!), count! % 40)),
  /** Publishes a message each 20 ms while the next steps run. */
  flow: ({ clock, publish }, count, stream) => {
    for (let index = 0; index < count!; index++) clock.setTimeout(() => publish(streamOf(stream!), 1), index * 20)
  },
  publishAtNextHello: ({ publishAtNextHello, network }, stream) => {
    publishAtNextHello(streamOf(stream!))
    network.links.at(-1)?.cut()
  },
  missBothStreams: (simulation, countA, countB) =>
    publishDuringOutage(simulation, () => {
      simulation.publish('a', countA! % 13)
      simulation.publish('b', countB! % 13)
    }),
  /** Keeps messages with a key in flight for longer than the server remembers keys. */
  outliveKeys: async (simulation, ms) => {
    simulation.deliver(4, true)
    await simulation.clock.run(ms! * 4)
    await longOutage(simulation, 180)
  },
  longOutage: (simulation, seconds) => longOutage(simulation, seconds!),
  crash: ({ nodes }) => nodes.crash(false),
  crashWithStore: ({ nodes }) => nodes.crash(true),
  moveNow: ({ nodes, client }) => {
    nodes.move()
    client.reconnect()
  },
  moveLater: ({ nodes }) => nodes.move(),
  loseNext: ({ loseNext }) => loseNext(),
  loseAlways: ({ loseAlways }, stream) => loseAlways(streamOf(stream!)),
  doubleNext: ({ doubleNext }, direction) => doubleNext(directionOf(direction!)),
  /** The client gives up a link while its `hello` is in flight. The `hello` arrives late. */
  lateHello: async ({ clock, client, network }, ms) => {
    await clock.run(5000) // Only then does `reconnect` dial at once.
    client.reconnect()
    await clock.run(10)
    network.links.at(-1)?.slow('up', 300 + ms! * 30)
    await clock.run(150)
    client.reconnect()
  },
  skipSeq: ({ attacks }) => attacks.skipSeq(),
  stealWithKey: ({ attacks }) => attacks.stealSession(true),
  stealWithoutKey: ({ attacks }) => attacks.stealSession(false),
  claimFuturePosition: ({ attacks }, stream) => attacks.claimFuturePosition(streamOf(stream!)),
  closeAndOpen: async ({ clock, client, close }) => {
    close()
    await clock.run(3000)
    client.open()
  },
  loseSession: ({ allowSessionEnd, nodes }) => {
    allowSessionEnd()
    nodes.store.loseNewestSession()
  },
  loseSessions: ({ allowSessionEnd, nodes }) => {
    allowSessionEnd()
    nodes.store.loseSessions()
  },
  emptyStore: ({ allowStoreLoss, nodes }) => {
    allowStoreLoss()
    nodes.store.empty()
  },
  failOver: ({ allowStoreLoss, nodes }) => {
    allowStoreLoss()
    nodes.store.failOver()
  },
  /** The store loses the session of a client that is connected and stays connected. Nothing may be rejected. */
  loseSessionAtRest: async (simulation, count, ms) => {
    const { clock, deliver, heal, nodes } = simulation
    heal()
    await clock.run(90_000)
    nodes.store.loseSessions()
    if (count! % 4 > 0) deliver(count! % 4, false)
    // Until the slowest link has carried the messages, or the next touch is due.
    await clock.run(count! % 4 > 0 ? 5000 + ms! * 10 : 30_000)
  },
  storeOutage: (simulation, count, ms) => storeOutage(simulation, count! % 6, ms! * 20),
  /** Longer than the recovery window, or longer than idempotency keys are kept. */
  longStoreOutage: async (simulation, count, seconds) => {
    simulation.allowSessionEnd()
    await storeOutage(simulation, count! % 3, seconds! * 4000)
  },
  /** Frames of a link arrive after the client has given it up. */
  lateFrames: async ({ clock, client, network, publish }, ms, stream) => {
    await clock.run(5000) // Only then does `reconnect` dial at once.
    network.links.at(-1)?.slow('down', 300 + ms! * 5)
    publish(streamOf(stream!), 2)
    await clock.run(100)
    client.reconnect()
  },
} satisfies Record<string, StepFunction>

/** The store rejects all calls. It keeps its data. */
const storeOutage = async ({ clock, deliver, nodes }: Simulation, count: number, ms: number): Promise<void> => {
  if (count > 0) deliver(count, count % 2 === 0)
  await clock.run(count * 10)
  const { store } = nodes
  store.isDown = true
  await clock.run(ms)
  store.isDown = false
  store.downUntil = clock.now()
  store.reportGap()
}

/** The session may end meanwhile: it expires after 120 s. */
const longOutage = async ({ allowSessionEnd, clock, network, refuse }: Simulation, seconds: number): Promise<void> => {
  allowSessionEnd()
  refuse(true)
  network.links.at(-1)?.cut()
  await clock.run(150_000 + seconds * 1000)
  refuse(false)
}

export type StepName = keyof typeof steps

/** How often each step is drawn, relative to the others. Steps that end everything are rare. */
export const stepWeights: Record<StepName, number> = {
  wait: 14,
  rest: 3,
  deliver: 8,
  deliverWithKey: 4,
  deliverMany: 1,
  request: 4,
  publish: 10,
  publishMany: 1,
  cut: 5,
  swallow: 4,
  slow: 3,
  setLatency: 2,
  reconnect: 3,
  outage: 3,
  missMany: 3,
  flow: 4,
  publishAtNextHello: 4,
  missBothStreams: 2,
  outliveKeys: 1,
  longOutage: 1,
  crash: 2,
  crashWithStore: 2,
  moveNow: 2,
  moveLater: 2,
  loseNext: 2,
  doubleNext: 2,
  lateHello: 2,
  skipSeq: 1,
  loseAlways: 1,
  stealWithKey: 1,
  stealWithoutKey: 1,
  claimFuturePosition: 1,
  closeAndOpen: 1,
  loseSession: 2,
  loseSessions: 1,
  emptyStore: 1,
  failOver: 1,
  loseSessionAtRest: 1,
  storeOutage: 2,
  longStoreOutage: 1,
  lateFrames: 2,
}
